import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { CountersignError } from "../../errors.ts";

const run = promisify(execFile);
/** A killed process ends at once, unless the system itself is waiting for a disk. */
const PATIENCE_MS = 5_000;
const BETWEEN_MS = 20;

/** One process, told apart from a later one that got the same number. */
export interface RootProcess {
  readonly id: number;
  /** As the system says it; empty where the process had ended before anybody asked. */
  readonly started: string;
}

/** Call it right after the start. */
export async function identify(id: number): Promise<RootProcess> {
  const found = (await list("")).find((one) => one.id === id);
  return { id, started: found?.started ?? "" };
}

/**
 * Kills a process and everything that it and its descendants started, also what made sessions of their own, and resolves
 * when none of them is left. `marker` is a variable's `NAME=value` that all of them were started with; where the system shows
 * environments, it finds those that have let go of their parents.
 * @throws `engine-failed` naming what does not end
 */
export async function killTree(root: RootProcess, marker: string, end = kill): Promise<void> {
  const known = new Set([keyOf(root)]);
  const patience = performance.now() + PATIENCE_MS;
  for (;;) {
    const alive = await family(known, marker);
    if (alive.length === 0) return;
    if (performance.now() > patience) throw stillThere(alive);
    for (const id of alive) end(id);
    await delay(BETWEEN_MS);
  }
}

/** Grows `known` by everything that descends from it, and returns the ids of those that live. */
async function family(known: Set<string>, marker: string): Promise<readonly number[]> {
  const processes = await list(marker);
  const keys = new Map(processes.map((one) => [one.id, keyOf(one)]));
  for (let before = -1; before !== known.size;) {
    before = known.size;
    for (const one of processes) {
      if (one.marked || known.has(keys.get(one.parent) ?? "")) known.add(keyOf(one));
    }
  }
  return processes.filter((one) => known.has(keyOf(one)) && !one.zombie).map(({ id }) => id);
}

function keyOf({ id, started }: RootProcess): string {
  return `${id} ${started}`;
}

interface Process extends RootProcess {
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

/** Place of field 22 of /proc/PID/stat (proc(5)) behind the command's name. */
const STARTED = 19;

/** Undefined for one that has ended meanwhile. Others' environments cannot be read. */
async function readProcess(id: string, marker: string): Promise<Process | undefined> {
  const stat = await readFile(`/proc/${id}/stat`, "latin1").catch(() => undefined);
  if (stat === undefined) return undefined;
  // The command's name stands in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, parent] = fields;
  const environment = await readFile(`/proc/${id}/environ`, "latin1").catch(() => "");
  const marked = marker !== "" && environment.split("\0").includes(marker);
  const started = fields[STARTED] ?? "";
  return { id: Number(id), started, parent: Number(parent), zombie: state === "Z", marked };
}

/** Started at: `Mon Nov 23 22:28:30 2026`. */
const LINE = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\w+ +\w+ +\d+ +[\d:]+ +\d+)\s+(.*)$/;

/** `e` adds the environment to the command, as far as this user may see it. */
async function listUnix(marker: string): Promise<readonly Process[]> {
  const options = { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, LC_ALL: "C" } };
  const { stdout } = await run("ps", ["axeww", "-o", "pid=,ppid=,stat=,lstart=,command="], options);
  return stdout.split("\n").flatMap((line) => {
    const [, id, parent, state, started, command] = LINE.exec(line) ?? [];
    if (id === undefined || started === undefined || command === undefined) return [];
    const zombie = state?.startsWith("Z") ?? false;
    const marked = marker !== "" && command.includes(` ${marker}`);
    return [{ id: Number(id), started, parent: Number(parent), zombie, marked }];
  });
}

function kill(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It ended by itself, meanwhile.
  }
}

function stillThere(ids: readonly number[]): CountersignError {
  return new CountersignError("engine-failed", {
    message: `Processes that the code started do not end: ${ids.join(", ")}.`,
    kept: "The output up to then.",
    next: "End these processes yourself, or restart the machine.",
  });
}
