import { randomUUID } from "node:crypto";
import { Emitter, type Clock, type Event, type Person } from "../host.ts";
import type { Database } from "../storage/database.ts";
import { canonicalJson, sha256, type Action, type Json } from "./actions.ts";
import type { Assessment } from "./assessment.ts";
import type { RequestId } from "./decisions.ts";
import type { Endings } from "./endings.ts";
import type { Evidence } from "./evidence.ts";
import {
  type Grant,
  type GrantId,
  type GrantScope,
  type GrantWish,
  effectSet,
  LONGEST_GRANT,
} from "./grant.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { RequestContext } from "./request.ts";
import { rowDigest } from "./row-digests.ts";

interface Parts {
  readonly database: Database;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly endings: Endings;
  readonly evidence: Pick<Evidence, "isGrant">;
}

/** What would run, as far as a grant looks at it. */
export interface Grantable {
  readonly action: Action<Json>;
  /** The text that a person reads, the code. */
  readonly text: string;
  readonly assessment: Assessment;
  readonly context: RequestContext;
}

interface Stored {
  readonly id: GrantId;
  readonly scope: GrantScope;
  readonly kind: string;
  readonly effects: string;
  readonly summaries: string;
  readonly isolation: string;
  readonly text_hash: string | null;
  readonly analysis_id: string | null;
  readonly person: string;
  readonly granted_at: number;
  readonly expires_at: number;
}

const LIVE = "g.revoked_at IS NULL AND g.expires_at > ?";

/** The grants of a workspace: made with an approval, used by what fits them, revoked by a person or by time. */
export class Grants {
  private readonly parts: Parts;
  private readonly changed = new Emitter<void>();

  constructor(parts: Parts) {
    this.parts = parts;
  }

  get onDidChange(): Event<void> {
    return this.changed.event;
  }

  /** Another window may have changed them. */
  announce(): void {
    this.changed.fire();
  }

  /** Call it inside the transaction of the decision that makes it. */
  add(request: RequestId, { scope, lasts }: GrantWish, about: Grantable, person: Person): GrantId {
    const { database, clock, ledger } = this.parts;
    const { action, text, assessment, context } = about;
    const id = randomUUID() as GrantId;
    const [at, effects] = [clock.now(), canonicalJson(effectSet(assessment.effects))];
    const until = at + Math.min(lasts, LONGEST_GRANT);
    database.run(
      `INSERT INTO grants (id, scope, kind, effects, isolation, text_hash, analysis_id, request_id, person, granted_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, scope, action.kind, effects, canonicalJson(assessment.isolation)],
      ...[scope === "code" ? sha256(text) : null, scope === "analysis" ? context.analysisId : null],
      ...[request, JSON.stringify(person), at, until],
    );
    ledger.append("grant", request, {
      grant: id,
      row: rowDigest(database, "grants", id) ?? null,
      scope,
      effects: sha256(effects),
      until,
      person: { ...person },
    });
    return id;
  }

  /** The grant that this fits, and that a person really made: it runs in the same isolation, and does nothing that was not granted. */
  covering({
    action,
    text,
    assessment,
    context,
  }: Grantable): { readonly id: GrantId; readonly reason: string } | undefined {
    const { database, clock } = this.parts;
    const fitting = database.all<Stored>(
      `SELECT * FROM grants g WHERE ${LIVE} AND kind = ? AND isolation = ?
         AND (text_hash IS NULL OR text_hash = ?) AND (analysis_id IS NULL OR analysis_id = ?) ORDER BY granted_at`,
      ...[clock.now(), action.kind, canonicalJson(assessment.isolation), sha256(text), context.analysisId],
    );
    const wanted = effectSet(assessment.effects);
    const found = fitting.find(({ id, effects, text_hash: code }) => {
      // What is not known of a target cannot be compared: it may be another one each time.
      if (code === null && assessment.effects.some(({ unknownTarget }) => unknownTarget)) return false;
      const granted = new Set(JSON.parse(effects) as readonly string[]);
      return wanted.every((effect) => granted.has(effect)) && this.parts.evidence.isGrant(id);
    });
    return found && { id: found.id, reason: reasonOf(found) };
  }

  /** Those in force, newest first. */
  list(): readonly Grant[] {
    const { database, clock } = this.parts;
    return database
      .all<Stored & { subject: string; question: string; uses: number }>(
        `SELECT g.*, r.subject, r.context ->> 'question' AS question, coalesce(d.assessment, r.assessment) AS summaries,
           (SELECT count(*) FROM decisions used WHERE used.grant_id = g.id) AS uses
         FROM grants g JOIN requests r ON r.id = g.request_id
         LEFT JOIN decisions d ON d.request_id = r.id AND d.decided_by = 'person' AND d.verdict IN ('approve', 'approve-edited')
         WHERE ${LIVE} ORDER BY g.granted_at DESC, g.rowid DESC`,
        clock.now(),
      )
      .map(({ subject, question, uses, ...stored }) => ({ ...toGrant(stored), subject, question, uses }));
  }

  /** From now on it approves nothing; what it approved and what has not begun yet is withdrawn. */
  revoke(id: GrantId, why: { readonly person: Person } | { readonly reason: string }): void {
    const { database, clock, ledger, endings } = this.parts;
    database.immediate(() => {
      const { changes } = database.run(
        "UPDATE grants SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
        ...[clock.now(), id],
      );
      if (changes === 0) return;
      ledger.append("grant-revoked", this.madeWith(id), {
        grant: id,
        ...("person" in why ? { person: { ...why.person } } : why),
      });
      for (const request of this.unused(id))
        endings.end(request, ["approved"], { state: "withdrawn" }, { reason: "its grant was revoked" });
    });
    this.announce();
  }

  private madeWith(id: GrantId): RequestId | "" {
    const sql = "SELECT request_id AS id FROM grants WHERE id = ?";
    return this.parts.database.get<{ id: RequestId }>(sql, id)?.id ?? "";
  }

  private unused(id: GrantId): readonly RequestId[] {
    const sql = `SELECT r.id FROM requests r JOIN decisions d ON d.request_id = r.id
      WHERE r.state = 'approved' AND d.grant_id = ?`;
    return this.parts.database.all<{ id: RequestId }>(sql, id).map((row) => row.id);
  }
}

const SCOPES: Readonly<Record<GrantScope, string>> = {
  code: "this exact code",
  analysis: "what does no more in this analysis",
  workspace: "what does no more in this workspace",
};

function reasonOf({ scope, person, expires_at: until }: Stored): string {
  const { name } = JSON.parse(person) as Person;
  return `A grant of ${name} allows ${SCOPES[scope]} until ${new Date(until).toISOString()}.`;
}

function toGrant(stored: Stored): Omit<Grant, "subject" | "question" | "uses"> {
  const { effects } = JSON.parse(stored.summaries) as Assessment;
  return {
    id: stored.id,
    scope: stored.scope,
    kind: stored.kind,
    effects: [...new Set(effects.map(({ summary }) => summary))],
    by: JSON.parse(stored.person) as Person,
    at: stored.granted_at,
    until: stored.expires_at,
  };
}
