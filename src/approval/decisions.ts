import type { Sha256 } from "./actions.ts";
import type { GrantWish } from "./grant.ts";

/** What a person can say to a request. */
export type Decision =
  | { readonly verdict: "approve"; readonly grant?: GrantWish }
  /** `text` is the person's edit; the amended action is assessed and hashed again before it can be approved. */
  | { readonly verdict: "approve-edited"; readonly text: string; readonly grant?: GrantWish }
  /** Goes back to generation with the comment. */
  | { readonly verdict: "revise"; readonly comment: string }
  | { readonly verdict: "reject"; readonly reason?: string };

/**
 * Evidence that a surface showed a person exactly this: minted by `Approvals.show`, kept in memory, spent by one decision.
 * A command that another extension calls has none, so it cannot approve.
 */
export interface ShownProof {
  readonly requestId: RequestId;
  /** Hash of the action shown, edits included. */
  readonly hash: Sha256;
  readonly nonce: string;
}

export type RequestId = string & { readonly __requestId: true };
export type DecisionId = string & { readonly __decisionId: true };
