import type { EffectKind } from "../../approval/assessment.ts";
import type { Domain, Entry } from "./knowledge-domain.ts";

export interface Known {
  /** Canonical dotted path. */
  readonly path: string;
  readonly entry: Entry;
}

const COMPUTES: Entry = {};
const MOST_LOOKUPS = 20_000;

/** What is known about modules, functions, types and methods, indexed for lookup. */
export class Knowledge {
  private readonly entries = new Map<string, Entry>();
  private readonly modules = new Map<string, ReadonlySet<string>>();
  private readonly packages = new Set<string>();
  private readonly types = new Map<string, readonly string[]>();
  private readonly others = new Map<string, Entry>();
  private readonly aliases = new Map<string, string>();
  private readonly gathered = new Map<string, readonly string[]>();
  private readonly standardLibrary = new Set<string>();
  private readonly plainMethods = new Set<string>();
  private readonly plainTypes = new Set<string>();
  private readonly methods = new Map<string, Known[]>();
  private readonly functions = new Map<string, Known[]>();
  private readonly lookups = new Map<string, { readonly known: Known | undefined }>();

  constructor(domains: readonly Domain[]) {
    for (const domain of domains) this.addTypes(domain);
    for (const domain of domains) this.add(domain);
  }

  /** What the thing at this path does besides what is known of it. What is unknown stays so: it is said of its import still. */
  addEffects(path: string, effects: readonly EffectKind[]): void {
    const dot = path.lastIndexOf(".");
    const isKnown = this.isModule(path.split(".", 1)[0] ?? "");
    const known = this.find(path)?.entry ?? { does: ["dynamic"] };
    if (dot < 0) {
      const onImport = [...(known.onImport ?? []), ...effects];
      this.others.set(
        path,
        isKnown ? { ...known, onImport } : { ...known, onImport: ["unknown-import", ...onImport] },
      );
    } else {
      const entry = { ...known, does: [...(known.does ?? []), ...effects] };
      if (isKnown) this.addEntry(path.slice(0, dot), path.slice(dot + 1), entry);
      else this.entries.set(path, entry);
    }
    this.lookups.clear();
  }

  /** The entry for a dotted path; undefined where nothing is known about it. */
  find(dotted: string): Known | undefined {
    const before = this.lookups.get(dotted);
    if (before !== undefined) return before.known;
    // Paths are whatever code writes: what is remembered must end somewhere.
    if (this.lookups.size >= MOST_LOOKUPS) this.lookups.clear();
    const known = this.lookUp(dotted);
    this.lookups.set(dotted, { known });
    return known;
  }

  private lookUp(dotted: string): Known | undefined {
    const path = this.canonical(dotted);
    const entry = this.entries.get(path) ?? this.namedInModule(path);
    if (entry !== undefined) return { path, entry };
    if (this.isModule(path) || this.types.has(path))
      return { path, entry: this.broader(path, true) ?? COMPUTES };
    const broad = this.broader(path, false);
    return broad === undefined ? undefined : { path, entry: broad };
  }

  canonical(path: string): string {
    let end = path.length;
    while (end > 0) {
      const alias = this.aliases.get(path.slice(0, end));
      if (alias !== undefined) return this.canonical(alias + path.slice(end));
      const origin = this.originOf(path.slice(0, end), path.slice(end + 1));
      if (origin !== undefined) return this.canonical(`${origin}.${path.slice(end + 1)}`);
      end = path.lastIndexOf(".", end - 1);
    }
    return path;
  }

  /** Of the modules that this one took everything from, the one that the name comes from. */
  private originOf(module: string, dotted: string): string | undefined {
    const name = dotted.split(".", 1)[0] ?? "";
    return this.gathered.get(module)?.find((from) => this.exports(from, name) !== undefined);
  }

  isModule(path: string): boolean {
    return this.modules.has(path) || this.packages.has(path) || this.others.has(path);
  }

  isType(path: string): boolean {
    return this.types.has(path);
  }

  /** Instances of this type are data that a library computed. */
  isPlainType(path: string): boolean {
    return this.plainTypes.has(path);
  }

  isStandardLibrary(name: string): boolean {
    return this.standardLibrary.has(name);
  }

  /** A method or attribute of a type, its bases included. */
  member(type: string, name: string): Known | undefined {
    for (const candidate of [type, ...(this.types.get(type) ?? [])]) {
      const own = this.entries.get(`${candidate}.${name}`);
      if (own !== undefined) return { path: `${candidate}.${name}`, entry: own };
    }
    if (name.startsWith("__")) return undefined;
    for (const candidate of [type, ...(this.types.get(type) ?? [])]) {
      const any = this.entries.get(`${candidate}.*`);
      if (any !== undefined) return { path: `${candidate}.${name}`, entry: any };
    }
    return undefined;
  }

  /** Methods of that name with an entry, of any type. */
  methodsNamed(name: string): readonly Known[] {
    return this.methods.get(name) ?? [];
  }

  /** Functions of that name, of any module, that do more than compute. */
  functionsNamed(name: string): readonly Known[] {
    return this.functions.get(name) ?? [];
  }

  /** A method or attribute of plain data that only computes. */
  isPlainMethod(name: string): boolean {
    return this.plainMethods.has(name);
  }

  /** Public names of a module, for `from module import *`. */
  exports(module: string, name: string): Known | undefined {
    if (name.startsWith("_")) return undefined;
    const path = this.canonical(`${module}.${name}`);
    const entry = this.entries.get(path) ?? this.namedInModule(path);
    if (entry !== undefined) return { path, entry };
    return this.isModule(path) ? this.find(path) : undefined;
  }

  private namedInModule(path: string): Entry | undefined {
    const dot = path.lastIndexOf(".");
    const names = this.modules.get(path.slice(0, dot));
    if (dot < 0 || names === undefined) return undefined;
    const name = path.slice(dot + 1);
    if (names.has(name) && !this.isModule(path)) return COMPUTES;
    // A module that leaks through a package is not one of the package's names.
    const open = names.has("*") && !name.startsWith("_") && !this.standardLibrary.has(name);
    return open && !this.isModule(path) && this.broader(path, true) === undefined ? COMPUTES : undefined;
  }

  private broader(path: string, itself: boolean): Entry | undefined {
    let end = itself ? path.length : path.lastIndexOf(".");
    while (end > 0) {
      const entry = this.others.get(path.slice(0, end));
      if (entry !== undefined) return entry;
      end = path.lastIndexOf(".", end - 1);
    }
    return undefined;
  }

  private addTypes(domain: Domain): void {
    for (const [type, bases] of Object.entries(domain.types ?? {})) {
      this.types.set(type, words(bases));
      if (domain.plainData === true) this.plainTypes.add(type);
    }
  }

  private add(domain: Domain): void {
    for (const [module, names] of Object.entries(domain.modules ?? {})) {
      this.modules.set(module, new Set([...(this.modules.get(module) ?? []), ...words(names)]));
      this.addPackages(module);
    }
    for (const [module, entry] of Object.entries(domain.others ?? {})) {
      this.others.set(module, entry);
      this.addPackages(module);
    }
    for (const group of domain.entries ?? [])
      for (const name of words(group.names)) this.addEntry(group.of, name, group, domain.ownMethods);
    if (domain.plainData === true)
      for (const name of words(domain.methods ?? "")) this.plainMethods.add(name);
    this.addNames(domain);
  }

  private addNames(domain: Domain): void {
    for (const [from, to] of Object.entries(domain.aliases ?? {})) this.aliases.set(from, to);
    for (const [module, from] of Object.entries(domain.gathers ?? {})) this.gathered.set(module, words(from));
    for (const name of words(domain.standardLibrary ?? "")) this.standardLibrary.add(name);
  }

  private addEntry(of: string, name: string, entry: Entry, ownMethods = false): void {
    const known = { path: `${of}.${name}`, entry };
    this.entries.set(known.path, entry);
    if (!this.types.has(of)) this.addPackages(known.path);
    if (ownMethods) return;
    const index = this.types.has(of) ? this.methods : this.functions;
    // Objects that only a module of the interpreter hands out are followed from there.
    if (/\._\w+$/.test(of)) return;
    if (index === this.methods || acts(entry)) index.set(name, [...(index.get(name) ?? []), known]);
  }

  private addPackages(path: string): void {
    for (let dot = path.indexOf("."); dot > 0; dot = path.indexOf(".", dot + 1)) {
      if (!this.types.has(path.slice(0, dot))) this.packages.add(path.slice(0, dot));
    }
  }
}

/** True where using it does more than compute. */
export function acts(entry: Entry): boolean {
  const { does, path, paths, mode, when, runs, sql, expression, reads } = entry;
  const parts = [path, paths, mode, when, runs, sql, expression];
  return (does?.length ?? 0) > 0 || (reads?.length ?? 0) > 0 || parts.some((part) => part !== undefined);
}

function words(list: string): string[] {
  return list.split(" ").filter((word) => word !== "");
}
