import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { OwnEngine } from "../containers/own-engine.ts";
import { TestWorkspace, ownContainers, told, type Window } from "./house.ts";

const run = promisify(execFile);
const ENDLESS = "print('first part', flush=True)\nimport time\ntime.sleep(300)\n";
let workspace: TestWorkspace;
let own: OwnEngine;
let window: Window;

/** The image is built by the machine's engine, whose cache has it, and given to the one that will be killed. */
beforeAll(async () => {
  workspace = await TestWorkspace.make();
  const builder = await workspace.open();
  const containers = await builder.house.containers();
  await containers.ensureSandboxImage(null, () => undefined, AbortSignal.timeout(280_000));
  const { tag } = await containers.sandboxImage(null);
  await builder.close();
  own = await OwnEngine.start();
  await run("sh", ["-c", `docker save ${tag} | docker --host ${own.host} load`]);
  workspace.environment.DOCKER_HOST = own.host;
  window = await workspace.open();
});

afterAll(async () => {
  await workspace.dispose();
  await own.remove();
});

/** An engine that was killed takes its time to come back on a machine that is busy. */
const PATIENCE_MS = 300_000;

it(
  "an engine that stops during a run: what came until then is kept, nothing runs twice, and a retry works once it is back",
  async () => {
    workspace.code = [ENDLESS, "print('second time')\n"];
    const { id, request } = await window.atWork("How many?", "first part");

    await own.kill();

    const outcome = await window.outcome(request.id);
    expect(outcome).toMatchObject({
      state: "failed",
      error: { code: "engine-stopped", kept: expect.stringContaining("output") as string },
      result: { text: "first part\n" },
    });
    expect(told(outcome.state === "failed" ? outcome.error : undefined).next).toContain(
      "Start the container engine",
    );
    const { folder, notebook } = (outcome as { result: { folder: string; notebook: string } }).result;
    expect(await readFile(notebook, "utf8")).toContain("first part");
    expect(JSON.parse(await readFile(join(folder, "run.json"), "utf8"))).toMatchObject({
      requestId: request.id,
      ended: { as: "failed", error: { code: "engine-stopped" } },
    });
    expect(window.ledger(request.id)).toEqual(["requested", "decided", "claimed", "started", "outcome"]);
    expect(await window.ended(id)).toMatchObject({
      state: "failed",
      error: { code: "engine-stopped" },
      notebook,
    });

    await own.startAgain();
    (await window.agent()).retry(id);
    const second = await window.waiting(id);
    expect(second.id).not.toBe(request.id);
    await window.approve(second.id);
    expect(await window.outcome(second.id)).toMatchObject({
      state: "finished",
      result: { text: "second time\n" },
    });
    expect(await window.ended(id)).toMatchObject({ state: "finished" });
    expect(window.house.approvals.outcome(request.id)).toEqual(outcome);
    await window.close();
    expect(await ownContainers(own.host)).toEqual([]);
  },
  PATIENCE_MS,
);
