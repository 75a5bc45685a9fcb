/** What a class of a package names; `names.py` says how it is read. */
export interface ClassNames {
  readonly bases: readonly string[];
  readonly methods: readonly string[];
  readonly attributes: readonly string[];
  readonly settable: readonly string[];
}

export interface ModuleNames {
  readonly functions: readonly string[];
  readonly classes: Readonly<Record<string, ClassNames>>;
  readonly constants: readonly string[];
  /** Where a name comes from that the module took from another one. */
  readonly takes: Readonly<Record<string, string>>;
  /** Modules from which it took everything. */
  readonly gathers: readonly string[];
}

/** By dotted module. */
export type PackageNames = Readonly<Record<string, ModuleNames>>;
