import type { MissingPart } from "./parts.ts";
import type { Counts } from "./suites.ts";

export interface SuiteResult {
  readonly name: string;
  readonly counts: Counts;
  readonly seconds: number;
}

/** A suite that did not run for want of a part. */
export interface LeftOut {
  readonly name: string;
  readonly missing: MissingPart;
}

export interface Summary {
  /** What the run ends with: a line for every suite, then one with what all of them counted. */
  readonly text: string;
  readonly failed: boolean;
}

/** Where `strict`, as in CI, a suite that was left out counts as one that failed. */
export function summarise(
  results: readonly SuiteResult[],
  leftOut: readonly LeftOut[],
  strict: boolean,
): Summary {
  const ran = results.map(({ name, counts, seconds }) => `${name}: ${inWords(counts)} (${seconds} s)`);
  const missed = leftOut.map(
    ({ name, missing: { part, reason } }) =>
      `${name}: left out for want of ${part.name}: ${reason}; ${part.byHand}.`,
  );
  const counted = results.map(({ counts }) => counts).reduce(sum, { passed: 0, failed: 0, skipped: 0 });
  const total = { ...counted, failed: counted.failed + (strict ? leftOut.length : 0) };
  const text = `${[...ran, ...missed].join("\n")}\n\n${inWords(total)}`;
  return { text, failed: total.failed > 0 || total.passed === 0 };
}

function inWords({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function sum(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}
