import type { Database } from "../storage/database.ts";
import { hashAction, sha256, type Sha256 } from "./actions.ts";
import type { Claim } from "./claim.ts";
import type { DecisionId, RequestId } from "./decisions.ts";
import type { GrantId } from "./grant.ts";
import { standingOf, type Standing } from "./history.ts";
import type { LedgerRow } from "./ledger/chain.ts";
import { differs } from "./ledger/ledger.ts";
import type { VerifiedLedger } from "./ledger/verified-ledger.ts";
import type { ApprovalRequest } from "./request.ts";
import type { Requests } from "./requests.ts";
import { rowDigest, type BoundTable } from "./row-digests.ts";

interface Parts {
  readonly database: Database;
  readonly requests: Requests;
  readonly verified: VerifiedLedger;
}

/** What a claim is made of: exactly this action, by exactly this decision. */
export interface Approved {
  readonly request: ApprovalRequest;
  readonly hash: Sha256;
  readonly by: Claim["by"];
}

/** A claim that started, as the ledger tells it. */
export interface Started extends Approved {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

interface Decided {
  readonly id: DecisionId;
  readonly verdict: string;
  readonly decided_by: Claim["by"];
  readonly hash: Sha256;
  readonly grant_id: GrantId | null;
}

/**
 * Holds what is stored against the ledger, whenever something is done because of it. Whoever can write the database and not
 * sign with the workspace's key cannot make a request, a decision, a grant or an outcome that counts. All of it
 * @throws `ledger-differs`, `database-replaced`
 */
export class Evidence {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Call it under the write lock: what a claim may be taken for. */
  approved(id: RequestId): Approved {
    const standing = this.standing(id);
    if (standing.outcome !== undefined || standing.held !== undefined)
      throw differs("This approval was used already");
    return this.bound(id, standing);
  }

  /** Nobody may take up what was started. Call it under the write lock. */
  assertNotStarted(id: RequestId, token: string): void {
    const { held } = this.standing(id);
    if (held === undefined || held.started !== undefined || held.claimed.body.token !== token)
      throw differs("The claim of this request is not the one that was taken");
    this.assertRow("claims", token, held.claimed);
  }

  /** Call it under the write lock. */
  started(id: RequestId, token: string): Started {
    const standing = this.standing(id);
    const { claimed, started } = standing.held ?? {};
    if (claimed === undefined || started?.body.token !== token)
      throw differs("The claim of this request is not the one that started");
    this.assertRow("claims", token, claimed);
    return { ...this.bound(id, standing), startedAt: started.at };
  }

  /** A stored outcome is returned where the ledger says that it ended so. */
  assertOutcome(id: RequestId): void {
    const { outcome } = this.standing(id);
    const stored = this.parts.database.get<{ state: string; outcome: string }>(
      "SELECT state, outcome FROM outcomes WHERE request_id = ?",
      id,
    );
    if (stored === undefined || outcome === undefined) throw differs("How this ended is not in the ledger");
    if (outcome.body.state !== stored.state || outcome.body.outcome !== sha256(stored.outcome))
      throw differs("How this ended is not what the ledger says");
  }

  /** Whether a grant is one that a person made here and nobody revoked, and as they made it. */
  isGrant(id: GrantId): boolean {
    const { database } = this.parts;
    const row = database.get<{ request_id: RequestId }>("SELECT request_id FROM grants WHERE id = ?", id);
    if (row === undefined) return false;
    const about = this.rows(row.request_id).filter(({ body }) => body.grant === id);
    const made = about.find(({ type }) => type === "grant");
    const isRevoked = about.some(({ type }) => type === "grant-revoked");
    return made !== undefined && !isRevoked && made.body.row === rowDigest(database, "grants", id);
  }

  private bound(id: RequestId, { requested, decided }: Standing): Approved {
    if (requested === undefined || decided === undefined)
      throw differs("This was never approved as far as the ledger knows");
    this.assertRow("requests", id, requested);
    const decision = this.lastDecision(id);
    if (decided.body.decision !== decision.id || decided.body.hash !== decision.hash)
      throw differs("The decision is not the one that was taken");
    this.assertRow("decisions", decision.id, decided);
    if (decision.grant_id !== null && !this.isGrant(decision.grant_id))
      throw differs("The grant that approved this is not one that a person made");
    const request = this.parts.requests.get(id);
    if (!decision.verdict.startsWith("approve") || hashAction(request.action) !== decision.hash)
      throw differs("What would run is not what was approved");
    return { request, hash: decision.hash, by: decision.decided_by };
  }

  private lastDecision(id: RequestId): Decided {
    const decision = this.parts.database.get<Decided>(
      "SELECT id, verdict, decided_by, hash, grant_id FROM decisions WHERE request_id = ? ORDER BY seq DESC LIMIT 1",
      id,
    );
    if (decision === undefined) throw differs("The decision is gone");
    return decision;
  }

  private assertRow(table: BoundTable, key: string, { body }: LedgerRow): void {
    if (body.row === rowDigest(this.parts.database, table, key)) return;
    throw differs(`A row of ${table} is not the one that was written`);
  }

  private standing(id: RequestId): Standing {
    return standingOf(this.rows(id));
  }

  private rows(id: RequestId): readonly LedgerRow[] {
    return this.parts.verified.reading((proof) => proof.rows(id));
  }
}
