import type { RequestId } from "../../approval/decisions.ts";
import { LABEL, type ContainerInfo, type Engine } from "../../containers/engine.ts";
import { removeSandbox } from "./container-end.ts";
import { requestOf } from "./names.ts";
import { isOrphan, madeAs, ownerIsDead } from "./ownership.ts";

/**
 * Removes sandboxes that dead processes left behind. One that was adopted by a request is the evidence of its run: it
 * stays unless `isOver` says that this request has a proven end, and so does its control gateway.
 * @throws as `Engine` does
 */
export async function removeOrphans(engine: Engine, isOver: (id: RequestId) => boolean): Promise<void> {
  for (const sandbox of await orphansOf(engine, "sandbox")) {
    const request = requestOf(sandbox.name);
    if (request === undefined || isOver(request)) await removeSandbox(engine, sandbox.id);
  }
  // What a run put is told by the log of its sandbox's gateway, which goes with the sandbox.
  const staying = new Set((await engine.containers(`${LABEL}=sandbox`)).map(madeAs));
  for (const gateway of await orphansOf(engine, "gateway"))
    if (!staying.has(madeAs(gateway))) await engine.remove(gateway.id);
  await removeUnusedVolumes(engine);
  await removeUnusedNetworks(engine);
}

async function orphansOf(engine: Engine, kind: "sandbox" | "gateway"): Promise<readonly ContainerInfo[]> {
  return (await engine.containers(`${LABEL}=${kind}`)).filter((one) => isOrphan(engine, one));
}

/** A process can die between making the volume and making the container. */
async function removeUnusedVolumes(engine: Engine): Promise<void> {
  for (const { name, labels } of await engine.volumes(`${LABEL}=volume`)) {
    // The engine refuses where a sandbox that stays uses it.
    if (ownerIsDead(engine, labels)) await engine.removeVolume(name).catch(() => undefined);
  }
}

async function removeUnusedNetworks(engine: Engine): Promise<void> {
  for (const { name, labels } of await engine.networks(`${LABEL}=network`)) {
    const attached = ownerIsDead(engine, labels) ? (await engine.network(name))?.containers : undefined;
    if (attached?.length === 0) await engine.removeNetwork(name);
  }
}
