import type { Disposable, Event } from "../host.ts";
import type { Action, Json } from "./actions.ts";
import type { ActionKind } from "./action-kind.ts";
import type { Assessment } from "./assessment.ts";
import type { Comparison } from "./comparison.ts";
import type { Decision, DecisionId, RequestId, ShownProof } from "./decisions.ts";
import type { Records } from "./ledger/records.ts";
import type { GrantId } from "./grant.ts";
import type { Grants } from "./grants.ts";
import type { Outcome } from "./outcome.ts";
import type { ApprovalRequest, RequestContext } from "./request.ts";

/** What a surface shows, with the proof that deciding about it needs. */
export interface Shown {
  readonly request: ApprovalRequest;
  /** The action with the person's draft applied. */
  readonly action: Action<Json>;
  /** Assessment of exactly that action. */
  readonly assessment: Assessment;
  readonly text: string;
  readonly proof: ShownProof;
}

/** The one door to everything that has an effect: request, decide, perform. The database is the truth. */
export interface Approvals extends Disposable {
  readonly records: Records;
  /** Rules that a person set about what is to come; they are made with a decision. */
  readonly grants: Pick<Grants, "list" | "onDidChange">;
  register<P, R>(kind: ActionKind<P, R>): void;
  /** Files a request, or finds the one with this key. What policy allows is approved at once, by policy, with its ledger rows. */
  request(action: Action<Json>, key: string, context: RequestContext): Promise<ApprovalRequest>;
  get(id: RequestId): ApprovalRequest;
  findByKey(key: string): ApprovalRequest | undefined;
  /** What waits for a person, oldest first; all of it unless said. */
  waiting(limit?: number): readonly ApprovalRequest[];
  /** The same, without reading what it is about. */
  waitingIds(): readonly RequestId[];
  /** The newest requests, decided ones included. */
  recent(limit: number): readonly ApprovalRequest[];
  /** The newest of those that wait for nobody any more. */
  decided(limit: number): readonly ApprovalRequest[];
  /** Of all requests, newest first, those that come after one. */
  page(limit: number, after?: RequestId): readonly ApprovalRequest[];
  /** Keeps a person's edit; no effect once decided. */
  saveDraft(id: RequestId, text: string): void;
  /** Assesses the request as drafted and mints the proof that a surface showed it. */
  show(id: RequestId, signal: AbortSignal): Promise<Shown>;
  /** What an edit changed, and in what it differs from what a person last approved of the same or from the attempt that it replaces. */
  compare(shown: Shown): readonly Comparison[];
  /** @throws `approval-stale` if what was shown is not what would be approved, `approval-state` if already decided, `workspace-untrusted` */
  decide(id: RequestId, decision: Decision, shown: ShownProof): Promise<DecisionId>;
  /** Rejecting and revising allow nothing, so commands may do it: no proof needed. */
  decline(
    id: RequestId,
    decision: Exclude<Decision, { verdict: "approve" | "approve-edited" }>,
  ): Promise<DecisionId>;
  /** The requests of an analysis that have not ended. */
  openOf(analysisId: string): readonly RequestId[];
  /** Nobody needs it any more. No effect once it is claimed or has ended. */
  withdraw(id: RequestId, reason: string): void;
  /** A person does not want it any more: what waits is withdrawn, what is at work is stopped, in whichever window it is. */
  cancel(id: RequestId, reason: string): void;
  /** It approves nothing any more: that needs no proof. */
  revokeGrant(id: GrantId): void;
  /**
   * Claims, checks the world, performs, commits the outcome; called again, also at the same time and in another process,
   * waits for the stored outcome and returns it. Aborted before it started: `cancelled`, and the approval is spent,
   * unless the abort's reason is `Closing`: then it stays approved for the next window, and `cancelled` is thrown, as it is
   * where what was started goes on without this window.
   * @throws `approval-state` while undecided, `workspace-untrusted`, `cancelled` if aborted while another process performs it
   */
  perform<R>(id: RequestId, signal: AbortSignal): Promise<Outcome<R>>;
  outcome<R>(id: RequestId): Outcome<R> | undefined;
  /**
   * Judges what processes that are gone left: claimed and not started goes back to approved; of what was started the world is
   * asked, which takes until it has ended, and `outcome-unknown` is what nobody can tell. Returns what changed.
   */
  recover(): Promise<readonly RequestId[]>;
  /** A request appeared or changed, in this process or another. */
  readonly onDidChange: Event<RequestId>;
}
