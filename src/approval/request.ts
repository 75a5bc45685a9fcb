import type { Action, Json, Sha256 } from "./actions.ts";
import type { Assessment } from "./assessment.ts";
import type { Person } from "../host.ts";
import type { Decision, RequestId } from "./decisions.ts";
import type { Judgement } from "./policy.ts";

/** States of a request; `transitions.ts` holds the one table of what may follow what. */
export type RequestState =
  | "requested"
  | "approved"
  | "approved-edited"
  | "revised"
  | "rejected"
  | "expired"
  | "withdrawn"
  | "claimed"
  | "started"
  | "finished"
  | "failed"
  | "cancelled"
  | "refused"
  | "outcome-unknown";

/** Why somebody asks, for the person who decides. Plain text, never rendered as Markdown or HTML. */
export interface RequestContext {
  readonly analysisId: string;
  readonly question: string;
  readonly objective: string;
  readonly expectedResults: string;
  readonly model: string;
  /** 1 for the first; a failed run and a revision each start another. */
  readonly attempt: number;
  /** The request that this one replaces after a failure or a revision. */
  readonly previous?: RequestId;
}

export interface ApprovalRequest {
  readonly id: RequestId;
  /** Unique per thread, step and attempt: a rerun finds its own request. */
  readonly key: string;
  readonly state: RequestState;
  /** What would run: as asked for, or as edited once a decision approved an edit. */
  readonly action: Action<Json>;
  readonly hash: Sha256;
  readonly assessment: Assessment;
  readonly judgement: Judgement;
  readonly context: RequestContext;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number;
  /** The person's edit so far, kept until decided and where time ran out; absent where nothing was edited. */
  readonly draft?: string;
  /** The decision in force, once a person took one. */
  readonly decided?: Decided;
  /** The rule that approved it, where no person did. */
  readonly allowed?: { readonly by: "policy" | "grant"; readonly reason: string };
}

/**
 * Nothing came of it, and not because a person said no: its time was over, the world had changed since it was approved, or
 * nobody can tell what happened.
 */
export function mayAskAnew({ state, decided, allowed }: ApprovalRequest): boolean {
  if (state === "expired") return true;
  const wasApproved = decided !== undefined || allowed !== undefined;
  return wasApproved && (state === "refused" || state === "outcome-unknown");
}

export interface Decided {
  readonly verdict: Decision["verdict"];
  readonly by: Person;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The comment of a revision, the reason of a rejection. */
  readonly comment?: string;
}
