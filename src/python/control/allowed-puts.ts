import { briefly } from "../../approval/visible.ts";
import type { PutValue, RawEffect } from "../analysis/analysis.ts";
import { isKnownWrite } from "../known-write.ts";

/** One channel that may be set. */
export interface AllowedPut {
  readonly channel: string;
  /** Null is any. */
  readonly value: PutValue | null;
}

/** What a run may put into a control system. */
export type Puts = "none" | "any" | readonly AllowedPut[];

const MOST_NAMED = 5;

/** Exactly what was recognised, where all of it is known, and nothing for a guess; any channel where one of the writes could be to any. */
export function putsOf(effects: readonly RawEffect[]): Puts {
  const writes = effects.filter(isKnownWrite);
  if (writes.length === 0) return "none";
  const known = writes.map(allowedBy);
  return known.every((puts) => puts !== undefined) ? distinct(known.flat()) : "any";
}

function allowedBy({ target, certainty, puts }: RawEffect): readonly AllowedPut[] | undefined {
  if (certainty !== "whole" || target === undefined || puts === undefined) return undefined;
  if (puts.length === 0) return [{ channel: target, value: null }];
  return puts.map((value) => ({ channel: target, value }));
}

function distinct(puts: readonly AllowedPut[]): readonly AllowedPut[] {
  return [...new Map(puts.map((put) => [JSON.stringify(put), put])).values()];
}

/** One clause for people. */
export function putsInWords(puts: Puts): string {
  if (puts === "none") return "every put is refused";
  if (puts === "any")
    return "any channel may be set while this runs, because not all that the code sets is known, and each put is recorded";
  const named = puts
    .slice(0, MOST_NAMED)
    .map(({ channel, value }) => `${briefly(channel)} = ${shown(value)}`);
  const more = puts.length > named.length ? [`${puts.length - named.length} more that the code names`] : [];
  return `while this runs only these puts pass, and each is recorded: ${[...named, ...more].join(", ")}`;
}

function shown(value: PutValue | null): string {
  return value === null ? "any value" : briefly(typeof value === "string" ? value : JSON.stringify(value));
}
