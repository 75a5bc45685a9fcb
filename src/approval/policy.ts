import type { Action, Json } from "./actions.ts";
import type { Assessment } from "./assessment.ts";

export interface Judgement {
  /** `allow`: runs with a claim by `policy`; `ask`: a person decides; `refuse`: never runs as it stands. */
  readonly verdict: "allow" | "ask" | "refuse";
  /** One sentence for people. */
  readonly reason: string;
  /** Where it asks: whether a person's grant may stand for the answer. Only what a setting makes ask, never what always asks. */
  readonly grantable?: boolean;
}

/** A rule that a person set. The strictest of all rules wins; a rule that fails counts as "ask". */
export interface Policy {
  judge(action: Action<Json>, assessment: Assessment): Judgement;
}
