import type { RequestId } from "../../approval/decisions.ts";
import { LABEL, type Engine } from "../../containers/engine.ts";
import { removeSandbox } from "./container-end.ts";
import { requestOf } from "./names.ts";
import { isOrphan, ownerIsDead } from "./ownership.ts";

/**
 * Removes sandboxes that dead processes left behind. One that was adopted by a request is the evidence of its run: it
 * stays unless `isOver` says that this request has a proven end.
 * @throws as `Engine` does
 */
export async function removeOrphans(engine: Engine, isOver: (id: RequestId) => boolean): Promise<void> {
  const sandboxes = await engine.containers(`${LABEL}=sandbox`);
  for (const sandbox of sandboxes.filter((one) => isOrphan(engine, one))) {
    const request = requestOf(sandbox.name);
    if (request === undefined || isOver(request)) await removeSandbox(engine, sandbox.id);
  }
  for (const gateway of await engine.containers(`${LABEL}=gateway`))
    if (isOrphan(engine, gateway)) await engine.remove(gateway.id);
  await removeUnusedVolumes(engine);
  await removeUnusedNetworks(engine);
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
