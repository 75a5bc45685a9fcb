import { basename } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { lendEnvironment, localPython } from "../../machine/local-python.ts";
import { isAlive } from "../python/processes.ts";
import { TestWorkspace, told } from "./house.ts";
import { killedAt } from "./killing.ts";

let workspace: TestWorkspace;
let python: string;

beforeAll(async () => {
  python = await localPython();
  workspace = await TestWorkspace.make();
  workspace.settings["framework.execution.execution_method"] = "local";
  workspace.code = ["import pandas as pd\nprint(len(pd.read_csv('data/values.csv')))\n"];
});

afterAll(async () => {
  await workspace.dispose();
});

function withoutPython(): () => void {
  const path = process.env.PATH;
  const restore = (): void => void (process.env.PATH = path);
  process.env.PATH = "/nowhere";
  onTestFinished(restore);
  return restore;
}

it("Python is missing for the local method: nothing is started, and a retry runs once it is there", async () => {
  const window = await workspace.open();
  const restore = withoutPython();
  const { id, request, outcome } = await window.perform("How many?");
  expect(outcome).toMatchObject({ state: "failed", error: { code: "python-missing" } });
  const error = told(outcome.state === "failed" ? outcome.error : undefined);
  expect(error.next).toContain("Install Python 3.11");
  expect(error.kept).toContain("code");
  expect(window.started(request.id)).toBe(0);
  expect(await window.ended(id)).toMatchObject({ state: "failed", error });

  await lendEnvironment(python, workspace.stateDir);
  restore();
  (await window.agent()).retry(id);
  const second = await window.waiting(id);
  expect(second.assessment.isolation.level).toBe("local");
  await window.approve(second.id);
  expect(await window.outcome(second.id)).toMatchObject({ state: "finished" });
  expect(await window.ended(id)).toMatchObject({ state: "finished" });
});

it("what runs without a container is cancelled with its window, and the next one says so", async () => {
  workspace.code = ["print('at work', flush=True)\nopen('half.txt', 'w')\nimport time\ntime.sleep(300)\n"];
  const window = await workspace.open();
  const { id, request } = await window.atWork("How long?", "at work");
  await window.close();

  const next = await workspace.open();
  (await next.agent()).resume();
  const outcome = await next.outcome(request.id);
  expect(outcome).toMatchObject({ state: "cancelled", result: { text: "at work\n" } });
  const { files } = (outcome as { result: { files: readonly string[] } }).result;
  expect(files.map((file) => basename(file))).toEqual(["half.txt"]);
  const ended = await next.ended(id);
  expect(ended).toMatchObject({ state: "cancelled" });
  expect(ended.answer).toContain("cancelled when its window closed");
  expect(next.started(request.id)).toBe(1);
});

it("what runs without a container ends with a window that is killed, and the next one says that nobody can tell more", async () => {
  workspace.code = ["import os, time\nprint('at work', os.getpid(), flush=True)\ntime.sleep(300)\n"];
  const { request, line } = await killedAt(workspace, "at work ");
  const pid = Number(line.split(" ")[2]);
  await expect.poll(() => isAlive(pid)).toBe(false);

  const next = await workspace.open();
  expect(await next.outcome(request)).toMatchObject({
    state: "outcome-unknown",
    reason: expect.stringContaining("ends with its window, and nothing tells how far it got") as string,
  });
  expect(next.started(request)).toBe(1);
});
