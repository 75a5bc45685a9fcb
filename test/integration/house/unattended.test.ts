import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { AnalysisId } from "../../../src/agent/analysis.ts";
import type { RequestId } from "../../../src/approval/decisions.ts";
import type { Outcome } from "../../../src/approval/outcome.ts";
import type { RunRecord } from "../../../src/python/python-run.ts";
import { ownContainers, TestWorkspace, type Window } from "./house.ts";

const run = promisify(execFile);
const CLOSED_WITHIN_MS = 4_000;
const LINES = 240;
const LINE = 40_000;
/** Nine megabytes, most of them while nobody listens, a figure and a file before and after. */
const TALKATIVE = `
import time
from IPython.display import display
import matplotlib.pyplot as plt
plt.plot([1, 2]); plt.show()
open("before.txt", "w").write("before")
print("at work", flush=True)
for number in range(${LINES}):
    print(f"{number:03}" + "x" * ${LINE - 4}, flush=True)
    time.sleep(0.02)
plt.plot([2, 1]); plt.show()
open("after.txt", "w").write("after")
results = {"lines": ${LINES}}
`;
const ENDLESS =
  "print('at work', flush=True)\nopen('half.txt', 'w').write('half')\nimport time\ntime.sleep(300)\n";

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await TestWorkspace.make();
});

afterEach(async () => {
  await workspace.dispose();
});

/** Opened, asked, approved, at work, and closed. */
async function left(code: string): Promise<{ readonly id: AnalysisId; readonly request: RequestId }> {
  workspace.code = [code];
  const window = await workspace.open();
  const { id, request } = await window.atWork("How long?", "at work");
  const before = performance.now();
  await window.close();
  expect(performance.now() - before).toBeLessThan(CLOSED_WITHIN_MS);
  return { id, request: request.id };
}

/** The next window, with its agent at work. */
async function next(): Promise<Window> {
  const window = await workspace.open();
  (await window.agent()).resume();
  return window;
}

function recordOf(outcome: Outcome<RunRecord>): RunRecord {
  if (!("result" in outcome) || outcome.result === undefined) throw new Error(JSON.stringify(outcome));
  return outcome.result;
}

/** Of everything that was printed, wherever it went. */
async function printedBy({ folder, notebook }: RunRecord): Promise<string> {
  const { cells } = JSON.parse(await readFile(notebook, "utf8")) as {
    readonly cells: readonly {
      readonly outputs: readonly { readonly name?: string; readonly text?: unknown }[];
    }[];
  };
  const streams = cells.flatMap(({ outputs }) => outputs).filter(({ name }) => name === "stdout");
  const shown = streams.map(({ text }) => (Array.isArray(text) ? text.join("") : String(text))).join("");
  return shown + (await readFile(join(folder, "output.txt"), "utf8").catch(() => ""));
}

it("a run goes on when its window closes, and the next one shows it, collects all of it once and says so", async () => {
  workspace.settings["framework.container.pool_size"] = 1;
  const { id, request } = await left(TALKATIVE);
  expect(await ownContainers()).toEqual([`countersign-run-${request}`]);
  workspace.settings["framework.container.pool_size"] = 0;

  const window = await next();
  expect((await window.agent()).get(id)).toMatchObject({ state: "running" });
  expect(window.house.approvals.get(request).state).toBe("started");
  const outcome = await window.outcome(request);
  expect(outcome).toMatchObject({ state: "finished", result: { unattended: true } });
  const record = recordOf(outcome);
  // A display's text stands beside what was printed where the notebook takes no more.
  const lines = (await printedBy(record)).split("\n").filter((line) => !/^(<Figure .*)?$/.test(line));
  expect(lines[0]).toBe("at work");
  expect(lines.slice(1).map((line) => `${line.slice(0, 3)} ${line.length}`)).toEqual(
    Array.from({ length: LINES }, (_, number) => `${String(number).padStart(3, "0")} ${LINE - 1}`),
  );
  expect(record.files.map((file) => basename(file)).sort()).toEqual(["after.txt", "before.txt"]);
  expect(record.figures).toHaveLength(2);
  expect(await readdir(join(record.folder, "figures"))).toHaveLength(2);
  expect(record.resultsText).toContain(String(LINES));
  expect(await window.ended(id)).toMatchObject({ state: "finished", notebook: record.notebook });
  expect(window.started(request)).toBe(1);
  expect(await ownContainers()).toEqual([]);
});

it("what goes on is cancelled from the next window, and from nowhere else", async () => {
  const { id, request } = await left(ENDLESS);
  const second = await next();
  await second.close();
  expect(await ownContainers()).toHaveLength(1);

  const third = await next();
  expect(third.house.approvals.get(request).state).toBe("started");
  (await third.agent()).cancel(id);
  const outcome = await third.outcome(request);
  expect(outcome).toMatchObject({ state: "cancelled", result: { text: "at work\n" } });
  expect(recordOf(outcome).files.map((file) => basename(file))).toEqual(["half.txt"]);
  expect(third.ledger(request)).toContain("cancel-asked");
  expect(await third.ended(id)).toMatchObject({ state: "cancelled" });
  expect(await ownContainers()).toEqual([]);
});

it("what goes on is stopped when its time is over while nobody is there, and what it left is kept", async () => {
  workspace.settings["framework.execution.limits.seconds"] = 3;
  const { request } = await left(ENDLESS);
  const [container] = await ownContainers();
  const log = async () => {
    const { stdout, stderr } = await run("docker", ["logs", container ?? ""]);
    return stdout + stderr;
  };
  await expect.poll(log, { interval: 500 }).toContain("COUNTERSIGN overdue");
  const { stdout } = await run("docker", ["top", container ?? "", "-eo", "pid"]);
  expect(stdout.trim().split("\n")).toHaveLength(2);

  const outcome = await (await next()).outcome(request);
  expect(outcome).toMatchObject({
    state: "failed",
    error: { code: "time-limit" },
    result: { text: "at work\n", unattended: true },
  });
  expect(recordOf(outcome).files.map((file) => basename(file))).toEqual(["half.txt"]);
});
