import { posix } from "node:path";
import type { Analysis, RawEffect } from "../analysis/analysis.ts";
import { DATA_MOUNTS, WORKING_FOLDER } from "../sandboxes/paths.ts";
import { escaped, fitting } from "./fitting.ts";

/** What code reads in data folders, as far as its text tells. Paths are normalised, relative to the workspace. */
export interface DataTargets {
  /** Files or folders that it names in full; `said` where only the text mentions them, so that they count where they are there. */
  readonly named: readonly { readonly path: string; readonly said: boolean }[];
  /** With `*` for what varies, inside one data folder each. */
  readonly patterns: readonly string[];
}

/** Where a sandbox mounts and links data folders: code that names such a place means one of them. */
const [WORKING, MOUNTS] = [`${WORKING_FOLDER}/`, `${DATA_MOUNTS}/`];

/**
 * Finds what code reads there: what the analysis follows, and what stands in its text for a library that it does not know.
 * What reads from a place that nobody can tell may read anything in any of them.
 */
export function dataTargets(
  code: string,
  { effects }: Analysis,
  dataFolders: readonly string[],
): DataTargets {
  const folders = [...new Set(dataFolders.map((folder) => normalised(folder)))];
  const found = new Found(folders);
  for (const effect of effects) if (effect.kind === "reads-files") found.read(effect);
  for (const path of mentioned(code, folders)) found.mention(path);
  return found.targets;
}

class Found {
  private readonly folders: readonly string[];
  private readonly named = new Map<string, boolean>();
  private readonly patterns = new Set<string>();

  constructor(folders: readonly string[]) {
    this.folders = folders;
  }

  get targets(): DataTargets {
    return {
      named: [...this.named]
        .map(([path, said]) => ({ path, said }))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
      patterns: [...this.patterns].sort(),
    };
  }

  read({ target, certainty }: RawEffect): void {
    const path = target?.startsWith(WORKING) ? target.slice(WORKING.length) : target;
    if (path === undefined || path.startsWith("*") || path.startsWith(MOUNTS)) this.addPattern("*/*");
    else if (certainty === "whole" && !/[*?[]/.test(path)) this.addNamed(path, false);
    else this.addAsPattern(path);
  }

  /** Where the analysis has followed a formatted text, its gaps are known. */
  mention(path: string): void {
    if (!path.includes("*")) this.addNamed(path, true);
    else if (![...this.named.keys(), ...this.patterns].some((one) => fitting(normalised(path)).test(one)))
      this.addAsPattern(path);
  }

  /** A name that could be a pattern may be a file's own. */
  private addAsPattern(path: string): void {
    const open = path.search(/[?[]/);
    this.addPattern(open < 0 ? path : `${path.slice(0, open)}*`);
    if (open >= 0) this.addNamed(path, true);
  }

  private addNamed(path: string, said: boolean): void {
    const way = normalised(path);
    if (!this.folders.some((folder) => way === folder || way.startsWith(`${folder}/`))) return;
    this.named.set(way, said && (this.named.get(way) ?? true));
  }

  /** One that begins above a data folder means what of it lies there. */
  private addPattern(path: string): void {
    // `**` fits no folder too, and what stands for a name may hold several: more is bound rather than less.
    const way = normalised(path).replaceAll(/(?:\*+\/?)+/g, "*");
    const before = way.slice(0, way.indexOf("*"));
    for (const folder of this.folders) {
      if (before.startsWith(`${folder}/`)) this.patterns.add(way);
      else if (`${folder}/`.startsWith(before) && path.includes("/")) this.patterns.add(`${folder}/*`);
    }
  }
}

/** Paths into data folders in any text of the code; a gap of a formatted text may be anything. */
function mentioned(code: string, folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) => {
    const places = new RegExp(`(?<![\\p{L}\\p{N}_./-])(?:\\./)?${escaped(folder)}/[^'"\`\\s,;|<>]+`, "gu");
    return [...code.matchAll(places)].map(([path]) => path.replaceAll(/\{[^}]*\}?|%\(?\w*\)?[sdif]/g, "*"));
  });
}

function normalised(path: string): string {
  return posix.normalize(path.replaceAll("\\", "/")).replace(/\/$/, "");
}
