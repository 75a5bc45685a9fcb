import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { folderIdentity, isStill, type FolderIdentity } from "./own-folders.ts";
import { runsInside } from "./run-folder.ts";

/** The folder of one analysis with all its attempts. */
export interface KeptAnalysis {
  /** `2026-11-27-how-fast-does-co2-rise-1a2b3c4d` */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** What is removed later is this folder, or nothing. */
  readonly identity: FolderIdentity;
  readonly bytes: number;
  /** When its newest run was written up, in milliseconds since the epoch. */
  readonly at: number;
}

export interface Retention {
  readonly days: number;
  readonly megabytes: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const MEGABYTE = 1024 * 1024;
const ANALYSIS = /^\d{4}-\d{2}-\d{2}-.+-[A-Za-z0-9]{8}$/;

/** The analyses that were written up, newest first. Folders that are not ours, or that a run still writes, are none of them. */
export async function keptAnalyses(
  workspaceDir: string,
  runsFolder: string,
): Promise<readonly KeptAnalysis[]> {
  const runs = await runsInside(workspaceDir, runsFolder);
  const entries = await readdir(runs, { withFileTypes: true });
  const ours = entries.filter((entry) => entry.isDirectory() && ANALYSIS.test(entry.name));
  const found = await Promise.all(ours.map(({ name }) => analysisAt(name, join(runs, name))));
  return found.filter((one) => one !== undefined).sort((a, b) => b.at - a.at);
}

/** Those beyond what is kept, oldest first: too old, or more than may lie there. The newest one always stays. */
export function beyond(
  analyses: readonly KeptAnalysis[],
  { days, megabytes }: Retention,
  now: number,
): readonly KeptAnalysis[] {
  let room = megabytes * MEGABYTE;
  const outdated = analyses.filter(({ at, bytes }, index) => {
    room -= bytes;
    return index > 0 && (room < 0 || now - at > days * DAY_MS);
  });
  return outdated.reverse();
}

/** Links in it are removed, and not what they lead to. What has taken its place since it was looked at stays. */
export async function removeAnalysis({ folder, identity }: KeptAnalysis): Promise<void> {
  if (await isStill(folder, identity)) await rm(folder, { recursive: true, force: true });
}

async function analysisAt(name: string, folder: string): Promise<KeptAnalysis | undefined> {
  const entries = await readdir(folder, { withFileTypes: true });
  const attempts = entries.filter((entry) => entry.isDirectory() && entry.name.startsWith("attempt-"));
  const written = await Promise.all(attempts.map((attempt) => writtenAt(join(folder, attempt.name))));
  if (written.length === 0 || written.includes(undefined)) return undefined;
  const identity = await folderIdentity(folder);
  return {
    name,
    folder,
    identity,
    bytes: await bytesIn(folder),
    at: Math.max(...written.map((at) => at ?? 0)),
  };
}

/** `run.json` is what is written last. */
async function writtenAt(attempt: string): Promise<number | undefined> {
  return lstat(join(attempt, "run.json")).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

/** Of regular files; nothing is followed. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map((file) => sizeOf(join(file.parentPath, file.name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function sizeOf(file: string): Promise<number> {
  return lstat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
