import { median, ratio, rounded } from "./statistics.ts";

/** One line of `npm run bench -- --json`. Figures are medians; a bench without a peer has null in the peer's fields. */
export interface Row {
  readonly name: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly peerName: string | null;
  /** Ours divided by the peer's. */
  readonly ratio: number | null;
  readonly unit: string;
  readonly goal: string;
  readonly holds: boolean;
  /** How many times ours was measured; the peer as often. */
  readonly samples: number;
}

/** What was measured, before medians are taken. */
export interface Measurement {
  readonly name: string;
  readonly unit: string;
  readonly ours: readonly number[];
  readonly peer?: { readonly name: string; readonly values: readonly number[] };
  readonly goal: Goal;
}

export interface Goal {
  readonly text: string;
  holds(figures: { readonly ours: number; readonly ratio: number | null }): boolean;
}

/** Ours takes at most so many times what the peer takes. */
export function atMostTimes(limit: number): Goal {
  return { text: `≤ ${limit} × peer`, holds: ({ ratio: found }) => found !== null && found <= limit };
}

/** The peer takes at least so many times what ours takes. */
export function timesFaster(limit: number): Goal {
  return {
    text: `≥ ${limit} × faster than peer`,
    holds: ({ ratio: found }) => found !== null && found * limit <= 1,
  };
}

export function atMost(limit: number, unit: string): Goal {
  return { text: `≤ ${limit} ${unit}`, holds: ({ ours }) => ours <= limit };
}

export function atLeast(limit: number, unit: string): Goal {
  return { text: `≥ ${limit} ${unit}`, holds: ({ ours }) => ours >= limit };
}

/** Whether the goal holds is decided on what was measured, not on what rounding left of it. */
export function toRow({ name, unit, ours, peer, goal }: Measurement): Row {
  const own = median(ours);
  const other = peer === undefined ? null : median(peer.values);
  const times = other === null ? null : ratio(own, other);
  return {
    name,
    ours: rounded(own),
    peer: other === null ? null : rounded(other),
    peerName: peer?.name ?? null,
    ratio: times === null ? null : rounded(times),
    unit,
    goal: goal.text,
    holds: goal.holds({ ours: own, ratio: times }),
    samples: ours.length,
  };
}

const TITLES = ["", "bench", "ours", "peer", "ratio", "unit", "goal", "samples", "peer is"];

export function toTable(rows: readonly Row[]): string {
  const lines = [TITLES, ...rows.map(cells)];
  const widths = TITLES.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) => alignedLine(line, widths)).join("\n");
}

function cells(row: Row): string[] {
  const { name, ours, peer, ratio: times, unit, goal, samples, peerName, holds } = row;
  const figures = [ours, peer, times].map((figure) => (figure === null ? "–" : String(figure)));
  return [holds ? "✓" : "✗", name, ...figures, unit, goal, String(samples), peerName ?? "–"];
}

function alignedLine(line: readonly string[], widths: readonly number[]): string {
  return line
    .map((cell, column) => cell.padEnd(widths[column]!))
    .join("  ")
    .trimEnd();
}
