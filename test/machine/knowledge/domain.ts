import type { Domain, Entry } from "../../../src/python/analysis/knowledge-domain.ts";
import { listsOf, type Rule } from "./lists.ts";
import type { PackageNames } from "./package-names.ts";

/** Where a domain's names were read. */
export type Source = {
  /** What is imported: the folder of the package. */
  readonly module: string;
  /** `imported` for packages that make their names in compiled code. */
  readonly read?: "source" | "imported";
} & (
  | { readonly package: string; readonly version: string }
  | { readonly repository: string; readonly commit: string }
  /** Documented on a page, and to be had nowhere: its names are said by hand. */
  | { readonly page: string; readonly date: string }
);

/** A domain whose lists are made from a package's names by its rules, and what is said besides by hand. */
export interface SourcedDomain extends Domain {
  readonly source: Source;
  readonly rules: readonly Rule[];
  readonly additions?: Pick<Domain, "modules" | "entries" | "types" | "others" | "aliases" | "gathers">;
}

const IS_DATA: Entry = { is: "data" };

/** The domain with its lists made anew. What is said by hand stays, and counts before what was read. */
export function rewritten(
  domain: SourcedDomain,
  names: PackageNames,
): { readonly made: SourcedDomain; readonly unmatched: number } {
  const { unmatched, data, ...lists } = listsOf(names, domain.rules);
  const { domain: name, about, source, ownMethods, plainData, rules, additions = {} } = domain;
  const others = { ...Object.fromEntries(data.map((path) => [path, IS_DATA])), ...additions.others };
  const made = {
    ...{ domain: name, about, source },
    ...(ownMethods === undefined ? {} : { ownMethods }),
    ...(plainData === undefined ? {} : { plainData }),
    ...{ rules, ...(domain.additions === undefined ? {} : { additions }) },
    modules: { ...lists.modules, ...additions.modules },
    types: { ...lists.types, ...additions.types },
    entries: [...lists.entries, ...(additions.entries ?? [])],
    others,
    aliases: { ...lists.aliases, ...additions.aliases },
    ...(additions.gathers === undefined ? {} : { gathers: additions.gathers }),
  };
  return { made, unmatched };
}
