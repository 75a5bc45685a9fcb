import type { Clock } from "../host.ts";
import type { Database } from "../storage/database.ts";
import { sha256, type Json } from "./actions.ts";
import type { RequestId } from "./decisions.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { Noted, NotedResult, Outcome } from "./outcome.ts";
import type { RequestState } from "./request.ts";
import type { Requests } from "./requests.ts";

/** How requests end: state, stored outcome and ledger row are one transaction. */
export class Endings {
  private readonly database: Database;
  private readonly clock: Clock;
  private readonly requests: Requests;
  private readonly ledger: Ledger;

  constructor(database: Database, clock: Clock, requests: Requests, ledger: Ledger) {
    this.database = database;
    this.clock = clock;
    this.requests = requests;
    this.ledger = ledger;
  }

  /**
   * @param from The states in which this ending is meant; in any other nothing happens and false is returned.
   * @param token Where given, it ends only while this claim holds it.
   */
  end(id: RequestId, from: readonly RequestState[], outcome: Outcome<unknown>, why: Why = {}): boolean {
    return this.database.immediate(() => {
      if (!this.requests.move(id, from, outcome.state, why.token)) return false;
      const text = JSON.stringify(outcome);
      this.database.run(
        "INSERT INTO outcomes (request_id, state, outcome, committed_at) VALUES (?, ?, ?, ?)",
        ...[id, outcome.state, text, this.clock.now()],
      );
      this.ledger.append("outcome", id, {
        ...notedIn(outcome),
        state: outcome.state,
        outcome: sha256(text),
        ...reasonOf(outcome, why),
      });
      return true;
    });
  }
}

export interface Why {
  readonly token?: string;
  /** For the ledger, where the outcome itself carries none. */
  readonly reason?: string;
}

function notedIn(outcome: Outcome<unknown>): Noted {
  const result = "result" in outcome ? outcome.result : undefined;
  return typeof result === "object" && result !== null && "noted" in result
    ? (result as NotedResult).noted
    : {};
}

function reasonOf(outcome: Outcome<unknown>, why: Why): Readonly<Record<string, Json>> {
  if ("reason" in outcome) return { reason: outcome.reason };
  if ("error" in outcome) return { error: outcome.error.code };
  return why.reason === undefined ? {} : { reason: why.reason };
}
