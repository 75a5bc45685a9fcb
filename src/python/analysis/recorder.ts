import type { EffectKind } from "../../approval/assessment.ts";
import type { Certainty } from "./analysis.ts";
import type { Scope } from "./scopes.ts";
import type { SyntaxNode } from "./syntax.ts";

/** An effect at a place in the code. */
export interface Recorded {
  readonly kind: EffectKind;
  readonly target?: string;
  readonly value?: string;
  readonly certainty: Certainty;
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

/** Keeps what one pass over the code found; the last pass counts. */
export class Recorder {
  private readonly found = new Map<string, Recorded>();
  private readonly nestedCode = new Map<string, NestedCode>();

  add(recorded: Recorded): void {
    const { kind, target, value, node } = recorded;
    const key = `${kind}|${node.start}|${target ?? ""}|${value ?? ""}`;
    if (!this.found.has(key)) this.found.set(key, recorded);
  }

  addNested(nested: NestedCode): void {
    this.nestedCode.set(nested.code, nested);
  }

  clear(): void {
    this.found.clear();
    this.nestedCode.clear();
  }

  get all(): readonly Recorded[] {
    return [...this.found.values()].sort((a, b) => a.node.start - b.node.start);
  }

  get nested(): readonly NestedCode[] {
    return [...this.nestedCode.values()];
  }
}
