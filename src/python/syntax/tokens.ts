import type { TextProblem } from "./text-problem.ts";

/**
 * The tokens of a piece of Python, in text order, one entry each in three lists. A kind is `name`, `number`, `string`,
 * `newline`, `indent`, `dedent`, `end`, `error`, the parts of an f-string (`f-start`, `f-text`, `f-end`), or the keyword or
 * operator itself.
 */
export interface Tokens {
  readonly kinds: readonly string[];
  /** UTF-16 offsets; ends are exclusive. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly comments: readonly Span[];
  /** The first place that is no Python, whatever stands around it. */
  readonly problem: TextProblem | undefined;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export const KEYWORDS: ReadonlySet<string> = new Set(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(
    " ",
  ),
);
