import type { Clock, Log } from "../host.ts";
import type { Database } from "../storage/database.ts";
import type { Endings } from "./endings.ts";
import type { Grants } from "./grants.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { Requests } from "./requests.ts";

interface Parts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly requests: Requests;
  readonly endings: Endings;
  readonly grants: Grants;
}

/** Clocks are put right by seconds; who sets one back by more would make what is open live longer. */
const TOLERANCE = 60_000;
const OPEN = ["requested", "approved", "approved-edited"] as const;
const SET_BACK = "this computer's clock was set back, so nobody can tell how long it has waited";

/** Ends everything whose time is over as expired, which is never "rejected". */
export class Expiry {
  private readonly parts: Parts;
  /** The latest time that was seen here. */
  private latest: number;

  constructor(parts: Parts) {
    this.parts = parts;
    this.latest = parts.ledger.lastAt();
  }

  endOverdue(): void {
    const now = this.parts.clock.now();
    if (now < this.latest - TOLERANCE) {
      this.parts.database.immediate(() => this.endAll(now));
      this.latest = now;
    }
    this.latest = Math.max(this.latest, now);
    for (const id of this.parts.requests.overdue()) this.parts.endings.end(id, OPEN, { state: "expired" });
  }

  private endAll(now: number): void {
    const { ledger, log, requests, endings, grants } = this.parts;
    // Another window saw it first; what was asked for since then is young.
    const noted = ledger.lastAt("clock-set-back");
    if (noted > now - TOLERANCE && noted <= now) return;
    log.warn(`What waited in the inbox has expired: ${SET_BACK}`);
    for (const id of requests.idsIn(...OPEN))
      endings.end(id, OPEN, { state: "expired" }, { reason: SET_BACK });
    for (const { id } of grants.list()) grants.revoke(id, { reason: SET_BACK });
    ledger.append("clock-set-back", "", { from: this.latest });
  }
}
