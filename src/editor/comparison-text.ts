import type { Comparison } from "../approval/comparing.ts";
import type { Effect } from "../approval/assessment.ts";
import { clockTime, counted } from "./plain-text.ts";

/** One thing that is different now. */
export interface Change {
  readonly kind: "gained" | "lost" | "other";
  readonly text: string;
}

/** With what a request is compared: `Since you approved it at 14:02`. */
export function comparisonTitle({ earlier, wasApproved }: Comparison, now: number): string {
  if (!wasApproved) return "Since the attempt before";
  return `Since it was last approved, at ${clockTime(earlier.decided?.at ?? earlier.createdAt, now)}`;
}

/** What is different, the effects first: they are what a person approves. */
export function changesOf(comparison: Comparison): readonly Change[] {
  const { gained, lost, world } = comparison;
  const lines = linesChanged(comparison);
  return [
    ...gained.map((effect) => change("gained", effect, "now")),
    ...lost.map((effect) => change("lost", effect, "no longer")),
    ...world.map((text) => ({ kind: "other" as const, text })),
    ...(lines === 0
      ? []
      : [{ kind: "other" as const, text: `${counted(lines, "line")} of the code changed` }]),
  ];
}

/** For one line: `now reads x.csv, the image was rebuilt, 3 lines of the code changed`; `nothing changed` where nothing did. */
export function changesInWords(comparison: Comparison): string {
  const changes = changesOf(comparison);
  return changes.length === 0 ? "nothing changed" : changes.map(({ text }) => text).join(", ");
}

function change(kind: "gained" | "lost", { summary }: Effect, word: string): Change {
  return { kind, text: `${word} ${summary}` };
}

/** Lines of either text that the other does not have in their order: what a line diff would mark. */
export function linesChanged({ before, now }: Pick<Comparison, "before" | "now">): number {
  if (before === now) return 0;
  const [old, fresh] = [before.split("\n"), now.split("\n")];
  const common = longestCommon(old, fresh);
  return Math.max(old.length, fresh.length) - common;
}

/** Length of the longest common subsequence; texts that are too long for it are compared line by line. */
function longestCommon(old: readonly string[], fresh: readonly string[]): number {
  if (old.length * fresh.length > MOST_COMPARED) return old.filter((line, at) => line === fresh[at]).length;
  let row = new Array<number>(fresh.length + 1).fill(0);
  for (const line of old) {
    const next = [0];
    for (const [at, other] of fresh.entries())
      next.push(line === other ? row[at]! + 1 : Math.max(row[at + 1]!, next[at]!));
    row = next;
  }
  return row.at(-1)!;
}

const MOST_COMPARED = 4_000_000;
