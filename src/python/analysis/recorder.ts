import type { EffectKind } from "../../approval/assessment.ts";
import type { Certainty, PutValue } from "./analysis.ts";
import type { Unit } from "./reading.ts";
import type { Scope } from "./scopes.ts";
import type { SyntaxNode } from "../syntax/tree.ts";

/** An effect at a place in the code. */
export interface Recorded {
  readonly kind: EffectKind;
  readonly target?: string;
  readonly value?: string;
  readonly certainty: Certainty;
  readonly puts?: readonly PutValue[];
  /** Guessed from a name. */
  readonly guess?: true;
  readonly node: SyntaxNode;
  readonly message: string;
  /** What would avoid it. */
  readonly instead?: string;
}

/** Text that the code runs as code, known in full. */
export interface NestedCode {
  readonly code: string;
  readonly node: SyntaxNode;
  readonly scope: Scope;
}

interface Findings {
  readonly found: Map<string, Recorded>;
  readonly nested: Map<string, NestedCode>;
}

/** Keeps what was found in each unit when it was last evaluated. */
export class Recorder {
  private readonly units = new Map<Unit, Findings>();

  /** What was found there before counts no more. */
  begin(unit: Unit): void {
    this.units.set(unit, { found: new Map(), nested: new Map() });
  }

  add(unit: Unit, recorded: Recorded): void {
    const { found } = this.of(unit);
    const key = keyOf(recorded);
    if (!found.has(key)) found.set(key, recorded);
  }

  addNested(unit: Unit, nested: NestedCode): void {
    this.of(unit).nested.set(nested.code, nested);
  }

  private of(unit: Unit): Findings {
    const findings = this.units.get(unit);
    if (findings === undefined) throw new Error("What is not evaluated finds nothing");
    return findings;
  }

  /** In the order of the code; what units found of each other's once. */
  get all(): readonly Recorded[] {
    const all = new Map<string, Recorded>();
    for (const { found } of this.units.values())
      for (const [key, recorded] of found) if (!all.has(key)) all.set(key, recorded);
    return [...all.values()].sort((a, b) => a.node.start - b.node.start);
  }

  get nested(): readonly NestedCode[] {
    const all = [...this.units.values()].flatMap(({ nested }) => [...nested]);
    return [...new Map(all).values()];
  }
}

function keyOf({ kind, target, value, node, guess }: Recorded): string {
  return `${kind}|${node.start}|${target ?? ""}|${value ?? ""}|${guess ?? ""}`;
}
