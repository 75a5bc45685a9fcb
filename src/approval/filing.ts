import { randomUUID } from "node:crypto";
import type { Clock, Host } from "../host.ts";
import type { Database } from "../storage/database.ts";
import { hashAction, sha256, type Action, type Json } from "./actions.ts";
import { untrusted } from "./deciding.ts";
import type { RequestId } from "./decisions.ts";
import type { Endings } from "./endings.ts";
import { type GrantId, whyNotGrantable } from "./grant.ts";
import type { Grants } from "./grants.ts";
import type { Judge } from "./judging.ts";
import type { Kinds } from "./kinds.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { lifetimeOf, type Lifetimes } from "./lifetime.ts";
import type { ApprovalRequest, RequestContext } from "./request.ts";
import type { NewRequest, Requests } from "./requests.ts";
import { rowDigest } from "./row-digests.ts";

export interface FilingParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly door: Pick<Host, "trusted">;
  readonly requests: Requests;
  readonly ledger: Ledger;
  readonly endings: Endings;
  readonly kinds: Kinds;
  readonly judge: Judge;
  readonly grants: Grants;
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
    const bound = kinds.bind(action);
    const assessment = await bound.assess(signal);
    const judgement = judge.judge(action, assessment);
    const expiresAt = clock.now() + lifetimeOf(assessment, this.parts.lifetimes());
    const request = { key, action, assessment, judgement, context, expiresAt };
    return requests.get(await this.parts.database.patiently(() => this.file(request, bound.text())));
  }

  private file(request: NewRequest, text: string): RequestId {
    return this.parts.database.immediate(() => {
      const { id, isNew } = this.parts.requests.insert(request);
      // Somebody who ran the same step was faster: that request is this one.
      if (!isNew) return id;
      const row = rowDigest(this.parts.database, "requests", id) ?? null;
      this.parts.ledger.append("requested", id, { ...requestedRow(request), text: sha256(text), row });
      const { verdict, reason } = request.judgement;
      if (verdict === "refuse") this.parts.endings.end(id, ["requested"], { state: "refused", reason });
      if (verdict === "allow") this.approve(id, request, { by: "policy", reason });
      const grant = verdict === "ask" ? this.grantFor(request, text) : undefined;
      if (grant !== undefined) this.approve(id, request, { by: "grant", ...grant });
      return id;
    });
  }

  private grantFor(request: NewRequest, text: string): { grant: GrantId; reason: string } | undefined {
    const { action, assessment, judgement, context } = request;
    if (whyNotGrantable(assessment, judgement) !== undefined) return undefined;
    const covering = this.parts.grants.covering({ action, text, assessment, context });
    return covering && { grant: covering.id, reason: covering.reason };
  }

  /** Without a person now: a rule says so that one set earlier. */
  private approve(id: RequestId, { action }: NewRequest, allowed: Allowed): void {
    const decision = randomUUID();
    const hash = hashAction(action);
    const { by, reason } = allowed;
    this.parts.database.run(
      `INSERT INTO decisions (id, request_id, seq, verdict, decided_by, comment, hash, decided_at, grant_id)
       VALUES (?, ?, 1, 'approve', ?, ?, ?, ?, ?)`,
      ...[decision, id, by, reason, hash, this.parts.clock.now(), by === "grant" ? allowed.grant : null],
    );
    this.parts.requests.move(id, ["requested"], "approved");
    const row = rowDigest(this.parts.database, "decisions", decision) ?? null;
    this.parts.ledger.append("decided", id, { decision, verdict: "approve", hash, row, ...allowed });
  }
}

type Allowed =
  | { readonly by: "policy"; readonly reason: string }
  | { readonly by: "grant"; readonly reason: string; readonly grant: GrantId };

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
