import type { Dirent } from "node:fs";
import { mkdir, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { join, normalize, sep } from "node:path";
import type { Json } from "../../approval/actions.ts";
import { CountersignError } from "../../errors.ts";
import { diskError } from "./disk.ts";
import { ALL_TEXT, FIGURE_NAME, UNTRUSTED } from "./output-record.ts";
import { folderIdentity, isStill, makeFolder, makeFolders, type FolderIdentity } from "./own-folders.ts";

/** What a run's folder is named after. */
export interface RunName {
  readonly analysisId: string;
  readonly question: string;
  readonly attempt: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const NOTHING_RAN = "The approval and the code; nothing ran.";
const FIGURES = "figures";
/** What is written while a run goes on; everything else once it has ended. */
const BEGUN: readonly string[] = [FIGURES, ALL_TEXT, UNTRUSTED];

/**
 * `<workspace>/<runs folder>/<date>-<slug>-<id>/attempt-N/`: what the host writes about a run. No code that it approved
 * reaches it; no link is followed to it or in it, and nothing is overwritten or removed that it did not make.
 */
export class RunFolder {
  readonly path: string;

  private readonly identity: FolderIdentity;

  private constructor(path: string, identity: FolderIdentity) {
    this.path = path;
    this.identity = identity;
  }

  /** Attempts of one analysis share a folder. @throws `disk-full`, `input-refused` where the folder lies outside the workspace */
  static async create(workspaceDir: string, runsFolder: string, name: RunName): Promise<RunFolder> {
    try {
      const runs = await runsInside(workspaceDir, runsFolder);
      const path = await newAttempt(runs, await analysisFolder(runs, name), name.attempt);
      await mkdir(join(path, FIGURES));
      return new RunFolder(path, await folderIdentity(path));
    } catch (error) {
      throw diskError(error, join(workspaceDir, runsFolder), NOTHING_RAN);
    }
  }

  /**
   * The folder that a window made for this attempt before it was gone, which lacks what is written last, without what that
   * one began to write; a new one where there is none. @throws as `create` does
   */
  static async reopen(workspaceDir: string, runsFolder: string, name: RunName): Promise<RunFolder> {
    try {
      const runs = await runsInside(workspaceDir, runsFolder);
      const analysis = join(runs, await analysisFolder(runs, name));
      const left = await unfinishedAttempt(analysis, name.attempt);
      if (left !== undefined) return await RunFolder.emptied(left);
    } catch (error) {
      throw diskError(error, join(workspaceDir, runsFolder), NOTHING_RAN);
    }
    return RunFolder.create(workspaceDir, runsFolder, name);
  }

  private static async emptied(path: string): Promise<RunFolder> {
    const identity = await folderIdentity(path);
    for (const name of BEGUN) await rm(join(path, name), { recursive: true, force: true });
    await mkdir(join(path, FIGURES));
    return new RunFolder(path, identity);
  }

  get notebook(): string {
    return join(this.path, "notebook.ipynb");
  }

  get figures(): string {
    return join(this.path, FIGURES);
  }

  get results(): string {
    return join(this.path, "results.json");
  }

  get out(): string {
    return join(this.path, "out");
  }

  /** Whole or not at all. @throws what the disk throws */
  async write(name: string, content: Json): Promise<void> {
    await this.check();
    const path = join(this.path, name);
    try {
      await writeFile(path, `${JSON.stringify(content, null, 1)}\n`, { flag: "wx" });
    } catch (error) {
      // What has this name already is not ours.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") await rm(path, { force: true });
      throw error;
    }
  }

  /** After a run that never started there is nothing to keep. */
  async discard(): Promise<void> {
    if (await isStill(this.path, this.identity)) await rm(this.path, { recursive: true, force: true });
  }

  private async check(): Promise<void> {
    if (await isStill(this.path, this.identity)) return;
    throw new Error(`${this.path} is not the folder any more that was made for this run`);
  }
}

/** The folder for runs, made where it is missing. @throws `input-refused` where it is no folder inside the workspace, or a link leads to it */
export async function runsInside(workspaceDir: string, runsFolder: string): Promise<string> {
  const workspace = await realpath(workspaceDir);
  const way = normalize(runsFolder).split(sep);
  const parts = way.filter((part) => part !== "" && part !== ".");
  const isInside = parts.length > 0 && parts[0] !== "..";
  if (isInside && (await makeFolders(workspace, parts))) return join(workspace, ...parts);
  throw notAFolder(`The folder for runs, ${runsFolder},`);
}

function notAFolder(which: string): CountersignError {
  return new CountersignError("input-refused", {
    message: `${which} is no folder inside the workspace: a link does not count, wherever it leads.`,
    kept: NOTHING_RAN,
    next: "Name a folder inside the workspace as runs_folder that is no link and lies behind none.",
  });
}

/** An earlier attempt's folder, whatever day it was made, or a new name. */
async function analysisFolder(runs: string, name: RunName): Promise<string> {
  const ending = `-${name.analysisId.replace(/[^A-Za-z0-9]/g, "").slice(-8)}`;
  const entries = await readdir(runs, { withFileTypes: true });
  const earlier = entries.find((entry) => entry.isDirectory() && entry.name.endsWith(ending));
  return earlier?.name ?? `${new Date(name.at).toISOString().slice(0, 10)}-${slug(name.question)}${ending}`;
}

/** The same attempt twice (an unknown outcome, asked for again) gets a folder of its own. */
async function newAttempt(runs: string, analysis: string, attempt: number): Promise<string> {
  const folder = join(runs, analysis);
  if (!(await makeFolder(folder))) throw notAFolder(folder);
  for (let again = 1; ; again += 1) {
    const path = join(folder, again === 1 ? `attempt-${attempt}` : `attempt-${attempt}-${again}`);
    try {
      await mkdir(path);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** The newest folder of this attempt, where all that is in it is what a run begins with: nothing else is removed. */
async function unfinishedAttempt(folder: string, attempt: number): Promise<string | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const attempts = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => name === `attempt-${attempt}` || name.startsWith(`attempt-${attempt}-`));
  const newest = attempts.sort((a, b) => Number(a.split("-")[2] ?? 1) - Number(b.split("-")[2] ?? 1)).at(-1);
  if (newest === undefined) return undefined;
  const path = join(folder, newest);
  const written = await readdir(path, { withFileTypes: true, recursive: true });
  return written.some(isFigures) && written.every((entry) => isFigures(entry) || isBegun(entry))
    ? path
    : undefined;
}

function isFigures(entry: Dirent): boolean {
  return entry.name === FIGURES && entry.isDirectory();
}

function isBegun(entry: Dirent): boolean {
  return entry.isFile() && (BEGUN.includes(entry.name) || FIGURE_NAME.test(entry.name));
}

function slug(question: string): string {
  const words = question
    .normalize("NFKD")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  return words.join("-").slice(0, 40).replace(/-$/, "") || "analysis";
}
