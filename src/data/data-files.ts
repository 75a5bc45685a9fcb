import { opendir, realpath, stat } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";

export interface DataFile {
  /** Relative to the workspace, forward slashes: the path that code uses. */
  readonly path: string;
  /** Real path, inside the real data folder. */
  readonly file: string;
  readonly size: number;
  readonly kind: "table" | "json";
}

const KINDS: Readonly<Record<string, DataFile["kind"]>> = {
  ".csv": "table",
  ".tsv": "table",
  ".json": "json",
};
const MOST_FILES = 200;
const MOST_ENTRIES = 5_000;
const DEEPEST = 4;

/**
 * The CSV, TSV and JSON files of the configured folders. Real paths decide: a folder that leads out of the workspace is not read, and
 * neither is a link that leads out of its folder, because a sandbox would not see its target either. Hidden files are left out.
 */
export async function dataFiles(
  workspaceDir: string,
  folders: readonly string[],
  signal: AbortSignal,
): Promise<DataFile[]> {
  const root = await realpath(workspaceDir);
  const found: DataFile[] = [];
  for (const folder of folders) {
    const real = await realpath(join(root, folder)).catch(() => undefined);
    if (real !== undefined && inside(root, real)) await new Search(real, folder, found, signal).walk(real, 0);
  }
  return found;
}

class Search {
  private readonly root: string;
  private readonly name: string;
  private readonly found: DataFile[];
  private readonly signal: AbortSignal;
  private entries = 0;

  constructor(root: string, name: string, found: DataFile[], signal: AbortSignal) {
    this.root = root;
    this.name = name;
    this.found = found;
    this.signal = signal;
  }

  async walk(folder: string, depth: number): Promise<void> {
    for await (const entry of await opendir(folder)) {
      this.signal.throwIfAborted();
      this.entries += 1;
      if (this.entries > MOST_ENTRIES || this.found.length >= MOST_FILES) return;
      if (entry.name.startsWith(".")) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth < DEEPEST) await this.walk(path, depth + 1);
      else if (entry.isFile() || entry.isSymbolicLink()) await this.consider(path);
    }
  }

  private async consider(path: string): Promise<void> {
    const kind = KINDS[extname(path).toLowerCase()];
    if (kind === undefined) return;
    const file = await realpath(path).catch(() => undefined);
    if (file === undefined || !inside(this.root, file)) return;
    const { size, ...entry } = await stat(file);
    // A FIFO or device behind the link would never end.
    if ((entry.mode & 0o170000) !== 0o100000) return;
    const below = relative(this.root, path).split(sep).join("/");
    this.found.push({ path: `${this.name}/${below}`, file, size, kind });
  }
}

function inside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
