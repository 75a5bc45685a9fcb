import { expect, it } from "vitest";
import { Workbench } from "../workbench.ts";
import {
  ask,
  expectCarbonDioxide,
  fromNowOn,
  notebookSource,
  QUESTIONS,
  resultOpened,
  results,
  RUN_LIMIT_MS,
  runOnceInline,
} from "./analyses.ts";

const opened = Workbench.forFile();

it(
  "the CO₂ question becomes a notebook with pandas' own numbers, through the lens above the code",
  { timeout: 2 * RUN_LIMIT_MS },
  async () => {
    const workbench = opened();
    const came = fromNowOn(workbench);
    await ask(workbench, QUESTIONS.carbonDioxide);
    const said = await runOnceInline(workbench);
    expect(said).toContain("data/co2-concentration.csv");
    expect(said).toContain("Networks: none");

    const [attempt] = await came.attempts(1);
    await resultOpened(workbench);
    expectCarbonDioxide(workbench, attempt!);
    expect(came.rows("started")).toHaveLength(1);
  },
);

it("what is rejected does not run: nothing started, no sandbox used", async () => {
  const workbench = opened();
  const came = fromNowOn(workbench);
  await ask(workbench, QUESTIONS.carbonDioxide);
  await workbench.codeLens(/Run once/).waitFor({ timeout: 60_000 });
  await workbench.codeLens("Reject").click();
  await workbench.quickInput.answer("not today");
  await expect.poll(() => came.rows("decided")).toHaveLength(1);
  await workbench.lensText(/Rejected by .*: not today/).waitFor();
  for (const type of ["started", "claimed"]) expect(came.rows(type)).toEqual([]);
});

it(
  "an edit is assessed again, and the edited bytes are what runs",
  { timeout: 2 * RUN_LIMIT_MS },
  async () => {
    const workbench = opened();
    const came = fromNowOn(workbench);
    await ask(workbench, QUESTIONS.carbonDioxide);
    await workbench.codeLens(/Run once/).waitFor({ timeout: 60_000 });
    const edited = 'open("edited.txt", "w").write("by hand")\nresults = {"edited": True}\n';
    await workbench.replaceEditorText(edited);
    await workbench.codeLens(/Run once.*edited\.txt/).waitFor({ timeout: 30_000 });
    await workbench.lensText(/Edited: now writes edited\.txt/).waitFor({ timeout: 30_000 });
    const said = await runOnceInline(workbench);
    expect(said).toContain("as you edited it");

    const [attempt] = await came.attempts(1);
    expect(notebookSource(attempt!)).toBe(edited);
    expect(results(attempt!)).toEqual({ edited: true });
    await resultOpened(workbench);
  },
);

it(
  "a window reloaded while an approval waits shows it again, and runs it when approved",
  { timeout: 2 * RUN_LIMIT_MS },
  async () => {
    const workbench = opened();
    const came = fromNowOn(workbench);
    await ask(workbench, QUESTIONS.carbonDioxide);
    await workbench.codeLens(/Run once/).waitFor({ timeout: 60_000 });
    await workbench.reloadWindow();
    await runOnceInline(workbench);
    const [attempt] = await came.attempts(1);
    expect(results(attempt!)).toMatchObject({ months: 741 });
    expect(came.rows("started")).toHaveLength(1);
    await resultOpened(workbench);
  },
);

it("code that fails is repaired with its error, and asks again", { timeout: 2 * RUN_LIMIT_MS }, async () => {
  const workbench = opened();
  const came = fromNowOn(workbench);
  await ask(workbench, QUESTIONS.wettestMonth);
  await runOnceInline(workbench);
  await came.attempts(1);
  await runOnceInline(workbench);
  const [first, second] = await came.attempts(2);
  expect(notebookSource(first!)).toContain('weather["rain"]');
  expect(results(second!)).toMatchObject({ wettest_month: "November" });
  expect(came.rows("started")).toHaveLength(2);
  await resultOpened(workbench);
});

it("a control write is shown with channel and value, and refused while no control system is configured", async () => {
  const workbench = opened();
  const came = fromNowOn(workbench);
  await ask(workbench, QUESTIONS.magnet);
  const lens = workbench.lensText(/Cannot run: It sets SR:MAG:QF1:CURRENT to 2\.5/);
  await lens.waitFor({ timeout: 60_000 });
  const told = workbench.notification(/Refused, nothing ran.*no control system is configured/);
  await told.first().waitFor();
  expect(await told.count()).toBe(1);

  const before = await workbench.editorText();
  await workbench.page.locator(".monaco-editor .view-lines").first().click();
  await workbench.page.keyboard.insertText("typed");
  expect(await workbench.editorText()).toBe(before);

  await workbench.page.keyboard.press("ControlOrMeta+Shift+M");
  const problem = workbench.page.locator(".markers-panel .monaco-list-row", {
    hasText: /SR:MAG:QF1:CURRENT/,
  });
  await problem.filter({ hasText: /2\.5.*Ln 5/ }).waitFor();

  await told.getByRole("button", { name: "Details" }).click();
  const panel = workbench.webview();
  await panel.getByText("no control system is configured").first().waitFor();
  expect(await panel.getByRole("button", { name: "Run Once" }).count()).toBe(0);
  expect(came.rows("requested")).toHaveLength(1);
  for (const type of ["started", "claimed"]) expect(came.rows(type)).toEqual([]);
});
