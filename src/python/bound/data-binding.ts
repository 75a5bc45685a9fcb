import { realpath, stat } from "node:fs/promises";
import { join, posix, relative, sep } from "node:path";
import { sha256 } from "../../approval/actions.ts";
import type { CodeAnalyser } from "../analysis/analysis.ts";
import type { BoundData, BoundFile, BoundFolder } from "../python-run.ts";
import { identityOf, isBelow } from "../sandboxes/data-folders.ts";
import { dataTargets } from "./data-targets.ts";
import { listing } from "./listing.ts";
import type { WorkspaceFiles } from "./workspace-files.ts";

const NOTHING = sha256("");

/** Finds the data that code reads, and says what they are now. */
export class DataBinding {
  private readonly files: WorkspaceFiles;
  private readonly analyser: CodeAnalyser;

  constructor(files: WorkspaceFiles, analyser: CodeAnalyser) {
    this.files = files;
    this.analyser = analyser;
  }

  async bind(code: string, dataFolders: readonly string[]): Promise<BoundData> {
    if (dataFolders.length === 0) return { folders: [], files: [], listings: [] };
    const targets = dataTargets(code, await this.analyser.analyse(code), dataFolders);
    const files: BoundFile[] = [];
    const patterns = new Set(targets.patterns);
    for (const { path, said } of targets.named) {
      const file = await this.files.bind(path);
      if (file !== undefined) files.push(file);
      else if (await this.isFolder(path)) patterns.add(`${path}/*`);
      else if (!said) files.push(absent(path));
    }
    const known = { files, listings: [...patterns].sort().map((pattern) => ({ pattern })) };
    return this.now(dataFolders, known);
  }

  /** The same folders, files and listings as they are now. */
  async observe(dataFolders: readonly string[], { files, listings }: BoundData): Promise<BoundData> {
    const found = await Promise.all(
      files.map(async ({ path }) => (await this.files.bind(path)) ?? absent(path)),
    );
    return this.now(dataFolders, { files: found, listings });
  }

  private async now(
    dataFolders: readonly string[],
    { files, listings }: { files: readonly BoundFile[]; listings: readonly { readonly pattern: string }[] },
  ): Promise<BoundData> {
    const root = await this.files.root();
    const folders = await Promise.all(dataFolders.map((name) => boundFolder(root, name)));
    return {
      folders: folders.filter((folder) => folder !== undefined),
      files,
      listings: await Promise.all(listings.map(({ pattern }) => listing(root, pattern))),
    };
  }

  private async isFolder(path: string): Promise<boolean> {
    const found = await stat(join(await this.files.root(), path)).catch(() => undefined);
    return found?.isDirectory() === true;
  }
}

/** Undefined for one that is not there, or not in the workspace: no sandbox gets it. */
async function boundFolder(root: string, given: string): Promise<BoundFolder | undefined> {
  const name = posix.normalize(given).replace(/\/$/, "");
  const real = await realpath(join(root, name)).catch(() => undefined);
  if (real === undefined || !isBelow(root, real)) return undefined;
  const found = await stat(real, { bigint: true });
  const at = relative(root, real).split(sep).join("/");
  return found.isDirectory() ? { name, at, identity: identityOf(found) } : undefined;
}

function absent(path: string): BoundFile {
  return { path, bytes: 0, digest: NOTHING, boundBy: "absence" };
}
