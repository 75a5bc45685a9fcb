import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import type { ApprovalRequest } from "../../../src/approval/request.ts";
import type { PythonRun, RunPlace } from "../../../src/python/python-run.ts";
import { TestWorkspace } from "./house.ts";

const run = promisify(execFile);

it("a file that changes after the approval refuses the run, and the same code asked anew says what changed and runs once", async () => {
  const workspace = await TestWorkspace.forTest();
  const window = await workspace.open();
  await workspace.write("limits.txt", "1\n");
  workspace.code = ['results = {"limit": int(open("limits.txt").read())}\n'];
  const id = await window.ask("What is the limit?");
  const first = await window.waiting(id);
  const { approvals } = window.house;
  const shown = await approvals.show(first.id, AbortSignal.timeout(10_000));
  await workspace.write("limits.txt", "2\n");
  await approvals.decide(first.id, { verdict: "approve" }, shown.proof);
  expect(await window.outcome(first.id)).toEqual({
    state: "refused",
    reason: "Changed since it was approved: limits.txt changed.",
  });
  expect((await window.ended(id)).state).toBe("failed");

  (await window.agent()).askAnew(first.id);
  const second = await window.waiting(id);
  const [comparison] = approvals.compare(await approvals.show(second.id, AbortSignal.timeout(10_000)));
  expect(comparison).toMatchObject({
    earlier: { id: first.id },
    since: "approved",
    gained: [],
    lost: [],
    world: ["limits.txt changed"],
  });
  expect(comparison?.before).toBe(comparison?.now);
  await window.approve(second.id);
  const outcome = await window.outcome(second.id);
  if (outcome.state !== "finished") throw new Error(JSON.stringify(outcome));
  expect(JSON.parse(outcome.result.resultsText)).toEqual({ limit: 2 });
  const asked = workspace.server!.requests.filter(({ schema }) => schema === "python");
  expect(asked).toHaveLength(1);
});

it("an image that is rebuilt after the approval refuses the run, and only what was asked anew runs in the new one", async () => {
  const workspace = await TestWorkspace.forTest();
  const first = await workspace.open();
  workspace.code = ["results = {'ran': True}\n"];
  const { request } = await first.perform("Does it run?");
  await first.close();

  const name = `countersign-tests/own-image:${process.pid}`;
  onTestFinished(async () => {
    await docker("image", "rm", "--force", name, `${name}-rebuilt`);
  });
  await docker("tag", placeOf(request).image, name);
  workspace.settings["framework.container.existing_image"] = name;
  const window = await workspace.open();
  const id = await window.ask("Does it run in an image of our own?");
  const waiting = await window.waiting(id);
  const { approvals } = window.house;
  const { proof } = await approvals.show(waiting.id, AbortSignal.timeout(10_000));
  await rebuild(name);
  await approvals.decide(waiting.id, { verdict: "approve" }, proof);
  expect(await window.outcome(waiting.id)).toEqual({
    state: "refused",
    reason: "Changed since it was approved: the image was rebuilt or replaced.",
  });
  expect((await window.ended(id)).state).toBe("failed");

  (await window.agent()).askAnew(waiting.id);
  const anew = await window.waiting(id);
  const [comparison] = approvals.compare(await approvals.show(anew.id, AbortSignal.timeout(10_000)));
  expect(comparison).toMatchObject({ gained: [], lost: [], world: ["the image was rebuilt or replaced"] });
  expect(placeOf(anew).imageId).not.toBe(placeOf(waiting).imageId);
  await window.approve(anew.id);
  expect((await window.outcome(anew.id)).state).toBe("finished");
});

function placeOf({ action }: ApprovalRequest): Extract<RunPlace, { readonly method: "container" }> {
  const { place } = action.payload as unknown as PythonRun;
  if (place.method !== "container") throw new Error(`It would run in ${place.method}`);
  return place;
}

/** The same name for an image with another id, as after a build. */
async function rebuild(name: string): Promise<void> {
  const container = await docker("create", name);
  await docker("commit", "--change", "LABEL rebuilt=yes", container, `${name}-rebuilt`);
  await docker("rm", container);
  await docker("tag", `${name}-rebuilt`, name);
}

async function docker(...command: readonly string[]): Promise<string> {
  return (await run("docker", command)).stdout.trim();
}
