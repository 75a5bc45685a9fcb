import type { RawEffect } from "./analysis/analysis.ts";

/** A guess refuses nothing and opens nothing. */
export function isKnownWrite({ kind, guess }: RawEffect): boolean {
  return kind === "control-write" && guess !== true;
}
