import type { Person } from "../host.ts";
import type { Assessment, Effect, EffectKind } from "./assessment.ts";
import type { Judgement } from "./policy.ts";

export type GrantId = string & { readonly __grantId: true };

/** What else a person approves together with a request: this very code, or whatever does nothing more, here or everywhere. */
export type GrantScope = "code" | "analysis" | "workspace";

/** What a person wishes; the grant says more. */
export interface GrantWish {
  readonly scope: GrantScope;
  /** Milliseconds from the decision on. */
  readonly lasts: number;
}

/** A rule that a person set: actions that fit it run without being asked about. */
export interface Grant {
  readonly id: GrantId;
  readonly scope: GrantScope;
  readonly kind: string;
  /** All that they may do, for people: `reads data/co2.csv`. */
  readonly effects: readonly string[];
  readonly by: Person;
  /** Subject of the request that it was made with. */
  readonly subject: string;
  /** Question of the analysis that it was made in. */
  readonly question: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly until: number;
  /** How many requests it approved. */
  readonly uses: number;
}

export const LONGEST_GRANT = 7 * 24 * 60 * 60 * 1000;

/** These reach out of a sandbox, cannot be seen through, or are gone afterwards: a person looks at each. */
const NEVER: ReadonlySet<EffectKind> = new Set<EffectKind>([
  "control-write",
  "control-read",
  "process",
  "dynamic",
  "native",
  "deletes-files",
  "network",
  "unknown-import",
]);

/** Why nothing may be granted with it, as half a sentence; undefined where it may. */
export function whyNotGrantable(
  { effects, isolation }: Assessment,
  judgement: Judgement,
): string | undefined {
  if (judgement.grantable !== true) return "it has to be asked about each time";
  if (isolation.level !== "container") return "it runs without a container's isolation";
  if (isolation.networks.length > 0) return "it reaches a network";
  const reason = effects.find(({ kind }) => NEVER.has(kind));
  return reason === undefined ? undefined : `it ${reason.summary}`;
}

/** What an action can do, each once and in one order, so that two can be compared. */
export function effectSet(effects: readonly Effect[]): readonly string[] {
  return [...new Set(effects.map(({ kind, target }) => JSON.stringify([kind, target ?? null])))].sort();
}
