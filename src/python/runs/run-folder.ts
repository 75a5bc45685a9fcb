import { mkdir, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { Json } from "../../approval/actions.ts";
import { CountersignError } from "../../errors.ts";
import { diskError } from "./disk.ts";

/** What a run's folder is named after. */
export interface RunName {
  readonly analysisId: string;
  readonly question: string;
  readonly attempt: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const NOTHING_RAN = "The approval and the code; nothing ran.";

/**
 * `<workspace>/<runs folder>/<date>-<slug>-<id>/attempt-N/`: what the host writes about a run. No code that it approved
 * reaches it, and links that lead out of the workspace are not followed to it.
 */
export class RunFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Attempts of one analysis share a folder. @throws `disk-full`, `input-refused` where the folder lies outside the workspace */
  static async create(workspaceDir: string, runsFolder: string, name: RunName): Promise<RunFolder> {
    try {
      const runs = await runsInside(workspaceDir, runsFolder);
      const path = await newAttempt(join(runs, await analysisFolder(runs, name)), name.attempt);
      await mkdir(join(path, "figures"));
      return new RunFolder(path);
    } catch (error) {
      throw diskError(error, join(workspaceDir, runsFolder), NOTHING_RAN);
    }
  }

  /**
   * The folder that a process made for this attempt before it died, which lacks what is written last; a new one where it is
   * gone. @throws as `create` does
   */
  static async reopen(workspaceDir: string, runsFolder: string, name: RunName): Promise<RunFolder> {
    try {
      const runs = await runsInside(workspaceDir, runsFolder);
      const analysis = join(runs, await analysisFolder(runs, name));
      const left = await unfinishedAttempt(analysis, name.attempt);
      if (left !== undefined) return new RunFolder(left);
    } catch (error) {
      throw diskError(error, join(workspaceDir, runsFolder), NOTHING_RAN);
    }
    return RunFolder.create(workspaceDir, runsFolder, name);
  }

  get notebook(): string {
    return join(this.path, "notebook.ipynb");
  }

  get figures(): string {
    return join(this.path, "figures");
  }

  get results(): string {
    return join(this.path, "results.json");
  }

  get out(): string {
    return join(this.path, "out");
  }

  /** Whole or not at all. @throws what the disk throws */
  async write(name: string, content: Json): Promise<void> {
    const path = join(this.path, name);
    try {
      await writeFile(path, `${JSON.stringify(content, null, 1)}\n`, { flag: "wx" });
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  /** After a run that never started there is nothing to keep. */
  async discard(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** The folder for runs, made where it is missing. @throws `input-refused` where it lies outside the workspace */
export async function runsInside(workspaceDir: string, runsFolder: string): Promise<string> {
  const workspace = await realpath(workspaceDir);
  await mkdir(join(workspace, runsFolder), { recursive: true });
  const real = await realpath(join(workspace, runsFolder));
  const below = relative(workspace, real);
  if (below !== "" && below !== ".." && !below.startsWith(`..${sep}`)) return real;
  throw new CountersignError("input-refused", {
    message: `The folder for runs, ${runsFolder}, does not lie inside the workspace.`,
    kept: NOTHING_RAN,
    next: "Name a folder inside the workspace as runs_folder; a link that leads out of it does not count.",
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
async function newAttempt(folder: string, attempt: number): Promise<string> {
  await mkdir(folder, { recursive: true });
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

/** The newest folder of this attempt, where nothing was written up in it. */
async function unfinishedAttempt(folder: string, attempt: number): Promise<string | undefined> {
  const entries = await readdir(folder).catch(() => []);
  const attempts = entries.filter(
    (name) => name === `attempt-${attempt}` || name.startsWith(`attempt-${attempt}-`),
  );
  const newest = attempts.sort((a, b) => Number(a.split("-")[2] ?? 1) - Number(b.split("-")[2] ?? 1)).at(-1);
  if (newest === undefined) return undefined;
  const path = join(folder, newest);
  const written = await readdir(path);
  const isUnfinished = written.includes("figures") && !written.some((name) => WRITTEN_LAST.has(name));
  return isUnfinished ? path : undefined;
}

const WRITTEN_LAST: ReadonlySet<string> = new Set(["run.json", "notebook.ipynb", "results.json", "out"]);

function slug(question: string): string {
  const words = question
    .normalize("NFKD")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  return words.join("-").slice(0, 40).replace(/-$/, "") || "analysis";
}
