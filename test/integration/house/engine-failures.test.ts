import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { MEDIA, TestWorkspace, ownContainers, told, type Window } from "./house.ts";

const CODE = "print('counting')\nresults = {'n': 3}\n";
const NOBODY = "unix:///nowhere/docker.sock";
let workspace: TestWorkspace;
let window: Window;

beforeEach(async () => {
  workspace = await TestWorkspace.make();
  workspace.code = [CODE];
  window = await workspace.open();
});

afterEach(async () => {
  await workspace.dispose();
});

it("no engine answers: the code is kept, and a retry goes on with it", async () => {
  const before = workspace.environment.DOCKER_HOST;
  workspace.environment.DOCKER_HOST = NOBODY;
  const id = await window.ask("How many?");
  const failed = await window.settled(id);
  expect(failed).toMatchObject({ state: "failed", error: { code: "engine-missing" } });
  expect(told(failed.error).next).toContain("DOCKER_HOST");
  expect(failed.error?.kept).toContain("code");

  if (before === undefined) delete workspace.environment.DOCKER_HOST;
  else workspace.environment.DOCKER_HOST = before;
  (await window.agent()).retry(id);
  const request = await window.waiting(id);
  expect((request.action.payload as { code: string }).code).toBe(CODE);
  expect(workspace.asked("python")).toBe(1);
  await window.approve(request.id);
  expect(await window.outcome(request.id)).toMatchObject({
    state: "finished",
    result: { text: "counting\n" },
  });
});

it("the engine went away before an approval was used: nothing is started, and a retry asks anew", async () => {
  const before = workspace.environment.DOCKER_HOST;
  const id = await window.ask("How many?");
  const request = await window.waiting(id);
  await window.close();
  workspace.environment.DOCKER_HOST = NOBODY;
  window = await workspace.open();
  await window.agent();
  await window.approve(request.id);
  const outcome = await window.outcome(request.id);
  expect(outcome).toMatchObject({ state: "failed", error: { code: "engine-missing" } });
  expect(window.started(request.id)).toBe(0);
  expect(await window.ended(id)).toMatchObject({ state: "failed", error: { code: "engine-missing" } });

  if (before === undefined) delete workspace.environment.DOCKER_HOST;
  else workspace.environment.DOCKER_HOST = before;
  (await window.agent()).retry(id);
  const second = await window.waiting(id);
  expect(second.id).not.toBe(request.id);
  await window.approve(second.id);
  expect(await window.outcome(second.id)).toMatchObject({ state: "finished" });
  expect(await window.ended(id)).toMatchObject({ state: "finished" });
  expect(window.house.approvals.outcome(request.id)).toEqual(outcome);
});

it("a build fails: the log's last lines are shown, nothing is started, and once it is mended a retry runs", async () => {
  const media = await mkdtemp(join(tmpdir(), "countersign-media-"));
  try {
    await cp(join(MEDIA, "services"), join(media, "services"), { recursive: true });
    const dockerfile = join(media, "services/jupyter/Dockerfile.njk");
    const sound = await readFile(dockerfile, "utf8");
    await writeFile(
      dockerfile,
      sound.replace(/^FROM .*$/m, "$&\nRUN echo the last words of this build && exit 3"),
    );
    workspace.mediaDir = media;
    window = await workspace.open();
    const { id, request, outcome } = await window.perform("How many?");
    expect(outcome).toMatchObject({ state: "failed", error: { code: "build-failed" } });
    const error = told(outcome.state === "failed" ? outcome.error : undefined);
    expect(error.message).toContain("the last words of this build");
    expect(error.message).toContain("exit 3");
    expect(error.kept).toContain("build steps");
    expect(window.started(request.id)).toBe(0);
    expect((request.action.payload as { code: string }).code).toBe(CODE);
    const ended = await window.ended(id);
    expect(ended).toMatchObject({ state: "failed", error });
    await window.close();

    await writeFile(dockerfile, sound);
    window = await workspace.open();
    (await window.agent()).retry(id);
    const second = await window.waiting(id);
    await window.approve(second.id);
    expect(await window.outcome(second.id)).toMatchObject({
      state: "finished",
      result: { text: "counting\n" },
    });
  } finally {
    await rm(media, { recursive: true });
  }
});

it("two windows that are told yes at once start one run", async () => {
  const other = await workspace.open();
  const rounds = 3;
  for (let round = 0; round < rounds; round += 1) {
    const id = await window.ask(`How many, round ${round}?`);
    const request = await window.waiting(id);
    await other.agent();
    const proofs = [window, other].map(({ house }) =>
      house.approvals.show(request.id, AbortSignal.timeout(9_000)),
    );
    const [mine, theirs] = await Promise.all(proofs);
    const decided = await Promise.allSettled([
      window.house.approvals.decide(request.id, { verdict: "approve" }, mine!.proof),
      other.house.approvals.decide(request.id, { verdict: "approve" }, theirs!.proof),
    ]);
    expect(decided.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(decided.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "approval-state" },
    });
    const outcomes = await Promise.all([window.outcome(request.id), other.outcome(request.id)]);
    expect(outcomes[0]).toMatchObject({ state: "finished" });
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(window.started(request.id)).toBe(1);
    expect(await other.ended(id)).toMatchObject({ state: "finished" });
  }
  await Promise.all([window.close(), other.close()]);
  expect(await ownContainers()).toEqual([]);
});
