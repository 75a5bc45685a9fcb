import type { ContainerInfo, Engine } from "../../containers/engine.ts";
import { isAlive, thisProcess, type ProcessId } from "../../storage/process-identity.ts";

const OWNER = "dev.countersign.owner";

/** Labels that say which process a sandbox belongs to: when it is gone, nobody else will remove the sandbox. */
export function ownerLabels(): Readonly<Record<string, string>> {
  return { [OWNER]: JSON.stringify(thisProcess()) };
}

const SANDBOX = "dev.countersign.sandbox";

/** Those of everything that belongs to the sandbox that was made under this name, and goes with it. */
export function sandboxLabels(name: string): Readonly<Record<string, string>> {
  return { [SANDBOX]: name, ...ownerLabels() };
}

/** The name that a sandbox was made under, whatever it is called now. */
export function madeAs({ labels }: ContainerInfo): string | undefined {
  return labels[SANDBOX];
}

/** Another machine's processes cannot be judged from here; what an earlier boot of this one left does not run any more. */
export function isOrphan(engine: Engine, { labels, state }: ContainerInfo): boolean {
  if (ownerOf(labels) === undefined) return false;
  if (isOfThisBoot(engine, labels)) return ownerIsDead(engine, labels);
  return state === "exited" || state === "dead";
}

export function ownerIsDead(engine: Engine, labels: ContainerInfo["labels"]): boolean {
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
