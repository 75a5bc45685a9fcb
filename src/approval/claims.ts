import { randomUUID } from "node:crypto";
import { CountersignError } from "../errors.ts";
import type { Clock } from "../host.ts";
import type { Database } from "../storage/database.ts";
import { isAlive, thisProcess, type ProcessId } from "../storage/process-identity.ts";
import type { Sha256 } from "./actions.ts";
import type { Claim, StartedClaim } from "./claim.ts";
import type { RequestId } from "./decisions.ts";
import type { KeptHead } from "./ledger/kept-head.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { NEXT_CHANGE } from "./requests.ts";

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
}

interface Claimable {
  readonly hash: Sha256;
  readonly decided_by: Claim["by"];
}

/** The only minter of claims. A request has at most one that counts: the one whose token its row names. */
export class Claims {
  private readonly database: Database;
  private readonly clock: Clock;
  private readonly ledger: Ledger;
  private readonly owner: Owner = { ...thisProcess(), inbox: randomUUID() };
  /** Tokens that this process is still at work with. */
  private readonly held = new Set<string>();

  private readonly keptHead: Pick<KeptHead, "keep"> | undefined;

  constructor(database: Database, clock: Clock, ledger: Ledger, keptHead?: Pick<KeptHead, "keep">) {
    this.keptHead = keptHead;
    this.database = database;
    this.clock = clock;
    this.ledger = ledger;
  }

  /**
   * Compare and set: undefined where the request is not approved, or somebody else was faster. Where the ledger ends now is
   * kept outside the database before anything is done with it.
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
      const claimable = this.claimable(id);
      if (claimable === undefined) return undefined;
      const { hash, decided_by: by } = claimable;
      const token = randomUUID();
      this.database.run(
        "INSERT INTO claims (token, request_id, hash, claimed_by, owner, claimed_at) VALUES (?, ?, ?, ?, ?, ?)",
        ...[token, id, hash, by, JSON.stringify(this.owner), this.clock.now()],
      );
      this.database.run(
        `UPDATE requests SET state = 'claimed', claim_token = ?, changed = ${NEXT_CHANGE} WHERE id = ?`,
        ...[token, id],
      );
      this.ledger.append("claimed", id, { token, by, hash, pid: this.owner.pid, boot: this.owner.boot });
      this.held.add(token);
      return { token, claim: this.mint(id, token, claimable) };
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

  /** `claimed → approved`: its old owner can no longer start, because the row names another token or none. */
  reclaim(id: RequestId, token: string): boolean {
    return this.database.immediate(() => {
      const { changes } = this.database.run(
        `UPDATE requests SET state = 'approved', claim_token = NULL, changed = ${NEXT_CHANGE}
         WHERE id = ? AND state = 'claimed' AND claim_token = ?`,
        ...[id, token],
      );
      if (changes === 1) this.ledger.append("reclaimed", id, { token });
      return changes === 1;
    });
  }

  /** To find out what became of it: undefined where it did not start, or another process is at that already. */
  takeOver(id: RequestId, token: string): StartedClaim | undefined {
    return this.database.immediate(() => {
      if (this.abandoned(id) !== token) return undefined;
      const row = this.database.get<{ hash: Sha256; by: Claim["by"]; startedAt: number | null }>(
        "SELECT hash, claimed_by AS by, started_at AS startedAt FROM claims WHERE token = ?",
        token,
      );
      if (row?.startedAt == null) return undefined;
      this.recoverBy(token, this.owner);
      this.held.add(token);
      return { requestId: id, hash: row.hash, by: row.by, startedAt: row.startedAt };
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
      if (changes === 1) this.ledger.append("proved-not-run", id, { token });
      return changes === 1;
    });
  }

  private recoverBy(token: string, owner: Owner): void {
    this.database.run(
      "INSERT INTO recoveries (token, owner) VALUES (?, ?) ON CONFLICT (token) DO UPDATE SET owner = excluded.owner",
      ...[token, JSON.stringify(owner)],
    );
  }

  private claimable(id: RequestId): Claimable | undefined {
    return this.database.get<Claimable>(
      `SELECT d.hash, d.decided_by FROM requests r JOIN decisions d ON d.request_id = r.id
       WHERE r.id = ? AND r.state IN ('approved', 'approved-edited') AND r.expires_at > ?
       ORDER BY d.seq DESC LIMIT 1`,
      ...[id, this.clock.now()],
    );
  }

  private mint(requestId: RequestId, token: string, { hash, decided_by: by }: Claimable): Claim {
    const start = () => this.start(requestId, token);
    return { requestId, hash, by, start } as Claim;
  }

  private start(id: RequestId, token: string): void {
    this.database.immediate(() => {
      const { changes } = this.database.run(
        `UPDATE requests SET state = 'started', changed = ${NEXT_CHANGE}
         WHERE id = ? AND state = 'claimed' AND claim_token = ?`,
        ...[id, token],
      );
      if (changes === 0) throw lost();
      this.database.run("UPDATE claims SET started_at = ? WHERE token = ?", this.clock.now(), token);
      this.ledger.append("started", id, { token });
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
