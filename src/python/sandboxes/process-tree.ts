import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROUNDS = 50;

/**
 * Kills a process and everything that it and its descendants started, also what made sessions of their own, and resolves
 * when none of them is left. `marker` is a variable's `NAME=value` that all of them were started with; where the system shows
 * environments, it finds those that have let go of their parents.
 */
export async function killTree(root: number, marker: string): Promise<void> {
  const known = new Set([root]);
  for (let round = 0; round < ROUNDS; round += 1) {
    const alive = await family(known, marker);
    if (alive.length === 0) return;
    for (const id of alive) kill(id);
    await delay(20);
  }
}

/** Grows `known` by everything that descends from it, and returns those of it that live. */
async function family(known: Set<number>, marker: string): Promise<readonly number[]> {
  const processes = await list(marker);
  for (let before = -1; before !== known.size;) {
    before = known.size;
    for (const { id, parent, marked } of processes) if (marked || known.has(parent)) known.add(id);
  }
  return processes.filter(({ id, zombie }) => known.has(id) && !zombie).map(({ id }) => id);
}

interface Process {
  readonly id: number;
  readonly parent: number;
  readonly zombie: boolean;
  readonly marked: boolean;
}

async function list(marker: string): Promise<readonly Process[]> {
  return process.platform === "linux" ? listLinux(marker) : listUnix(marker);
}

async function listLinux(marker: string): Promise<readonly Process[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(ids.map((id) => readProcess(id, marker)));
  return found.filter((one) => one !== undefined);
}

/** Undefined for one that has ended meanwhile. Others' environments cannot be read. */
async function readProcess(id: string, marker: string): Promise<Process | undefined> {
  const stat = await readFile(`/proc/${id}/stat`, "latin1").catch(() => undefined);
  if (stat === undefined) return undefined;
  // The command's name stands in parentheses and may hold anything.
  const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const environment = await readFile(`/proc/${id}/environ`, "latin1").catch(() => "");
  const marked = environment.split("\0").includes(marker);
  return { id: Number(id), parent: Number(parent), zombie: state === "Z", marked };
}

/** `e` adds the environment to the command, as far as this user may see it. */
async function listUnix(marker: string): Promise<readonly Process[]> {
  const options = { maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await run("ps", ["axeww", "-o", "pid=,ppid=,stat=,command="], options);
  return stdout.split("\n").flatMap((line) => {
    const [, id, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (id === undefined || command === undefined) return [];
    const zombie = state?.startsWith("Z") ?? false;
    return [{ id: Number(id), parent: Number(parent), zombie, marked: command.includes(` ${marker}`) }];
  });
}

function kill(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It ended by itself, meanwhile.
  }
}
