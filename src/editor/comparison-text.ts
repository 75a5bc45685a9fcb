import type { Comparison } from "../approval/comparison.ts";
import type { Effect } from "../approval/assessment.ts";
import { clockTime, counted } from "./plain-text.ts";

/** One thing that is different now. */
export interface Change {
  readonly kind: "gained" | "lost" | "other";
  readonly text: string;
}

/** With what a request is compared: `Since you approved it at 14:02`. */
export function comparisonTitle({ earlier, since }: Comparison, now: number): string {
  if (since === "edited") return "What the edit changes";
  if (since === "attempt") return "Since the attempt before";
  return `Since it was last approved, at ${clockTime(earlier.decided?.at ?? earlier.createdAt, now)}`;
}

/** The same where room is scarce. */
export function briefTitle({ earlier, since }: Comparison, now: number): string {
  if (since === "edited") return "Edited";
  if (since === "attempt") return "Since the attempt before";
  return `Since approved at ${clockTime(earlier.decided?.at ?? earlier.createdAt, now)}`;
}

/** What is different, the effects first: they are what a person approves. */
export function changesOf(comparison: Comparison): readonly Change[] {
  const { gained, lost, world } = comparison;
  return [
    ...gained.map((effect) => change("gained", effect, "now")),
    ...lost.map((effect) => change("lost", effect, "no longer")),
    ...world.map((text) => ({ kind: "other" as const, text })),
    ...textChange(comparison),
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

function textChange(comparison: Comparison): readonly Change[] {
  if (comparison.before === comparison.now) return [];
  const lines = linesChanged(comparison);
  const what = lines === 0 ? "the order of its lines" : `${counted(lines, "line")} of the code`;
  return [{ kind: "other", text: `${what} changed` }];
}

/** Lines that only one of the texts has, a changed one counted once; wherever they stand. */
export function linesChanged({ before, now }: Pick<Comparison, "before" | "now">): number {
  return Math.max(linesOnlyIn(before, now), linesOnlyIn(now, before));
}

function linesOnlyIn(text: string, other: string): number {
  const left = new Map<string, number>();
  for (const line of other.split("\n")) left.set(line, (left.get(line) ?? 0) + 1);
  let only = 0;
  for (const line of text.split("\n")) {
    const count = left.get(line) ?? 0;
    if (count === 0) only += 1;
    else left.set(line, count - 1);
  }
  return only;
}
