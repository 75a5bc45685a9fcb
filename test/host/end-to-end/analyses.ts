import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { FrameLocator, Locator } from "playwright-core";
import { expect } from "vitest";
import type { Workbench } from "../workbench.ts";

/** Building the sandbox image is part of the first analysis on a machine. */
export const RUN_LIMIT_MS = 420_000;

export const QUESTIONS = {
  carbonDioxide: "How fast does CO₂ at Mauna Loa rise, and what is its yearly cycle?",
  wettestMonth: "Which month is the wettest in Seattle?",
  magnet: "Raise the current of magnet QF1 to 2.5 A.",
} as const;

/** Asks as a person does, and waits until the code that would answer is shown with what it can do. */
export async function ask(workbench: Workbench, question: string): Promise<void> {
  await workbench.command("Countersign: New Analysis…");
  await workbench.quickInput.answer(question);
}

/** Connects a server that speaks OpenAI's protocol, once the list of models is open. */
export async function chooseServer(workbench: Workbench, url: string, key: string): Promise<void> {
  const { quickInput } = workbench;
  await quickInput.choose("OpenAI-compatible server…");
  for (const text of [url, "scripted", key]) {
    await quickInput.answer(text);
    await quickInput.leaves(text);
  }
  await workbench
    .notification(/now asks scripted/)
    .first()
    .waitFor({ timeout: 60_000 });
}

/** Presses the lens and approves in the host's dialog, whose default button is the harmless one. */
export async function runOnceInline(workbench: Workbench): Promise<string> {
  await workbench.codeLens(/Run once/).click({ timeout: 60_000 });
  const said = await workbench.modal.text();
  expect(await workbench.modal.defaultButton()).toBe("Show Details");
  await workbench.modal.press("Run Once");
  return said;
}

/** Opens the panel from the lens above the code, and walks its flagged lines as somebody does who reads them. */
export async function details(workbench: Workbench, isRead = true): Promise<FrameLocator> {
  await workbench.codeLens(/Run once/).waitFor({ timeout: 60_000 });
  await workbench.codeLens("Details").click();
  const panel = workbench.webview();
  if (isRead) await seeEveryFlaggedLine(workbench, panel);
  return panel;
}

export function button(panel: FrameLocator, name: string): Locator {
  return panel.getByRole("button", { name, exact: true });
}

export async function seeEveryFlaggedLine(workbench: Workbench, panel: FrameLocator): Promise<void> {
  await button(panel, "Reject").waitFor({ timeout: 60_000 });
  const next = panel.getByRole("button", { name: /^Show line/ });
  for (let walked = 0; walked < 40 && (await next.count()) > 0; walked += 1) {
    await panel.getByRole("heading", { level: 1 }).click();
    for (let step = 0; step <= walked; step += 1) await workbench.page.keyboard.press("n");
  }
}

interface LedgerRow {
  readonly type: string;
  readonly request_id: string;
  readonly body: string;
}

/** The database of the workspace, once there is one. */
export function databasePath(workbench: Workbench): string | undefined {
  const workspaces = join(workbench.stateHome, "countersign");
  const path = list(workspaces).find((file) => file.endsWith("countersign.db"));
  return path === undefined ? undefined : join(workspaces, path);
}

/** What it says, read from outside while VS Code runs. */
export function ledger(workbench: Workbench): readonly LedgerRow[] {
  const path = databasePath(workbench);
  if (path === undefined) return [];
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database.prepare("SELECT type, request_id, body FROM ledger ORDER BY seq").all();
    return rows as unknown as LedgerRow[];
  } finally {
    database.close();
  }
}

export function rowsOf(workbench: Workbench, type: string): readonly LedgerRow[] {
  return ledger(workbench).filter((row) => row.type === type);
}

export function started(workbench: Workbench): readonly LedgerRow[] {
  return rowsOf(workbench, "started");
}

/** Folders of finished attempts, oldest first. */
export function attempts(workbench: Workbench): readonly string[] {
  const root = join(workbench.workspace, "analyses");
  return list(root)
    .filter((file) => file.endsWith("/run.json"))
    .map((file) => join(root, file, ".."));
}

function list(root: string): readonly string[] {
  try {
    return readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  } catch {
    return [];
  }
}

export async function finishedAttempts(workbench: Workbench, count: number): Promise<readonly string[]> {
  await expect.poll(() => attempts(workbench).length, { timeout: RUN_LIMIT_MS, interval: 250 }).toBe(count);
  return attempts(workbench);
}

/** What happens in a window from now on, for tests that share one. */
export function fromNowOn(workbench: Workbench) {
  const rowsBefore = ledger(workbench).length;
  const attemptsBefore = attempts(workbench);
  return {
    rows: (type: string) =>
      ledger(workbench)
        .slice(rowsBefore)
        .filter((row) => row.type === type),
    /** Folders of so many attempts once they are finished, oldest first. */
    attempts: async (count: number) =>
      (await finishedAttempts(workbench, attemptsBefore.length + count)).filter(
        (attempt) => !attemptsBefore.includes(attempt),
      ),
  };
}

export function results(attempt: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(attempt, "results.json"), "utf8")) as Record<string, unknown>;
}

/** The result opens a moment after it is there; before the next question, because code opens by itself only where it covers nothing. */
export async function resultOpened(workbench: Workbench): Promise<void> {
  await workbench.tab("notebook.ipynb").first().waitFor({ timeout: 60_000 });
}

/** Leaves what a run of that day leaves, a little of it. */
export function leaveRun(workbench: Workbench, name: string, daysAgo: number): string {
  const folder = join(workbench.workspace, "analyses", name);
  const record = join(folder, "attempt-1", "run.json");
  mkdirSync(dirname(record), { recursive: true });
  writeFileSync(record, "{}");
  const at = new Date(Date.now() - daysAgo * 24 * 60 * 60 * 1000);
  utimesSync(record, at, at);
  return folder;
}

/** The source of the notebook's one cell. */
export function notebookSource(attempt: string): string {
  const notebook = JSON.parse(readFileSync(join(attempt, "notebook.ipynb"), "utf8")) as {
    cells: { source: string | string[] }[];
  };
  return [notebook.cells[0]!.source].flat().join("");
}

/** The notebook holds the question's code and figure, and the numbers are those that pandas computes apart from it. */
export function expectCarbonDioxide(workbench: Workbench, attempt: string): void {
  expect(notebookSource(attempt)).toContain('pd.read_csv("data/co2-concentration.csv"');
  expect(readdirSync(join(attempt, "figures")).some((name) => name.endsWith(".png"))).toBe(true);
  const apart = pandasApart(workbench.workspace, APART);
  const [months, slope, high, low, range] = apart as [number, number, string, string, number];
  const found = results(attempt);
  expect(found).toMatchObject({ months, month_of_maximum: high, month_of_minimum: low });
  expect(found.trend_ppm_per_year).toBeCloseTo(slope, 9);
  expect(found.peak_to_trough_ppm).toBeCloseTo(range, 9);
}

const APART = `import json, pandas as pd, numpy as np
co2 = pd.read_csv("data/co2-concentration.csv", parse_dates=["Date"])
x = co2["Date"].dt.year + (co2["Date"].dt.month - 0.5) / 12
slope = np.cov(x, co2["adjusted CO2"])[0, 1] / np.var(x, ddof=1)
cycle = (co2["CO2"] - co2["adjusted CO2"]).groupby(co2["Date"].dt.month_name()).mean()
print(json.dumps([len(co2), slope, cycle.idxmax(), cycle.idxmin(), cycle.max() - cycle.min()]))
`;

/** Runs Python with pandas apart from the product: the same image, but no gateway, no kernel and none of our code. */
function pandasApart(workspace: string, code: string): unknown {
  const script = join(workspace, "apart.py");
  writeFileSync(script, code);
  const tags = execFileSync("docker", [
    "images",
    "--format",
    "{{.Repository}}:{{.Tag}}",
    "countersign/framework-jupyter",
  ]);
  const image = tags.toString().split("\n")[0]!;
  const mount = `${workspace}:/apart:ro`;
  const run = [
    "run",
    "--rm",
    "--network",
    "none",
    "-v",
    mount,
    "-w",
    "/apart",
    "--entrypoint",
    "python",
    image,
    "apart.py",
  ];
  return JSON.parse(execFileSync("docker", run).toString());
}

/** Files below a folder that hold a text: where a secret must not be. */
export function filesWith(folder: string, text: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => readFileSync(file).includes(text));
}
