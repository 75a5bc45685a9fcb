import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../../approval/actions.ts";
import type { BoundListing } from "../python-run.ts";
import { fitting } from "./fitting.ts";
import { isBelow } from "../sandboxes/data-folders.ts";

/** As many of them are kept by name, so that people are told which one changed; of more, how many there are. */
const MOST_NAMED = 100;
/** No folder of people's is walked further; the first ones by name count. */
const MOST_LISTED = 20_000;

type Entry = BoundListing["named"][number];

/**
 * The files below a folder whose paths fit a pattern, by their names, sizes and times; links are followed where they stay in
 * the workspace.
 * @param root The workspace's real path.
 * @param pattern Relative to it; `*` stands for anything. What follows the last `/` before the first `*` may be any file below.
 */
export async function listing(root: string, pattern: string): Promise<BoundListing> {
  const star = pattern.indexOf("*");
  const folder = pattern.slice(0, pattern.lastIndexOf("/", star));
  const walk = new Walk(root, fitting(pattern));
  await walk.into(folder);
  const entries = walk.entries;
  return {
    pattern,
    files: entries.length,
    bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
    digest: sha256(entries.map(({ path, bytes, times }) => `${path}\0${bytes}\0${times}`).join("\n")),
    named: entries.length > MOST_NAMED ? [] : entries,
  };
}

class Walk {
  readonly entries: Entry[] = [];
  private readonly root: string;
  private readonly fits: RegExp;
  private readonly seen = new Set<string>();
  private looked = 0;

  constructor(root: string, fits: RegExp) {
    this.root = root;
    this.fits = fits;
  }

  async into(folder: string): Promise<void> {
    const real = await realpath(join(this.root, folder)).catch(() => undefined);
    if (real === undefined || !isBelow(this.root, real) || this.seen.has(real)) return;
    this.seen.add(real);
    for (const name of (await readdir(real).catch(() => [])).sort()) {
      if (this.looked >= MOST_LISTED) return;
      this.looked += 1;
      await this.look(`${folder}/${name}`, join(real, name));
    }
  }

  /** What cannot be read, or leads out of the workspace, is known by its name alone. */
  private async look(path: string, place: string): Promise<void> {
    const real = await realpath(place).catch(() => undefined);
    const isOurs = real !== undefined && isBelow(this.root, real);
    const found = isOurs ? await stat(real, { bigint: true }).catch(() => undefined) : undefined;
    if (this.fits.test(path)) {
      const isFile = found?.isFile() === true;
      const times = isFile ? `${found.mtimeNs} ${found.ctimeNs}` : "";
      this.entries.push({ path, bytes: isFile ? Number(found.size) : 0, times });
    }
    if (found?.isDirectory() === true) await this.into(path);
  }
}
