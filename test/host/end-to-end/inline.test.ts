import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Workbench } from "../workbench.ts";
import {
  ask,
  finishedAttempts,
  notebookSource,
  pandasApart,
  QUESTIONS,
  results,
  RUN_LIMIT_MS,
  runOnceInline,
  showWaiting,
  started,
  ledger,
} from "./analyses.ts";

const APART = `import json, pandas as pd, numpy as np
co2 = pd.read_csv("data/co2-concentration.csv", parse_dates=["Date"])
x = co2["Date"].dt.year + (co2["Date"].dt.month - 0.5) / 12
slope = np.cov(x, co2["adjusted CO2"])[0, 1] / np.var(x, ddof=1)
cycle = (co2["CO2"] - co2["adjusted CO2"]).groupby(co2["Date"].dt.month_name()).mean()
print(json.dumps([len(co2), slope, cycle.idxmax(), cycle.idxmin(), cycle.max() - cycle.min()]))
`;

it(
  "the CO₂ question becomes a notebook with pandas' own numbers, through the lens above the code",
  { timeout: 2 * RUN_LIMIT_MS },
  async () => {
    const workbench = await Workbench.forTest();
    await ask(workbench, QUESTIONS.carbonDioxide);
    const said = await runOnceInline(workbench);
    expect(said).toContain("data/co2-concentration.csv");
    expect(said).toContain("Networks: none");

    const [attempt] = await finishedAttempts(workbench, 1);
    await workbench
      .activeTab("notebook.ipynb")
      .or(workbench.tab("notebook.ipynb"))
      .first()
      .waitFor({ timeout: 60_000 });
    expect(notebookSource(attempt!)).toContain('pd.read_csv("data/co2-concentration.csv"');
    expect(readdirSync(join(attempt!, "figures")).some((name) => name.endsWith(".png"))).toBe(true);

    const [months, slope, high, low, range] = pandasApart(workbench.workspace, APART) as [
      number,
      number,
      string,
      string,
      number,
    ];
    const found = results(attempt!);
    expect(found).toMatchObject({ months, month_of_maximum: high, month_of_minimum: low });
    expect(found.trend_ppm_per_year).toBeCloseTo(slope, 9);
    expect(found.peak_to_trough_ppm).toBeCloseTo(range, 9);
    expect(started(workbench)).toHaveLength(1);
  },
);

it("what is rejected does not run: nothing started, no sandbox used", async () => {
  const workbench = await Workbench.forTest();
  await ask(workbench, QUESTIONS.carbonDioxide);
  await workbench.codeLens(/Run once/).waitFor({ timeout: 60_000 });
  await workbench.codeLens("Reject").click();
  await workbench.quickInput.answer("not today");
  await expect.poll(() => ledger(workbench).map(({ type }) => type)).toContain("decided");
  await workbench.lensText(/Rejected by .*: not today/).waitFor();
  expect(started(workbench)).toEqual([]);
  expect(ledger(workbench).filter(({ type }) => type === "claimed")).toEqual([]);
});

it(
  "an edit is assessed again, and the edited bytes are what runs",
  { timeout: 2 * RUN_LIMIT_MS },
  async () => {
    const workbench = await Workbench.forTest();
    await ask(workbench, QUESTIONS.carbonDioxide);
    await workbench.codeLens(/Run once/).waitFor({ timeout: 60_000 });
    const edited = 'open("edited.txt", "w").write("by hand")\nresults = {"edited": True}\n';
    await workbench.replaceEditorText(edited);
    await workbench.codeLens(/Run once.*edited\.txt/).waitFor({ timeout: 30_000 });
    const said = await runOnceInline(workbench);
    expect(said).toContain("as you edited it");

    const [attempt] = await finishedAttempts(workbench, 1);
    expect(notebookSource(attempt!)).toBe(edited);
    expect(results(attempt!)).toEqual({ edited: true });
  },
);

it(
  "a window reloaded while an approval waits shows it again, and runs it when approved",
  { timeout: 2 * RUN_LIMIT_MS },
  async () => {
    const workbench = await Workbench.forTest();
    await ask(workbench, QUESTIONS.carbonDioxide);
    await workbench.codeLens(/Run once/).waitFor({ timeout: 60_000 });
    await workbench.reloadWindow();
    await runOnceInline(workbench);
    const [attempt] = await finishedAttempts(workbench, 1);
    expect(results(attempt!)).toMatchObject({ months: 741 });
    expect(started(workbench)).toHaveLength(1);
  },
);

it("code that fails is repaired with its error, and asks again", { timeout: 2 * RUN_LIMIT_MS }, async () => {
  const workbench = await Workbench.forTest();
  await ask(workbench, QUESTIONS.wettestMonth);
  await runOnceInline(workbench);
  await finishedAttempts(workbench, 1);
  await showWaiting(workbench);
  await runOnceInline(workbench);
  const [first, second] = await finishedAttempts(workbench, 2);
  expect(notebookSource(first!)).toContain('weather["rain"]');
  expect(results(second!)).toMatchObject({ wettest_month: "November" });
  expect(started(workbench)).toHaveLength(2);
});

it("a control write is shown with channel and value, and refused while no control system is configured", async () => {
  const workbench = await Workbench.forTest();
  await ask(workbench, QUESTIONS.magnet);
  await workbench
    .notification(/refused/i)
    .first()
    .waitFor({ timeout: 60_000 });
  const rows = ledger(workbench)
    .map(({ body }) => body)
    .join("\n");
  expect(rows).toContain("SR:MAG:QF1:CURRENT");
  expect(started(workbench)).toEqual([]);
});
