import type { RequestId } from "../../approval/decisions.ts";
import { LABEL, type ContainerInfo, type Engine } from "../../containers/engine.ts";
import { isAlive, thisProcess, type ProcessId } from "../../storage/process-identity.ts";
import { requestOf } from "./names.ts";

const OWNER = "dev.countersign.owner";

/** Labels that say which process a sandbox belongs to: when it is gone, nobody else will remove the sandbox. */
export function ownerLabels(): Readonly<Record<string, string>> {
  return { [OWNER]: JSON.stringify(thisProcess()) };
}

/**
 * Removes sandboxes that dead processes left behind. One that was adopted by a request is the evidence of its run: it
 * stays unless `isOver` says that this request has a proven end.
 * @throws as `Engine` does
 */
export async function removeOrphans(engine: Engine, isOver: (id: RequestId) => boolean): Promise<void> {
  const sandboxes = await engine.containers(`${LABEL}=sandbox`);
  for (const sandbox of sandboxes.filter((one) => isOrphan(engine, one))) {
    const request = requestOf(sandbox.name);
    if (request === undefined || isOver(request)) await removeWithVolume(engine, sandbox.id);
  }
  for (const gateway of await engine.containers(`${LABEL}=gateway`))
    if (isOrphan(engine, gateway)) await engine.remove(gateway.id);
  await removeUnusedVolumes(engine);
  await removeUnusedNetworks(engine);
}

async function removeWithVolume(engine: Engine, id: string): Promise<void> {
  const mounts = (await engine.inspect(id))?.mounts ?? [];
  await engine.remove(id);
  for (const { type, source } of mounts) if (type === "volume") await engine.removeVolume(source);
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

/** Another machine's processes cannot be judged from here; what an earlier boot of this one left does not run any more. */
function isOrphan(engine: Engine, { labels, state }: ContainerInfo): boolean {
  if (ownerOf(labels) === undefined) return false;
  if (isOfThisBoot(engine, labels)) return ownerIsDead(engine, labels);
  return state === "exited" || state === "dead";
}

function ownerIsDead(engine: Engine, labels: ContainerInfo["labels"]): boolean {
  const owner = ownerOf(labels);
  return owner !== undefined && isOfThisBoot(engine, labels) && !isAlive(owner);
}

/** Where the platform does not name its boots, only an engine of this machine can tell. */
function isOfThisBoot(engine: Engine, labels: ContainerInfo["labels"]): boolean {
  const boot = ownerOf(labels)?.boot;
  return boot === thisProcess().boot && (boot !== "" || !engine.address.remote);
}

function ownerOf(labels: ContainerInfo["labels"]): ProcessId | undefined {
  try {
    const owner: unknown = JSON.parse(labels[OWNER] ?? "null");
    return isProcessId(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isProcessId(value: unknown): value is ProcessId {
  if (typeof value !== "object" || value === null) return false;
  const { pid, started, boot, pidSpace } = value as Partial<Record<keyof ProcessId, unknown>>;
  return Number.isInteger(pid) && [started, boot, pidSpace].every((part) => typeof part === "string");
}
