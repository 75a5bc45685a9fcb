import type { TextProblem } from "./text-problem.ts";
import type { Span, Tokens } from "./tokens.ts";

/** Tokens as they are found. */
export class TokenList implements Tokens {
  readonly kinds: string[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly comments: Span[] = [];
  problem: TextProblem | undefined;

  add(kind: string, start: number, end: number): void {
    this.kinds.push(kind);
    this.starts.push(start);
    this.ends.push(end);
  }

  get last(): string | undefined {
    return this.kinds.at(-1);
  }

  /** Only the first is told: what follows it is mostly its consequence. */
  fail(message: string, start: number, end: number): void {
    this.problem ??= { start, end, message };
  }
}
