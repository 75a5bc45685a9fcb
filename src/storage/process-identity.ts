import { readFileSync, readlinkSync } from "node:fs";

/** One process, told apart from a later one that got the same number. */
export interface ProcessId {
  readonly pid: number;
  /** Start time in clock ticks since boot where the platform says, else empty. */
  readonly started: string;
  /** Which boot of the machine; empty where the platform does not say. */
  readonly boot: string;
  /** The name space that `pid` counts in (containers have their own); empty where there are none. */
  readonly pidSpace: string;
}

export function thisProcess(): ProcessId {
  return identityOf(process.pid);
}

/** A process of this machine and this name space. */
export function identityOf(pid: number): ProcessId {
  return { pid, started: startTime(pid), boot: bootId(), pidSpace: pidSpace() };
}

/**
 * Whether exactly that process still runs here. A process of an earlier boot, or a successor with its number, does not.
 * Errs towards alive: what cannot be judged from here (another container's process) is left to its owner.
 */
export function isAlive(owner: ProcessId): boolean {
  if (owner.boot !== bootId()) return false;
  if (owner.pidSpace !== pidSpace()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return startTime(owner.pid) === owner.started;
}

/** False for what only its owner can know: a process in another container, or of another boot. */
export function canJudge(owner: ProcessId): boolean {
  return owner.boot === bootId() && owner.pidSpace === pidSpace();
}

/** Field 22 of /proc/PID/stat (proc(5)); a zombie counts as gone. */
function startTime(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? "zombie" : (fields[19] ?? "");
}

function bootId(): string {
  return read("/proc/sys/kernel/random/boot_id").trim();
}

function pidSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
