import { randomUUID } from "node:crypto";
import { CountersignError } from "../errors.ts";
import type { Clock, Person } from "../host.ts";
import type { Database } from "../storage/database.ts";
import { canonicalJson, hashAction, type Action, type Json, type Sha256 } from "./actions.ts";
import type { Assessment } from "./assessment.ts";
import type { Decision, RequestId } from "./decisions.ts";
import type { Outcome } from "./outcome.ts";
import type { Judgement } from "./policy.ts";
import type { ApprovalRequest, RequestContext, RequestState } from "./request.ts";

export interface NewRequest {
  readonly key: string;
  readonly action: Action<Json>;
  readonly assessment: Assessment;
  readonly judgement: Judgement;
  readonly context: RequestContext;
  readonly expiresAt: number;
}

interface StoredRequest {
  readonly id: RequestId;
  readonly key: string;
  readonly state: RequestState;
  readonly action: string;
  readonly hash: Sha256;
  readonly assessment: string;
  readonly judgement: string;
  readonly context: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly draft: string | null;
  readonly verdict: Decision["verdict"] | null;
  readonly person: string | null;
  readonly comment: string | null;
  readonly decided_at: number | null;
  readonly rule: "policy" | "grant" | null;
  readonly rule_reason: string | null;
}

/** One decision of whoever works here; the column holds a rule, so that several people can be asked without a new schema. */
const ONE_DECISION = JSON.stringify({ approvals: 1, by: "anybody" });

/** The action in force is the amended one, where a decision amended it; what was asked stays in its row. */
const SELECT = `
SELECT r.id, r.key, r.state, r.judgement, r.context, r.created_at, r.expires_at, drafts.text AS draft,
  coalesce(amended.action, r.action) AS action, coalesce(amended.hash, r.hash) AS hash,
  coalesce(amended.assessment, r.assessment) AS assessment,
  taken.verdict, taken.person, taken.comment, taken.decided_at, ruled.decided_by AS rule, ruled.comment AS rule_reason
FROM requests r
LEFT JOIN drafts ON drafts.request_id = r.id AND r.state IN ('requested', 'expired')
LEFT JOIN decisions amended ON amended.id = r.amended_by
LEFT JOIN decisions taken ON taken.request_id = r.id AND taken.decided_by = 'person'
  AND taken.seq = (SELECT max(seq) FROM decisions WHERE request_id = r.id)
LEFT JOIN decisions ruled ON ruled.request_id = r.id AND ruled.decided_by <> 'person' AND ruled.seq = 1`;

/** SQL for the next value of `changed`: other processes ask for what is above the last value they saw. */
export const NEXT_CHANGE = "(SELECT coalesce(max(changed), 0) + 1 FROM requests)";

/** The requests of a workspace as rows. Who may change what when is decided elsewhere; the database refuses the rest. */
export class Requests {
  private readonly database: Database;
  private readonly clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Call it inside a transaction. Where a request has this key already, it is that one's id and nothing is inserted. */
  insert(request: NewRequest): { readonly id: RequestId; readonly isNew: boolean } {
    const known = this.findByKey(request.key);
    if (known !== undefined) return { id: known.id, isNew: false };
    const id = randomUUID() as RequestId;
    const { action } = request;
    const texts = [request.assessment, request.judgement, request.context].map((value) =>
      JSON.stringify(value),
    );
    this.database.run(
      `INSERT INTO requests (id, key, state, kind, subject, action, hash, assessment, judgement, context, rules, created_at, expires_at, changed)
       VALUES (?, ?, 'requested', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${NEXT_CHANGE})`,
      ...[id, request.key, action.kind, action.subject, canonicalJson(action), hashAction(action)],
      ...[...texts, ONE_DECISION, this.clock.now(), request.expiresAt],
    );
    return { id, isNew: true };
  }

  /** @throws `request-not-found` */
  get(id: RequestId): ApprovalRequest {
    const row = this.database.get<StoredRequest>(`${SELECT} WHERE r.id = ?`, id);
    if (row !== undefined) return toRequest(row);
    throw new CountersignError("request-not-found", {
      message: "This approval request does not exist in this workspace.",
      next: "Open the Approvals view to see the requests that do.",
    });
  }

  findByKey(key: string): ApprovalRequest | undefined {
    const row = this.database.get<StoredRequest>(`${SELECT} WHERE r.key = ?`, key);
    return row === undefined ? undefined : toRequest(row);
  }

  /** Oldest first. */
  waiting(limit: number): readonly ApprovalRequest[] {
    const sql = `${SELECT} WHERE r.state = 'requested' ORDER BY r.created_at, r.changed LIMIT ?`;
    return this.database.all<StoredRequest>(sql, limit).map(toRequest);
  }

  /** Newest first. */
  recent(limit: number): readonly ApprovalRequest[] {
    const sql = `${SELECT} ORDER BY r.created_at DESC, r.rowid DESC LIMIT ?`;
    return this.database.all<StoredRequest>(sql, limit).map(toRequest);
  }

  /** Newest first. */
  decided(limit: number): readonly ApprovalRequest[] {
    const sql = `${SELECT} WHERE r.state <> 'requested' ORDER BY r.created_at DESC, r.rowid DESC LIMIT ?`;
    return this.database.all<StoredRequest>(sql, limit).map(toRequest);
  }

  /** Newest first, from after one on. */
  page(limit: number, after?: RequestId): readonly ApprovalRequest[] {
    if (after === undefined) return this.recent(limit);
    const sql = `${SELECT} WHERE (r.created_at, r.rowid) < (SELECT created_at, rowid FROM requests WHERE id = ?)
      ORDER BY r.created_at DESC, r.rowid DESC LIMIT ?`;
    return this.database.all<StoredRequest>(sql, after, limit).map(toRequest);
  }

  /**
   * The newest before this one that a person approved, for the same step of the same analysis, or of one that was asked the
   * same question.
   */
  lastApprovedLike({ id, action, context, createdAt }: ApprovalRequest): ApprovalRequest | undefined {
    const row = this.database.get<StoredRequest>(
      `${SELECT} WHERE r.kind = ?1 AND r.subject = ?2 AND r.id <> ?3 AND r.created_at <= ?4
         AND taken.verdict IN ('approve', 'approve-edited')
         AND (r.context ->> 'analysisId' = ?5 OR (?6 <> '' AND r.context ->> 'question' = ?6))
       ORDER BY r.created_at DESC, r.rowid DESC LIMIT 1`,
      ...[action.kind, action.subject, id, createdAt, context.analysisId, context.question],
    );
    return row === undefined ? undefined : toRequest(row);
  }

  /** Of each analysis, oldest first, the requests in the order in which they were made. */
  idsByAnalysis(): readonly (readonly RequestId[])[] {
    const sql = "SELECT id, context ->> 'analysisId' AS analysis FROM requests ORDER BY created_at, rowid";
    const rows = this.database.all<{ id: RequestId; analysis: string }>(sql);
    const analyses = Map.groupBy(rows, ({ analysis }) => analysis);
    return [...analyses.values()].map((group) => group.map(({ id }) => id));
  }

  idsIn(...states: readonly RequestState[]): readonly RequestId[] {
    const sql = "SELECT id FROM requests WHERE state IN (SELECT value FROM json_each(?))";
    return this.database.all<{ id: RequestId }>(sql, JSON.stringify(states)).map((row) => row.id);
  }

  /** Of one analysis, those that wait, are approved or are at work. */
  openOf(analysisId: string): readonly RequestId[] {
    const sql = `SELECT id FROM requests WHERE context ->> 'analysisId' = ?
      AND state IN ('requested', 'approved', 'approved-edited', 'claimed', 'started')`;
    return this.database.all<{ id: RequestId }>(sql, analysisId).map((row) => row.id);
  }

  /** Undecided or unused when their time was over. */
  overdue(): readonly RequestId[] {
    const sql =
      "SELECT id FROM requests WHERE state IN ('requested', 'approved', 'approved-edited') AND expires_at <= ?";
    return this.database.all<{ id: RequestId }>(sql, this.clock.now()).map((row) => row.id);
  }

  /** Compare and set; with a token, only while that claim holds the request. @returns whether it moved */
  move(id: RequestId, from: readonly RequestState[], to: RequestState, token: string | null = null): boolean {
    const { changes } = this.database.run(
      `UPDATE requests SET state = ?1, changed = ${NEXT_CHANGE}
       WHERE id = ?2 AND state IN (SELECT value FROM json_each(?3)) AND (?4 IS NULL OR claim_token = ?4)`,
      ...[to, id, JSON.stringify(from), token],
    );
    return changes === 1;
  }

  /** `requested → approved-edited`, with the decision whose action holds from now on. */
  amend(id: RequestId, decision: string): boolean {
    const { changes } = this.database.run(
      `UPDATE requests SET state = 'approved-edited', amended_by = ?, changed = ${NEXT_CHANGE} WHERE id = ? AND state = 'requested'`,
      ...[decision, id],
    );
    return changes === 1;
  }

  saveDraft(id: RequestId, text: string): void {
    this.database.immediate(() => {
      const { changes } = this.database.run(
        `UPDATE requests SET changed = ${NEXT_CHANGE} WHERE id = ? AND state = 'requested'`,
        id,
      );
      if (changes === 0) return;
      this.database.run(
        `INSERT INTO drafts (request_id, text, saved_at) VALUES (?, ?, ?)
         ON CONFLICT (request_id) DO UPDATE SET text = excluded.text, saved_at = excluded.saved_at`,
        ...[id, text, this.clock.now()],
      );
    });
  }

  outcome(id: RequestId): Outcome<unknown> | undefined {
    const row = this.database.get<{ outcome: string }>(
      "SELECT outcome FROM outcomes WHERE request_id = ?",
      id,
    );
    return row === undefined ? undefined : (JSON.parse(row.outcome) as Outcome<unknown>);
  }

  /** Of every request that changed after `change`, and the number to ask with next time. */
  changedAfter(change: number): { readonly ids: readonly RequestId[]; readonly last: number } {
    const rows = this.database.all<{ id: RequestId; changed: number }>(
      "SELECT id, changed FROM requests WHERE changed > ? ORDER BY changed",
      change,
    );
    return { ids: rows.map((row) => row.id), last: rows.at(-1)?.changed ?? change };
  }

  lastChange(): number {
    return this.database.get<{ last: number | null }>("SELECT max(changed) AS last FROM requests")?.last ?? 0;
  }
}

function toRequest(row: StoredRequest): ApprovalRequest {
  const draft = row.draft === null ? {} : { draft: row.draft };
  const decided = decidedOf(row);
  return {
    id: row.id,
    key: row.key,
    state: row.state,
    action: JSON.parse(row.action) as Action<Json>,
    hash: row.hash,
    assessment: JSON.parse(row.assessment) as Assessment,
    judgement: JSON.parse(row.judgement) as Judgement,
    context: JSON.parse(row.context) as RequestContext,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...draft,
    ...(decided === undefined ? {} : { decided }),
    ...(row.rule === null ? {} : { allowed: { by: row.rule, reason: row.rule_reason ?? "" } }),
  };
}

function decidedOf(row: StoredRequest): ApprovalRequest["decided"] {
  if (row.verdict === null || row.person === null || row.decided_at === null) return undefined;
  const decided = { verdict: row.verdict, by: JSON.parse(row.person) as Person, at: row.decided_at };
  return row.comment === null ? decided : { ...decided, comment: row.comment };
}
