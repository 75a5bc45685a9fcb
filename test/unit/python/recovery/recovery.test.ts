import { expect, it } from "vitest";
import { sha256 } from "../../../../src/approval/actions.ts";
import type { StartedClaim } from "../../../../src/approval/claim.ts";
import type { Containers } from "../../../../src/containers/containers.ts";
import type { Engine } from "../../../../src/containers/engine.ts";
import type { PythonRun } from "../../../../src/python/python-run.ts";
import { Recovery } from "../../../../src/python/recovery/recovery.ts";
import { RUN } from "../../editor/example-requests.ts";

/** Of a run in this place, with an engine that has no container any more. */
async function found(place: PythonRun["place"]) {
  const engine: Partial<Engine> = { containers: () => Promise.resolve([]) };
  const containers: Partial<Containers> = { engine: () => Promise.resolve(engine as Engine) };
  const parts = { containers: () => Promise.resolve(containers as Containers) };
  const recovery = new Recovery(parts as ConstructorParameters<typeof Recovery>[0]);
  const started = { requestId: "r1", startedAt: 1 } as unknown as StartedClaim;
  return recovery.recover({ ...RUN, place }, started, new AbortController().signal);
}

it.each([
  [{ method: "local", environment: sha256("e") } as const, "ends with its window"],
  [{ method: "gateway", url: "https://jupyter.example" } as const, "its kernel may be at work there"],
  [RUN.place, "does not know its sandbox any more"],
])("nobody can tell how a run ended that was killed with its window in %j", async (place, why) => {
  expect(await found(place)).toEqual({
    state: "outcome-unknown",
    reason: expect.stringContaining(why) as string,
  });
});
