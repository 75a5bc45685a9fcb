import { randomUUID } from "node:crypto";
import { CountersignError } from "../errors.ts";
import type { Clock, Host } from "../host.ts";
import type { Database } from "../storage/database.ts";
import { canonicalJson, sha256, type Action, type Json, type Sha256 } from "./actions.ts";
import type { Shown } from "./approvals.ts";
import type { Assessment } from "./assessment.ts";
import type { Decision, DecisionId, RequestId, ShownProof } from "./decisions.ts";
import type { Endings } from "./endings.ts";
import { type GrantWish, whyNotGrantable } from "./grant.ts";
import type { Grantable, Grants } from "./grants.ts";
import type { Judge } from "./judging.ts";
import type { BoundAction, Kinds } from "./kinds.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { Proofs } from "./proofs.ts";
import type { ApprovalRequest } from "./request.ts";
import type { Requests } from "./requests.ts";
import { rowDigest } from "./row-digests.ts";

/** Rejecting and revising: they allow nothing. */
export type Declining = Exclude<Decision, { verdict: "approve" | "approve-edited" }>;

export interface DecidingParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly door: Pick<Host, "identity" | "trusted">;
  readonly requests: Requests;
  readonly ledger: Ledger;
  readonly endings: Endings;
  readonly kinds: Kinds;
  readonly judge: Judge;
  readonly proofs: Proofs;
  readonly grants: Grants;
}

/** What an approval's transaction needs, worked out before it begins. */
interface Approval {
  readonly verdict: "approve" | "approve-edited";
  readonly hash: Sha256;
  /** As it was assessed for this decision: the configuration may be another one than when it was asked for. */
  readonly assessment: Assessment;
  /** Where the person edited. */
  readonly amended?: Action<Json>;
  /** What else the person approves with it. */
  readonly granted?: { readonly wish: GrantWish; readonly about: Grantable };
}

/** The person's side: what is shown, and the decision about exactly that. */
export class Deciding {
  private readonly parts: DecidingParts;

  constructor(parts: DecidingParts) {
    this.parts = parts;
  }

  async show(id: RequestId, signal: AbortSignal): Promise<Shown> {
    const request = this.parts.requests.get(id);
    const bound = await this.drafted(request);
    const assessment = request.state === "requested" ? await bound.assess(signal) : request.assessment;
    const proof = this.parts.proofs.mint(id, bound.hash);
    return { request, action: bound.action, assessment, text: bound.text(), proof };
  }

  async decide(
    id: RequestId,
    decision: Decision,
    shown: ShownProof,
    signal: AbortSignal,
  ): Promise<DecisionId> {
    const request = this.decidable(id);
    if (decision.verdict === "reject" || decision.verdict === "revise") return this.decline(id, decision);
    const bound = this.parts.kinds.bind(request.action);
    const chosen = decision.verdict === "approve" ? bound : await bound.amended(decision.text);
    if (!this.parts.proofs.spend(shown, id, chosen.hash)) throw stale();
    const approval = await this.approvable(request, chosen, decision.grant, signal);
    return this.parts.database.patiently(() => this.approve(id, approval));
  }

  decline(id: RequestId, decision: Declining): Promise<DecisionId> {
    return this.parts.database.patiently(() => this.declined(id, decision));
  }

  private declined(id: RequestId, decision: Declining): DecisionId {
    return this.parts.database.immediate(() => {
      const request = this.decidable(id);
      const comment = decision.verdict === "revise" ? decision.comment : (decision.reason ?? "");
      const decided = this.record(request, { verdict: decision.verdict, hash: request.hash }, comment);
      const outcome =
        decision.verdict === "revise"
          ? ({ state: "revised", comment } as const)
          : ({ state: "rejected", reason: comment } as const);
      this.parts.endings.end(id, ["requested"], outcome);
      this.parts.proofs.forget(id);
      return decided;
    });
  }

  /** The request's action with the person's draft. */
  private async drafted(request: ApprovalRequest): Promise<BoundAction> {
    this.voidIfOutdated(request);
    const bound = this.parts.kinds.bind(request.action);
    return request.draft === undefined ? bound : bound.amended(request.draft);
  }

  /** @throws `approval-state`, `workspace-untrusted` */
  private decidable(id: RequestId): ApprovalRequest {
    if (!this.parts.door.trusted()) throw untrusted();
    const request = this.parts.requests.get(id);
    if (request.state !== "requested") throw alreadyDecided(request);
    // Its time may be over since the last look: the edit was assessed meanwhile, or the machine slept.
    if (request.expiresAt <= this.parts.clock.now()) throw expired();
    this.voidIfOutdated(request);
    return request;
  }

  private voidIfOutdated(request: ApprovalRequest): void {
    if (request.state !== "requested" || !this.parts.kinds.isOutdated(request.action)) return;
    const reason = "It was asked for by another version of Countersign.";
    this.parts.endings.end(request.id, ["requested"], { state: "refused", reason });
    throw new CountersignError("approval-state", {
      message: `This request is void. ${reason}`,
      kept: "Nothing ran.",
      next: "Ask the question again.",
    });
  }

  private async approvable(
    request: ApprovalRequest,
    chosen: BoundAction,
    wish: GrantWish | undefined,
    signal: AbortSignal,
  ): Promise<Approval> {
    const assessment = await chosen.assess(signal);
    const judgement = this.parts.judge.judge(chosen.action, assessment);
    if (judgement.verdict === "refuse") throw refused(judgement.reason);
    const why = wish && whyNotGrantable(assessment, judgement);
    if (why !== undefined) throw ungrantable(why);
    const { action, hash } = chosen;
    const about = { action, text: chosen.text(), assessment, context: request.context };
    const granted = wish === undefined ? {} : { granted: { wish, about } };
    return hash === request.hash
      ? { verdict: "approve", hash, assessment, ...granted }
      : { verdict: "approve-edited", hash, assessment, amended: action, ...granted };
  }

  private approve(id: RequestId, approval: Approval): DecisionId {
    return this.parts.database.immediate(() => {
      // Again, inside the transaction: another window may have decided while it was assessed.
      const request = this.decidable(id);
      const decision = this.record(request, approval, null);
      if (approval.amended === undefined) this.parts.requests.move(id, ["requested"], "approved");
      else this.parts.requests.amend(id, decision);
      if (approval.granted !== undefined) this.grant(id, approval.granted);
      this.parts.proofs.forget(id);
      return decision;
    });
  }

  private grant(id: RequestId, { wish, about }: NonNullable<Approval["granted"]>): void {
    const { name, knownBy } = this.parts.door.identity();
    this.parts.grants.add(id, wish, about, { name, knownBy });
  }

  private record(
    request: ApprovalRequest,
    {
      verdict,
      hash,
      amended,
      assessment: assessed,
    }: Partial<Pick<Approval, "assessment" | "amended">> &
      Pick<Approval, "hash"> & { readonly verdict: Decision["verdict"] },
    comment: string | null,
  ): DecisionId {
    const id = randomUUID() as DecisionId;
    const { name, knownBy } = this.parts.door.identity();
    const assessment = JSON.stringify(assessed ?? request.assessment);
    this.parts.database.run(
      `INSERT INTO decisions (id, request_id, seq, verdict, decided_by, person, comment, hash, action, assessment, decided_at)
       SELECT ?1, ?2, coalesce(max(seq), 0) + 1, ?3, 'person', ?4, ?5, ?6, ?7, ?8, ?9 FROM decisions WHERE request_id = ?2`,
      ...[id, request.id, verdict, JSON.stringify({ name, knownBy }), comment, hash],
      ...[amended === undefined ? null : canonicalJson(amended)],
      ...[assessed === undefined ? null : assessment, this.parts.clock.now()],
    );
    this.parts.ledger.append("decided", request.id, {
      decision: id,
      verdict,
      by: "person",
      person: { name, knownBy },
      hash,
      row: rowDigest(this.parts.database, "decisions", id) ?? null,
      assessment: sha256(assessment),
      ...(comment === null ? {} : { comment: sha256(comment) }),
    });
    return id;
  }
}

export function untrusted(): CountersignError {
  return new CountersignError("workspace-untrusted", {
    message: "In Restricted Mode nothing is decided and nothing runs.",
    kept: "The request waits.",
    next: "Trust this workspace (Workspaces: Manage Workspace Trust), then decide.",
  });
}

function stale(): CountersignError {
  return new CountersignError("approval-stale", {
    message: "What was shown is not what would be approved.",
    kept: "The request and your edit wait.",
    next: "Look at it again, then decide.",
  });
}

function ungrantable(why: string): CountersignError {
  return new CountersignError("approval-state", {
    message: `Nothing more than this once can be approved: ${why}.`,
    kept: "The request waits.",
    next: "Approve it once.",
  });
}

function expired(): CountersignError {
  return new CountersignError("approval-state", {
    message: "This request expired.",
    kept: "Nothing ran.",
    next: "Ask the question again.",
  });
}

function alreadyDecided(request: ApprovalRequest): CountersignError {
  return new CountersignError("approval-state", {
    message: `This request is not open any more: it is ${request.state}.`,
    next: "Open the Approvals view to see what waits.",
  });
}

function refused(reason: string): CountersignError {
  return new CountersignError("approval-state", {
    message: `This can not be approved. ${reason}`,
    kept: "The request and your edit wait.",
    next: "Change the code, or revise with a comment.",
  });
}
