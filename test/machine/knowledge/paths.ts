import type { ClassNames, ModuleNames, PackageNames } from "./package-names.ts";

/** Something that a package defines, under the path that people import it from. */
export interface Definition {
  readonly kind: "class" | "function" | "constant";
  readonly path: string;
  /** Where it is defined. */
  readonly origin: string;
  readonly module: string;
  readonly found?: ClassNames;
}

const MOST_STEPS = 10;
const NEAR_THE_ROOT = 3;
/** Constants and enumerations below that are a driver's own. */
export const DEEPEST_DATA = 4;

/** Under which paths a package's definitions can be imported. The shortest public one is what each is called by. */
export class Paths {
  private readonly names: PackageNames;
  private readonly definitions = new Map<string, Definition>();
  /** Hidden ones too, by where they are defined. */
  private readonly classes = new Map<string, Definition>();
  private readonly reached = new Map<string, Set<string>>();

  constructor(names: PackageNames) {
    this.names = names;
    for (const [module, found] of Object.entries(names)) this.reach(module, found);
    for (const [module, found] of Object.entries(names)) this.define(module, found);
  }

  /** In the order of their paths. */
  all(): readonly Definition[] {
    return [...this.definitions.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** The other paths under which people import it: where it is defined, and near the package's root. */
  others({ origin, path }: Definition): readonly string[] {
    const near = (other: string): boolean => other === origin || depth(other) <= NEAR_THE_ROOT;
    return this.pathsOf(origin).filter((other) => other !== path && near(other));
  }

  /** Classes of the package from which it inherits, hidden ones too. */
  ancestors(definition: Definition): readonly Definition[] {
    return this.lineage(definition).flatMap((base) => this.classes.get(base) ?? []);
  }

  /** The same, and what they inherit from others, by the names that they call them. */
  ancestorNames(definition: Definition): readonly string[] {
    return this.lineage(definition);
  }

  private lineage(definition: Definition): readonly string[] {
    const seen = new Set<string>();
    const visit = ({ found, module }: Definition): void => {
      for (const base of found?.bases ?? []) {
        const origin = this.resolve(module, base);
        if (seen.has(origin)) continue;
        seen.add(origin);
        const next = this.classes.get(origin);
        if (next !== undefined) visit(next);
      }
    };
    visit(definition);
    return [...seen];
  }

  private reach(module: string, { functions, classes, takes, gathers }: ModuleNames): void {
    for (const name of [...functions, ...Object.keys(classes)])
      this.note(`${module}.${name}`, `${module}.${name}`);
    for (const name of Object.keys(takes)) this.note(this.resolve(module, name), `${module}.${name}`);
    for (const from of gathers)
      for (const name of this.exported(from)) this.note(this.resolve(from, name), `${module}.${name}`);
  }

  private note(origin: string, path: string): void {
    const paths = this.reached.get(origin) ?? new Set();
    this.reached.set(origin, paths.add(path));
  }

  private define(module: string, { functions, classes, constants }: ModuleNames): void {
    for (const name of functions) this.keep({ kind: "function", ...this.place(module, name) });
    for (const [name, found] of Object.entries(classes))
      this.keep({ kind: "class", ...this.place(module, name), found });
    for (const name of constants.filter((one) => /^[A-Z][A-Z0-9_]+$/.test(one)))
      this.keep({ kind: "constant", ...this.place(module, name) });
  }

  private keep(definition: Definition): void {
    if (definition.kind === "class") this.classes.set(definition.origin, definition);
    if (!isPublic(definition.path)) return;
    if (definition.kind === "constant" && depth(definition.path) > DEEPEST_DATA) return;
    this.definitions.set(definition.origin, definition);
  }

  private place(module: string, name: string): Pick<Definition, "path" | "origin" | "module"> {
    const origin = `${module}.${name}`;
    return { path: this.pathsOf(origin)[0] ?? origin, origin, module };
  }

  private pathsOf(origin: string): readonly string[] {
    const paths = [...(this.reached.get(origin) ?? [])].filter(isPublic);
    const worth = (path: string): number => depth(path) + (path === origin ? 0 : 0.5);
    return paths.sort((a, b) => worth(a) - worth(b) || a.length - b.length || (a < b ? -1 : 1));
  }

  /** What `import *` takes from a module of the package. */
  private exported(module: string, seen: readonly string[] = []): readonly string[] {
    const found = this.names[module];
    if (found === undefined || seen.includes(module)) return [];
    const gathered = found.gathers.flatMap((from) => this.exported(from, [...seen, module]));
    return [...found.functions, ...Object.keys(found.classes), ...Object.keys(found.takes), ...gathered];
  }

  /** Where a name that stands in a module is defined, as far as the package itself tells. */
  private resolve(module: string, dotted: string, steps = 0): string {
    const [name = "", ...rest] = dotted.split(".");
    const found = this.names[module];
    if (found === undefined || steps > MOST_STEPS) return `${module}.${dotted}`;
    if (rest.length === 0 && (name in found.classes || found.functions.includes(name)))
      return `${module}.${name}`;
    const taken = found.takes[name];
    if (taken === undefined) return this.gathered(found, dotted, steps) ?? `${module}.${dotted}`;
    const full = [taken, ...rest].join(".");
    const dot = full.lastIndexOf(".");
    return this.resolve(full.slice(0, dot), full.slice(dot + 1), steps + 1);
  }

  private gathered({ gathers }: ModuleNames, name: string, steps: number): string | undefined {
    const from = gathers.find((module) => this.exported(module).includes(name));
    return from === undefined ? undefined : this.resolve(from, name, steps + 1);
  }
}

function isPublic(path: string): boolean {
  return path.split(".").every((part) => !part.startsWith("_"));
}

export function depth(path: string): number {
  return path.split(".").length;
}
