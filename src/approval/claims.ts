import { randomUUID } from "node:crypto";
import { CountersignError } from "../errors.ts";
import type { Clock } from "../host.ts";
import type { Database } from "../storage/database.ts";
import { isAlive, thisProcess, type ProcessId } from "../storage/process-identity.ts";
import type { Claim, StartedClaim } from "./claim.ts";
import type { RequestId } from "./decisions.ts";
import type { Approved, Evidence } from "./evidence.ts";
import type { KeptHead } from "./ledger/kept-head.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { Noted } from "./outcome.ts";
import type { ApprovalRequest } from "./request.ts";
import { NEXT_CHANGE } from "./requests.ts";
import { rowDigest } from "./row-digests.ts";

/** Who is at work with a claim. A process may have had another inbox before, which is not at work any more. */
interface Owner extends ProcessId {
  readonly inbox: string;
}

/** Nobody is at work with what a closing window let go of. No boot of any machine is called that. */
const NOBODY: Owner = { pid: 0, started: "", boot: "nobody", pidSpace: "", inbox: "" };

/** A claim with the token that its holder commits the outcome with. */
export interface HeldClaim {
  readonly token: string;
  readonly claim: Claim;
  /** As it was approved: what lies in the database by now is not looked at again. */
  readonly request: ApprovalRequest;
}

/** A claim of a process that is gone, with what it started. */
export interface TakenOver {
  readonly started: StartedClaim;
  readonly request: ApprovalRequest;
}

interface Parts {
  readonly database: Database;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly evidence: Pick<Evidence, "approved" | "assertNotStarted" | "started">;
  readonly keptHead?: Pick<KeptHead, "keep">;
}

/** The only minter of claims. A request has at most one that counts: the one whose token its row names. */
export class Claims {
  private readonly database: Database;
  private readonly clock: Clock;
  private readonly ledger: Ledger;
  private readonly owner: Owner = { ...thisProcess(), inbox: randomUUID() };
  /** Tokens that this process is still at work with. */
  private readonly held = new Set<string>();

  private readonly evidence: Parts["evidence"];
  private readonly keptHead: Parts["keptHead"];

  constructor({ database, clock, ledger, evidence, keptHead }: Parts) {
    this.database = database;
    this.clock = clock;
    this.ledger = ledger;
    this.evidence = evidence;
    this.keptHead = keptHead;
  }

  /**
   * Compare and set: undefined where the request is not approved, or somebody else was faster. Where the ledger ends now is
   * kept outside the database before anything is done with it.
   * @throws `ledger-differs` where what is stored is not what the ledger proves, `database-replaced`; nothing is claimed then
   */
  take(id: RequestId): HeldClaim | undefined {
    const taken = this.insert(id);
    if (taken === undefined || this.keptHead === undefined) return taken;
    try {
      this.keptHead.keep(this.ledger.head());
      return taken;
    } catch (error) {
      this.release(taken.token);
      this.reclaim(id, taken.token);
      throw error;
    }
  }

  private insert(id: RequestId): HeldClaim | undefined {
    return this.database.immediate(() => {
      if (!this.isClaimable(id)) return undefined;
      const approved = this.evidence.approved(id);
      const { hash, by, request } = approved;
      const token = randomUUID();
      this.database.run(
        "INSERT INTO claims (token, request_id, hash, claimed_by, owner, claimed_at) VALUES (?, ?, ?, ?, ?, ?)",
        ...[token, id, hash, by, JSON.stringify(this.owner), this.clock.now()],
      );
      this.database.run(
        `UPDATE requests SET state = 'claimed', claim_token = ?, changed = ${NEXT_CHANGE} WHERE id = ?`,
        ...[token, id],
      );
      const row = rowDigest(this.database, "claims", token) ?? null;
      this.ledger.append("claimed", id, { token, by, hash, row, pid: this.owner.pid, boot: this.owner.boot });
      this.held.add(token);
      return { token, claim: this.mint(id, token, approved), request };
    });
  }

  /** The holder is done with it, well or badly. */
  release(token: string): void {
    this.held.delete(token);
  }

  /** It goes on without its holder, whose process may live on: from now on anybody may find out what becomes of it. */
  handOver(id: RequestId, token: string): void {
    this.release(token);
    this.database.immediate(() => {
      this.recoverBy(token, NOBODY);
      this.ledger.append("handed-over", id, { token });
    });
  }

  /** The token that holds the request if nobody is at work with it any more; undefined while somebody may be. */
  abandoned(id: RequestId): string | undefined {
    const row = this.database.get<{ token: string; owner: string }>(
      `SELECT c.token, coalesce(v.owner, c.owner) AS owner
       FROM requests r JOIN claims c ON c.token = r.claim_token LEFT JOIN recoveries v ON v.token = c.token
       WHERE r.id = ? AND r.state IN ('claimed', 'started')`,
      id,
    );
    if (row === undefined || this.held.has(row.token)) return undefined;
    const owner = JSON.parse(row.owner) as Owner;
    return owner.inbox === this.owner.inbox || !isAlive(owner) ? row.token : undefined;
  }

  /** `claimed → approved`: its old owner can no longer start, because the row names another token or none. @throws `ledger-differs` */
  reclaim(id: RequestId, token: string): boolean {
    return this.database.immediate(() => {
      const { changes } = this.database.run(
        `UPDATE requests SET state = 'approved', claim_token = NULL, changed = ${NEXT_CHANGE}
         WHERE id = ? AND state = 'claimed' AND claim_token = ?`,
        ...[id, token],
      );
      if (changes === 0) return false;
      this.evidence.assertNotStarted(id, token);
      this.ledger.append("reclaimed", id, { token });
      return true;
    });
  }

  /** To find out what became of it: undefined where it did not start, or another process is at that already. @throws `ledger-differs` */
  takeOver(id: RequestId, token: string): TakenOver | undefined {
    return this.database.immediate(() => {
      if (this.abandoned(id) !== token || !this.hasStarted(token)) return undefined;
      const { request, hash, by, startedAt } = this.evidence.started(id, token);
      this.recoverBy(token, this.owner);
      this.held.add(token);
      return { request, started: { requestId: id, hash, by, startedAt } };
    });
  }

  /** `started → approved`: nothing ran, and what could have run it is gone. */
  provedNotRun(id: RequestId, token: string): boolean {
    return this.database.immediate(() => {
      const { changes } = this.database.run(
        `UPDATE requests SET state = 'approved', claim_token = NULL, changed = ${NEXT_CHANGE}
         WHERE id = ? AND state = 'started' AND claim_token = ?`,
        ...[id, token],
      );
      if (changes === 0) return false;
      this.evidence.started(id, token);
      this.ledger.append("proved-not-run", id, { token });
      return true;
    });
  }

  private hasStarted(token: string): boolean {
    return (
      this.database.get("SELECT 1 FROM claims WHERE token = ? AND started_at IS NOT NULL", token) !==
      undefined
    );
  }

  private recoverBy(token: string, owner: Owner): void {
    this.database.run(
      "INSERT INTO recoveries (token, owner) VALUES (?, ?) ON CONFLICT (token) DO UPDATE SET owner = excluded.owner",
      ...[token, JSON.stringify(owner)],
    );
  }

  private isClaimable(id: RequestId): boolean {
    const sql =
      "SELECT 1 FROM requests WHERE id = ? AND state IN ('approved', 'approved-edited') AND expires_at > ?";
    return this.database.get(sql, id, this.clock.now()) !== undefined;
  }

  private mint(requestId: RequestId, token: string, { hash, by }: Approved): Claim {
    const start = (noted?: Noted) => this.start(requestId, token, noted);
    const startPatiently = (noted?: Noted) => this.database.patiently(() => start(noted));
    return { requestId, hash, by, start, startPatiently } as Claim;
  }

  private start(id: RequestId, token: string, noted: Noted = {}): void {
    this.database.immediate(() => {
      const { changes } = this.database.run(
        `UPDATE requests SET state = 'started', changed = ${NEXT_CHANGE}
         WHERE id = ? AND state = 'claimed' AND claim_token = ?`,
        ...[id, token],
      );
      if (changes === 0) throw lost();
      this.database.run("UPDATE claims SET started_at = ? WHERE token = ?", this.clock.now(), token);
      this.ledger.append("started", id, { ...noted, token });
    });
  }
}

function lost(): CountersignError {
  return new CountersignError("claim-lost", {
    message: "This approval was taken up elsewhere, or has already been used.",
    kept: "Nothing was started here.",
    next: "Open the Approvals view to see how it ended.",
  });
}
