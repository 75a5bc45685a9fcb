import { randomUUID } from "node:crypto";
import type { Clock, Host } from "../host.ts";
import type { Database } from "../storage/database.ts";
import { hashAction, sha256, type Action, type Json } from "./actions.ts";
import { untrusted } from "./deciding.ts";
import type { RequestId } from "./decisions.ts";
import type { Endings } from "./endings.ts";
import type { Judge } from "./judging.ts";
import type { Kinds } from "./kinds.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { lifetimeOf, type Lifetimes } from "./lifetime.ts";
import type { ApprovalRequest, RequestContext } from "./request.ts";
import type { NewRequest, Requests } from "./requests.ts";

export interface FilingParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly door: Pick<Host, "trusted">;
  readonly requests: Requests;
  readonly ledger: Ledger;
  readonly endings: Endings;
  readonly kinds: Kinds;
  readonly judge: Judge;
  /** As it is now: a tightened configuration counts for the next request. */
  readonly lifetimes: () => Lifetimes;
}

/** The requester's side: one request per key, judged by policy as it is filed. */
export class Filing {
  private readonly parts: FilingParts;

  constructor(parts: FilingParts) {
    this.parts = parts;
  }

  async request(
    action: Action<Json>,
    key: string,
    context: RequestContext,
    signal: AbortSignal,
  ): Promise<ApprovalRequest> {
    const { requests, kinds, judge, clock, door } = this.parts;
    const known = requests.findByKey(key);
    if (known !== undefined) return known;
    if (!door.trusted()) throw untrusted();
    const assessment = await kinds.bind(action).assess(signal);
    const judgement = judge.judge(action, assessment);
    const expiresAt = clock.now() + lifetimeOf(assessment, this.parts.lifetimes());
    return requests.get(this.file({ key, action, assessment, judgement, context, expiresAt }));
  }

  private file(request: NewRequest): RequestId {
    return this.parts.database.immediate(() => {
      const { id, isNew } = this.parts.requests.insert(request);
      // Somebody who ran the same step was faster: that request is this one.
      if (!isNew) return id;
      this.parts.ledger.append("requested", id, requestedRow(request));
      const { verdict, reason } = request.judgement;
      if (verdict === "refuse") this.parts.endings.end(id, ["requested"], { state: "refused", reason });
      if (verdict === "allow") this.approveByPolicy(id, request);
      return id;
    });
  }

  private approveByPolicy(id: RequestId, { action, judgement }: NewRequest): void {
    const decision = randomUUID();
    const hash = hashAction(action);
    this.parts.database.run(
      `INSERT INTO decisions (id, request_id, seq, verdict, decided_by, comment, hash, decided_at)
       VALUES (?, ?, 1, 'approve', 'policy', ?, ?, ?)`,
      ...[decision, id, judgement.reason, hash, this.parts.clock.now()],
    );
    this.parts.requests.move(id, ["requested"], "approved");
    const { reason } = judgement;
    this.parts.ledger.append("decided", id, { decision, verdict: "approve", by: "policy", reason, hash });
  }
}

function requestedRow({ key, action, assessment, judgement, context }: NewRequest): Record<string, Json> {
  return {
    key,
    kind: action.kind,
    version: action.version,
    subject: action.subject,
    hash: hashAction(action),
    assessment: sha256(JSON.stringify(assessment)),
    verdict: judgement.verdict,
    reason: judgement.reason,
    analysis: context.analysisId,
    model: context.model,
    attempt: context.attempt,
    ...(context.previous === undefined ? {} : { previous: context.previous }),
  };
}
