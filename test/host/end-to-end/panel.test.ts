import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator, Locator } from "playwright-core";
import { expect, it, onTestFinished } from "vitest";
import { Workbench } from "../workbench.ts";
import {
  ask,
  attempts,
  button,
  details,
  finishedAttempts,
  expectCarbonDioxide,
  ledger,
  notebookSource,
  QUESTIONS,
  resultOpened,
  results,
  seeEveryFlaggedLine,
  RUN_LIMIT_MS,
  started,
} from "./analyses.ts";

const opened = Workbench.forFile();
const LIMIT = { timeout: 60_000 };

/** The row that has the focus, after a link of the effects took there. */
async function followLink(panel: FrameLocator, effect: string): Promise<string> {
  const link = panel
    .getByRole("listitem")
    .filter({ hasText: effect })
    .getByRole("button", { name: /^Go to line/ });
  await link.first().click();
  return panel.locator(".code .line:focus .text").innerText();
}

/** Walks there with the Tab key alone, from the top of the page. */
async function tabTo(workbench: Workbench, panel: FrameLocator, target: Locator): Promise<void> {
  for (let pressed = 0; pressed < 40; pressed += 1) {
    if ((await target.and(panel.locator(":focus")).count()) > 0) return;
    await workbench.page.keyboard.press("Tab");
  }
  throw new Error("The Tab key does not reach it.");
}

it(
  "the CO₂ question through the panel, by keyboard: what it shows is what runs, and its memory is kept once approved",
  { timeout: 2 * RUN_LIMIT_MS },
  async () => {
    const workbench = opened();
    await ask(workbench, QUESTIONS.carbonDioxide);
    const panel = await details(workbench);
    await panel.getByRole("heading", { name: QUESTIONS.carbonDioxide }).waitFor(LIMIT);
    await panel.getByText("reads data/co2-concentration.csv", { exact: true }).waitFor();
    expect(await panel.getByText(/^[0-9a-f]{64}$/).innerText()).toBe(hashOf(workbench));
    await expect.poll(() => workbench.badge.innerText()).toBe("1");
    // The package holds the panel's style too: without it the buttons are below the code, out of sight.
    expect(await button(panel, "Run Once").isVisible()).toBe(true);
    expect(await followLink(panel, "reads data/co2-concentration.csv")).toContain("pd.read_csv(");
    const shown = await panel.locator(".code .text").allInnerTexts();
    expect(await panel.locator(".code .syntax-keyword").first().innerText()).toMatch(/import|from/);
    const { y } = (await panel.locator("footer.actions").boundingBox())!;
    expect(y).toBeLessThan(workbench.page.viewportSize()!.height);

    await panel.getByRole("heading", { level: 1 }).click();
    await seeEveryFlaggedLine(workbench, panel);
    await expect.poll(() => button(panel, "Run Once").isEnabled()).toBe(true);
    await tabTo(workbench, panel, button(panel, "Run Once"));
    await workbench.page.keyboard.press("Enter");
    const [attempt] = await finishedAttempts(workbench, 1);
    expectCarbonDioxide(workbench, attempt!);
    expect(notebookSource(attempt!)).toBe(shown.join("\n"));
    expect(started(workbench)).toHaveLength(1);

    const said = workbench.notification(/Waits for your decision: remembers “Mauna Loa/);
    await said.getByRole("button", { name: "Details" }).click(LIMIT);
    const memory = workbench.webview();
    await expect.poll(() => button(memory, "Remember").isEnabled(), LIMIT).toBe(true);
    await button(memory, "Remember").click();
    await workbench.command("Countersign: Focus on Memory View");
    await workbench.treeRows("Memory").filter({ hasText: "Mauna Loa" }).waitFor(LIMIT);
    await expect.poll(() => workbench.badge.count()).toBe(0);
  },
);

/** Of the action that the ledger's newest request asked for. */
function hashOf(workbench: Workbench): unknown {
  const row = ledger(workbench).findLast(({ type }) => type === "requested");
  return (JSON.parse(row?.body ?? "{}") as { hash?: unknown }).hash;
}

it("what is rejected in the panel does not run, and the panel says so", async () => {
  const workbench = opened();
  const before = started(workbench).length;
  await ask(workbench, QUESTIONS.wettestMonth);
  const panel = await details(workbench);
  await button(panel, "Reject").click(LIMIT);
  await panel.getByRole("textbox").fill("wrong column");
  await button(panel, "Reject").click();
  await panel
    .getByText(/Rejected by .*: wrong column/)
    .first()
    .waitFor();
  expect(await button(panel, "Run Once").count()).toBe(0);
  await expect.poll(() => ledger(workbench).at(-1)?.body).toContain("rejected");
  expect(started(workbench)).toHaveLength(before);
});

it("nothing can be decided in a panel while nobody listens to it", async () => {
  const workbench = opened();
  await ask(workbench, QUESTIONS.wettestMonth);
  const panel = await details(workbench);
  await expect.poll(() => button(panel, "Run Once").isEnabled(), LIMIT).toBe(true);
  const host = workbench.extensionHosts().at(-1)!;
  onTestFinished(() => void process.kill(host, "SIGCONT"));

  process.kill(host, "SIGSTOP");
  await panel.getByRole("alert").filter({ hasText: "not listening" }).waitFor();
  for (const name of ["Run Once", "Revise…", "Reject", "Edit in Editor"]) {
    expect(await button(panel, name).isDisabled(), name).toBe(true);
  }
  process.kill(host, "SIGCONT");
  await expect.poll(() => button(panel, "Run Once").isEnabled(), LIMIT).toBe(true);
  expect(await panel.getByRole("alert").count()).toBe(0);
  await button(panel, "Reject").click();
  await button(panel, "Reject").click();
  await panel
    .getByText(/Rejected by/)
    .first()
    .waitFor();
});

const WAITING = `import os, time
import matplotlib.pyplot as plt
from IPython.display import display
print("first half")
plt.plot([1, 2])
display(plt.gcf())
while not os.path.exists("data/go.txt"):
    time.sleep(0.05)
print("second half")
results = {"waited": True}
`;

it("nothing can be approved before every flagged line was in view, and n walks there", async () => {
  const workbench = opened();
  await ask(workbench, QUESTIONS.wettestMonth);
  await workbench.codeLens(/Run once/).waitFor(LIMIT);
  const plain = Array.from({ length: 100 }, (_, n) => `x${n} = ${n}`);
  const reads = (file: string) => `print(open("data/${file}").read())`;
  // One line that wraps over more than the panel shows at once, and one that is far down.
  const long = `padding = "${"a ".repeat(2_500)}"; ${reads("co2-concentration.csv")}`;
  const code = [...plain, long, ...plain, reads("seattle-weather.csv"), ""];
  await workbench.replaceEditorText(code.join("\n"));
  await workbench.page.keyboard.press("Control+Home");
  await workbench.codeLens(/Run once: reads .*seattle-weather/).waitFor(LIMIT);
  const panel = await details(workbench, false);
  const hint = panel.getByText(/not in view yet/);
  await panel.getByText("2 flagged lines were not in view yet.").waitFor(LIMIT);
  await panel.getByRole("button", { name: "Show line 101" }).waitFor();
  // Longer than a changed button takes to settle: it is what was not seen that keeps it disabled.
  await expect(
    expect.poll(() => button(panel, "Run Once").isEnabled(), { timeout: 2_000 }).toBe(true),
  ).rejects.toThrow();
  await panel.getByRole("heading", { level: 1 }).click();
  await workbench.page.keyboard.press("n");
  await panel.getByRole("button", { name: "Show line 202" }).waitFor();
  await workbench.page.keyboard.press("n");
  await hint.waitFor({ ...LIMIT, state: "detached" });
  await expect.poll(() => button(panel, "Run Once").isEnabled(), LIMIT).toBe(true);
  expect(await panel.locator(".code .line:focus .number").innerText()).toBe("202");
  await button(panel, "Reject").click();
  await button(panel, "Reject").click();
});

it("output and figures are shown while the code still runs", { timeout: RUN_LIMIT_MS }, async () => {
  const workbench = opened();
  const before = attempts(workbench).length;
  await ask(workbench, QUESTIONS.carbonDioxide);
  await workbench.codeLens(/Run once/).waitFor(LIMIT);
  await workbench.replaceEditorText(WAITING);
  await workbench.codeLens(/Run once: only computes/).waitFor(LIMIT);
  const panel = await details(workbench);
  await expect.poll(() => button(panel, "Run Once").isEnabled(), LIMIT).toBe(true);
  await button(panel, "Run Once").click();
  await expect.poll(() => workbench.terminal.innerText(), LIMIT).toContain("first half");
  await workbench.openTerminalLink("figure-1.png");
  await workbench.tab("figure-1.png").waitFor(LIMIT);
  expect(await workbench.terminal.innerText()).not.toContain("second half");
  writeFileSync(join(workbench.workspace, "data/go.txt"), "");
  const ended = await finishedAttempts(workbench, before + 1);
  expect(ended.map(results)).toContainEqual({ waited: true });
  await expect.poll(() => workbench.terminal.innerText(), LIMIT).toContain("second half");
  await resultOpened(workbench);
});

it("two windows that approve one request at once run it once", { timeout: RUN_LIMIT_MS }, async () => {
  const workbench = opened();
  const before = started(workbench).length;
  const attemptsBefore = attempts(workbench).length;
  await ask(workbench, QUESTIONS.carbonDioxide);
  const here = await details(workbench);
  const other = await workbench.secondWindow();
  onTestFinished(() => other.page.close());
  await other.command("Countersign: Focus on Approvals View");
  await other.treeRows("Approvals").first().click(LIMIT);
  const there = await details(other);
  for (const panel of [here, there]) {
    await expect.poll(() => button(panel, "Run Once").isEnabled(), LIMIT).toBe(true);
  }
  // Held, because the one that is pressed first takes the other from its panel.
  const buttons = await Promise.all([here, there].map((panel) => button(panel, "Run Once").elementHandle()));
  await Promise.all(buttons.map((pressed) => pressed.dispatchEvent("click")));
  await finishedAttempts(workbench, attemptsBefore + 1);
  const request = started(workbench).at(-1)!.request_id;
  const rows = () => ledger(workbench).filter(({ request_id }) => request_id === request);
  const happened = () => rows().map(({ type }) => type);
  await expect.poll(happened, LIMIT).toEqual(["requested", "decided", "claimed", "started", "outcome"]);
  expect(started(workbench)).toHaveLength(before + 1);
  for (const window of [workbench, other]) {
    await window.command("Countersign: Focus on Approvals View");
    const finished = window.page.locator('[aria-label*="Approved by"][aria-label*="; finished"]');
    await finished.first().waitFor(LIMIT);
  }
});
