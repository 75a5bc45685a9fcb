import type { EffectKind, Finding } from "../../approval/assessment.ts";

/**
 * How much of a target is known. `whole`: exactly this. `pattern`: the `*` in it stand for file names, numbers or
 * values of the data, so that it stays in its folder. `part`: something in it is not known. `nothing`: no target.
 */
export type Certainty = "whole" | "pattern" | "part" | "nothing";

/** One thing that the code can do, before anybody judged whether that is ordinary. */
export interface RawEffect {
  readonly kind: EffectKind;
  /** File, address, channel, module or name; `*` stands for what varies. */
  readonly target?: string;
  /** What is written to a channel, as Python would print it. */
  readonly value?: string;
  readonly certainty: Certainty;
  /** Of a channel of Channel Access that is put exactly, and nothing else with it: the values, none where they are not known. */
  readonly puts?: readonly PutValue[];
  /** What does it is not known: only its name is that of something that does. */
  readonly guess?: true;
}

/** What is put, as JSON holds it. */
export type PutValue = number | string | readonly (number | string)[];

/** Why an effect was found, and where, before anybody judged it. */
export interface RawFinding
  extends Omit<Finding, "avoid" | "certainty" | "ordinary">, Omit<RawEffect, "kind"> {
  /** What would avoid this very thing, without a full stop, where the knowledge says so. */
  readonly instead?: string;
}

export interface SyntaxProblem {
  /** Of a notebook: the cell, from 1. */
  readonly cell?: number;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly message: string;
}

/** A file that the code names in full. */
export interface NamedFile {
  readonly path: string;
  readonly access: "read" | "write" | "delete";
}

/** What a piece of Python can do, as far as its text tells. */
export interface Analysis {
  readonly parses: boolean;
  readonly syntaxErrors: readonly SyntaxProblem[];
  readonly effects: readonly RawEffect[];
  readonly findings: readonly RawFinding[];
  /** Top-level packages imported that do not come with Python, sorted. */
  readonly thirdParty: readonly string[];
  readonly namedFiles: readonly NamedFile[];
}

export type HighlightClass =
  "comment" | "function" | "keyword" | "number" | "operator" | "string" | "type" | "variable";

/** Offsets in UTF-16 units into the code as given; end is exclusive. */
export interface HighlightSpan {
  readonly start: number;
  readonly end: number;
  readonly class: HighlightClass;
}

/** Analyses code, in the caller's thread or in one of its own. */
export interface CodeAnalyser {
  /** Takes any text; lines and columns count from 1, in UTF-16 units. */
  analyse(code: string): Analysis | Promise<Analysis>;
  /** Tokens with their classes, for showing code in colours where no editor does it. */
  highlight(code: string): readonly HighlightSpan[] | Promise<readonly HighlightSpan[]>;
}
