import type { Reading } from "./reading.ts";
import { type Star, Stars } from "./stars.ts";
import type { SyntaxNode } from "../syntax/tree.ts";
import { type Binding, type Frame, type Stretch, Variable } from "./variables.ts";

export type ScopeKind = "module" | "function" | "class" | "comprehension" | "generator";

/** A scope with its names, as Python decides them: before anything runs. */
export class Scope {
  readonly kind: ScopeKind;
  readonly parent: Scope | undefined;
  /** The run that its code belongs to: bodies of classes and comprehensions run where they stand. */
  readonly frame: Frame;
  readonly variables = new Map<string, Variable>();
  readonly globals = new Set<string>();
  readonly nonlocals = new Set<string>();
  /** Those of the module: nowhere else can they stand. */
  readonly stars: Stars;
  private readonly reading: Reading;

  constructor(kind: ScopeKind, parent: Scope | undefined, reading: Reading, isFresh = true) {
    this.kind = kind;
    this.parent = parent;
    this.reading = reading;
    this.stars = parent?.stars ?? new Stars(reading);
    const runsInPlace = kind === "class" || kind === "comprehension";
    this.frame = runsInPlace && parent !== undefined ? parent.frame : { isFresh };
  }

  /** What the code of this scope sees at this offset; a function, which may be called at any time, sees them all. */
  starsAt(offset: number): readonly Star[] {
    const { frame } = this.module;
    return this.frame === frame && frame.isFresh ? this.stars.before(offset) : this.stars.all;
  }

  get module(): Scope {
    return this.parent === undefined ? this : this.parent.module;
  }

  /**
   * A name is bound; behind `certainFrom` surely so. With an opener, that name in the text, it is bound anew: what it was before, it
   * is no more.
   */
  declare(name: string, binding: Binding, certainFrom = Infinity, opener?: SyntaxNode): void {
    // The function that a name is of binds it itself.
    if (this.nonlocals.has(name)) return;
    const scope = this.owner(name);
    const variable = scope.variables.get(name) ?? new Variable(name, binding, scope.frame, this.reading);
    scope.variables.set(name, variable);
    // A function's own name never means a built-in: it is unbound until it is bound.
    if (scope.isLocal) variable.bindSurely(0);
    if (scope !== this) return;
    variable.bindSurely(certainFrom);
    if (opener !== undefined && scope.kind !== "class") variable.bindAnew(opener, certainFrom, binding);
  }

  /** Where it is bound in a branch or a loop, it surely is to the end of that. */
  bindWithin(name: string, stretch: Stretch): void {
    if (!this.isLocal && this.owner(name) === this) this.variables.get(name)?.bindWithin(stretch);
  }

  /** Outside of functions the name means the built-in again, or nothing. */
  delete(name: string): void {
    const scope = this.owner(name);
    if (!scope.isLocal) scope.variables.get(name)?.delete();
  }

  private get isLocal(): boolean {
    return this.kind !== "module" && this.kind !== "class";
  }

  /** The variable that a name means here; class scopes are only seen from their own body. */
  find(name: string): Variable | undefined {
    return this.own(name) ?? this.parent?.findFromWithin(name);
  }

  private findFromWithin(name: string): Variable | undefined {
    const own = this.kind === "class" ? undefined : this.own(name);
    return own ?? this.parent?.findFromWithin(name);
  }

  /** What is global in a function is global in everything in it. */
  private own(name: string): Variable | undefined {
    return (this.globals.has(name) ? this.module : this).variables.get(name);
  }

  private owner(name: string): Scope {
    return this.globals.has(name) ? this.module : this;
  }
}
