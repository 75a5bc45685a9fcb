import type { Clock, Person } from "../host.ts";
import type { Database } from "../storage/database.ts";
import type { RequestId } from "./decisions.ts";
import type { Endings } from "./endings.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { NEXT_CHANGE, type Requests } from "./requests.ts";

interface Parts {
  readonly database: Database;
  readonly clock: Clock;
  readonly requests: Requests;
  readonly endings: Endings;
  readonly ledger: Ledger;
}

/**
 * What a person cancels. What has not begun is withdrawn; what is at work ends where it is at work: here, in another window,
 * or, where its window is gone, with the next one that looks after it.
 */
export class Cancellations {
  private readonly parts: Parts;
  private readonly stops = new Map<RequestId, AbortController>();

  constructor(parts: Parts) {
    this.parts = parts;
  }

  cancel(id: RequestId, reason: string, person: Person): void {
    const { database, endings, ledger, clock } = this.parts;
    database.immediate(() => {
      if (endings.end(id, ["requested", "approved", "approved-edited"], { state: "withdrawn" }, { reason }))
        return;
      if (!this.isAtWork(id) || this.wants(id)) return;
      database.run("INSERT INTO cancellations (request_id, asked_at) VALUES (?, ?)", id, clock.now());
      database.run(`UPDATE requests SET changed = ${NEXT_CHANGE} WHERE id = ?`, id);
      ledger.append("cancel-asked", id, { person: { name: person.name, knownBy: person.knownBy } });
    });
  }

  /** Aborted once somebody cancels what this process is at work with, or has cancelled it already. */
  signalFor(id: RequestId): AbortSignal {
    const known = this.stops.get(id) ?? new AbortController();
    this.stops.set(id, known);
    if (this.wants(id)) known.abort();
    return known.signal;
  }

  /** The request changed, perhaps by being cancelled, perhaps by coming to its end. */
  note(id: RequestId): void {
    const stop = this.stops.get(id);
    if (stop === undefined) return;
    if (this.wants(id)) stop.abort();
    if (!this.isAtWork(id)) this.stops.delete(id);
  }

  private wants(id: RequestId): boolean {
    return this.parts.database.get("SELECT 1 FROM cancellations WHERE request_id = ?", id) !== undefined;
  }

  private isAtWork(id: RequestId): boolean {
    const { state } = this.parts.requests.get(id);
    return state === "claimed" || state === "started";
  }
}
