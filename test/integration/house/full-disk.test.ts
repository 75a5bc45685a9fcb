import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { TestWorkspace, told, type Window } from "./house.ts";

const run = promisify(execFile);
let workspace: TestWorkspace;
let window: Window;

/** The whole workspace is a real file system of 256 kB. */
beforeEach(async () => {
  workspace = await TestWorkspace.make();
  await run("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", workspace.dir]);
  await workspace.write("data/values.csv", "a\n1\n");
  window = await workspace.open();
});

afterEach(async () => {
  await window.close();
  await run("umount", [workspace.dir]);
  await workspace.dispose();
});

it("a full disk in the run folder: the output and the results are kept, and a retry works once there is room", async () => {
  workspace.code = [
    "print('computed')\nresults = {'answer': 42}\nn = open('big.bin', 'wb').write(b'x' * 1_000_000)\n",
  ];
  const { id, request, outcome } = await window.perform("How large?");
  expect(outcome).toMatchObject({
    state: "failed",
    error: { code: "disk-full" },
    result: { text: "computed\n" },
  });
  const error = told(outcome.state === "failed" ? outcome.error : undefined);
  expect(error.next).toContain("Free space");
  const { notebook, resultsText } = (outcome as { result: { notebook: string; resultsText: string } }).result;
  expect(JSON.parse(resultsText)).toEqual({ answer: 42 });
  expect(await readFile(notebook, "utf8")).toContain("computed");
  expect(window.started(request.id)).toBe(1);
  expect(await window.ended(id)).toMatchObject({ state: "failed", error });

  await run("mount", ["-o", "remount,size=8m", workspace.dir]);
  (await window.agent()).retry(id);
  const second = await window.waiting(id);
  await window.approve(second.id);
  expect(await window.outcome(second.id)).toMatchObject({ state: "finished" });
  expect(window.house.approvals.outcome(request.id)).toEqual(outcome);
});
