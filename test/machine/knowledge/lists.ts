import type { Domain, Entry } from "../../../src/python/analysis/knowledge-domain.ts";
import type { ClassNames, PackageNames } from "./package-names.ts";
import { DEEPEST_DATA, Paths, depth, type Definition } from "./paths.ts";

/** What the names that it matches do. The first rule that matches a name counts; one that none matches is left to `others`. */
export interface Rule extends Entry {
  /** Of the whole dotted path, from its beginning to its end. */
  readonly match: string;
  /** Of which names only. `members`: whatever else the objects of a class have. */
  readonly kind?: "class" | "function" | "method" | "attribute" | "members";
}

/** The lists of a domain that a package's own names make. */
export type Lists = Required<Pick<Domain, "modules" | "types" | "entries" | "aliases">> & {
  /** Enumerations and exceptions: whatever they hold is data. */
  readonly data: readonly string[];
  /** How many public functions and classes no rule matches. */
  readonly unmatched: number;
};

type Group = Entry & { readonly of: string; names: string };

/** `gives: "itself"`: calling the class makes an object of a type that has entries. */
const ITSELF = "itself";

/** Sorts what a package names by what the rules say of it. Whatever is written is sorted, so that a new version shows as a difference. */
export function listsOf(names: PackageNames, rules: readonly Rule[]): Lists {
  return new Sorting(names, rules).lists();
}

class Sorting {
  private readonly paths: Paths;
  private readonly rules: readonly { readonly rule: Rule; readonly pattern: RegExp }[];
  private readonly groups = new Map<string, Group>();
  private readonly modules = new Map<string, Set<string>>();
  private readonly types = new Map<string, string>();
  private readonly aliases = new Map<string, string>();
  private readonly data = new Set<string>();
  private unmatched = 0;

  constructor(names: PackageNames, rules: readonly Rule[]) {
    this.paths = new Paths(names);
    this.rules = rules.map((rule) => ({ rule, pattern: new RegExp(`^(?:${rule.match})$`) }));
  }

  lists(): Lists {
    for (const definition of this.paths.all()) this.sort(definition);
    return {
      modules: sortedObject(
        [...this.modules].map(([module, names]) => [module, [...names].sort().join(" ")]),
      ),
      types: sortedObject([...this.types]),
      entries: [...this.groups.values()].map((group) => ({ ...group, names: inOrder(group.names) })),
      aliases: sortedObject([...this.aliases]),
      data: [...this.data].sort(),
      unmatched: this.unmatched,
    };
  }

  private sort(definition: Definition): void {
    const { kind, path, found } = definition;
    if (kind === "constant") this.computes(path);
    else if (found !== undefined && this.isData(definition)) {
      if (depth(path) > DEEPEST_DATA) return;
      this.data.add(path);
    } else if (!this.add(kind, path)) {
      this.unmatched += 1;
      return;
    }
    for (const other of this.paths.others(definition)) this.aliases.set(other, path);
    if (found !== undefined && this.types.has(path)) this.addMembers(path, definition, found);
  }

  private isData(definition: Definition): boolean {
    const bases = this.paths.ancestorNames(definition);
    return bases.some((base) => /(^|\.)\w*(Enum|Flag|Exception|Error|Warning)$/.test(base));
  }

  private computes(path: string): void {
    const [of, name] = split(path);
    const names = this.modules.get(of) ?? new Set();
    this.modules.set(of, names.add(name));
  }

  /** @returns whether a rule says anything of it */
  private add(kind: NonNullable<Rule["kind"]>, path: string): boolean {
    const rule = this.ruleFor(kind, path);
    if (rule === undefined) return false;
    const { gives, ...entry } = entryOf(rule);
    if (gives === ITSELF) this.types.set(path, "");
    const given = gives === ITSELF ? { gives: path } : gives === undefined ? {} : { gives };
    this.put(path, { ...entry, ...given });
    return true;
  }

  /** What it inherits counts as its own. */
  private addMembers(path: string, definition: Definition, own: ClassNames): void {
    const all = [own, ...this.paths.ancestors(definition).flatMap(({ found }) => found ?? [])];
    for (const name of all.flatMap(({ methods }) => methods)) this.add("method", `${path}.${name}`);
    for (const name of all.flatMap(({ attributes }) => attributes)) this.add("attribute", `${path}.${name}`);
    const rest = this.ruleFor("members", path);
    if (rest !== undefined) this.put(`${path}.*`, entryOf(rest));
  }

  private ruleFor(kind: NonNullable<Rule["kind"]>, path: string): Rule | undefined {
    const fits = (rule: Rule): boolean =>
      rule.kind === kind || (rule.kind === undefined && kind !== "members");
    return this.rules.find(({ rule, pattern }) => fits(rule) && pattern.test(path))?.rule;
  }

  private put(path: string, entry: Entry): void {
    const [of, name] = split(path);
    if (Object.keys(entry).length === 0 && !this.types.has(of)) {
      this.computes(path);
      return;
    }
    const key = `${of} ${JSON.stringify(entry)}`;
    const group = this.groups.get(key);
    if (group === undefined) this.groups.set(key, { of, names: name, ...entry });
    else group.names = `${group.names} ${name}`;
  }
}

function entryOf(rule: Rule): Entry {
  return Object.fromEntries(Object.entries(rule).filter(([key]) => key !== "match" && key !== "kind"));
}

function split(path: string): readonly [of: string, name: string] {
  const dot = path.lastIndexOf(".");
  return [path.slice(0, dot), path.slice(dot + 1)];
}

function inOrder(names: string): string {
  return [...new Set(names.split(" "))].sort().join(" ");
}

function sortedObject(pairs: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  return Object.fromEntries([...pairs].sort(([a], [b]) => (a < b ? -1 : 1)));
}
