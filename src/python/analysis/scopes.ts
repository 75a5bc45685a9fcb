import { ValueSet } from "./values.ts";
import type { Reading, Unit } from "./reading.ts";
import type { SyntaxNode } from "../syntax/tree.ts";

export type ScopeKind = "module" | "function" | "class" | "comprehension";

/** A name bound in a scope, and everything it was ever bound to. */
export interface Variable {
  readonly name: string;
  readonly values: ValueSet;
  /** Where it was first bound, for the reasoning in messages. */
  readonly boundAt: SyntaxNode;
  readonly boundBy: "import" | "assignment";
  /** From here on, in text order, the name surely no longer means a built-in. */
  certainFrom: number;
}

/** A module whose names were all imported, and whether anything is known about it. */
export interface Star {
  readonly module: string;
  readonly foreign: boolean;
}

/** A scope with its names, as Python decides them: before anything runs. */
export class Scope {
  readonly kind: ScopeKind;
  readonly parent: Scope | undefined;
  readonly variables = new Map<string, Variable>();
  readonly globals = new Set<string>();
  readonly nonlocals = new Set<string>();
  private readonly imported: Star[] = [];
  private readonly readers = new Set<Unit>();
  private readonly reading: Reading;

  constructor(kind: ScopeKind, parent: Scope | undefined, reading: Reading) {
    this.kind = kind;
    this.parent = parent;
    this.reading = reading;
  }

  get stars(): readonly Star[] {
    this.reading.note(this.readers);
    return this.imported;
  }

  addStar(star: Star): void {
    if (this.imported.some(({ module }) => module === star.module)) return;
    this.imported.push(star);
    this.reading.grew(this.readers);
  }

  get module(): Scope {
    return this.parent === undefined ? this : this.parent.module;
  }

  declare(name: string, node: SyntaxNode, boundBy: Variable["boundBy"], certain: boolean): void {
    const scope = this.owner(name);
    // A function's own name never means a built-in: it is unbound until it is bound.
    const local = scope.kind === "function" || scope.kind === "comprehension";
    const certainFrom = local ? 0 : certain ? node.end : Infinity;
    const variable = scope.variables.get(name);
    if (variable !== undefined) variable.certainFrom = Math.min(variable.certainFrom, certainFrom);
    else
      scope.variables.set(name, {
        name,
        values: new ValueSet(this.reading),
        boundAt: node,
        boundBy,
        certainFrom,
      });
  }

  /** The variable that a name means here; class scopes are only seen from their own body. */
  find(name: string): Variable | undefined {
    const start = this.globals.has(name) ? this.module : this;
    for (let scope: Scope | undefined = start; scope !== undefined; scope = scope.parent) {
      if (scope.kind === "class" && scope !== this) continue;
      const variable = scope.variables.get(name);
      if (variable !== undefined) return variable;
    }
    return undefined;
  }

  private owner(name: string): Scope {
    if (this.globals.has(name)) return this.module;
    if (!this.nonlocals.has(name)) return this;
    for (let scope = this.parent; scope !== undefined; scope = scope.parent) {
      if (scope.kind === "function" && scope.variables.has(name)) return scope;
    }
    return this;
  }
}
