import { randomUUID } from "node:crypto";
import type { Clock, Disposable } from "../host.ts";
import type { Database } from "../storage/database.ts";
import { isAlive, thisProcess, type ProcessId } from "../storage/process-identity.ts";

/** A lease is renewed at this interval and lapses after three missed renewals. */
const RENEWAL = 5_000;
const LIFETIME = 3 * RENEWAL;

interface Row {
  owner: string;
  token: string;
  expires_at: number;
}

/** One runner per analysis, in whichever process: held while it works, free again when it ends or its process dies. */
export class Leases {
  private readonly database: Database;
  private readonly clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.database = database;
    this.clock = clock;
  }

  /** The lease, or undefined while somebody living holds it. */
  take(thread: string): Disposable | undefined {
    const token = randomUUID();
    const taken = this.database.immediate(() => this.tryTake(thread, token));
    if (!taken) return undefined;
    const renewal = setInterval(() => this.renew(thread, token), RENEWAL);
    renewal.unref();
    return {
      dispose: () => {
        clearInterval(renewal);
        this.database.run("DELETE FROM leases WHERE thread = ? AND token = ?", thread, token);
      },
    };
  }

  private tryTake(thread: string, token: string): boolean {
    const held = this.database.get<Row>(
      "SELECT owner, token, expires_at FROM leases WHERE thread = ?",
      thread,
    );
    if (
      held !== undefined &&
      held.expires_at > this.clock.now() &&
      isAlive(JSON.parse(held.owner) as ProcessId)
    )
      return false;
    this.database.run(
      "INSERT OR REPLACE INTO leases (thread, owner, token, expires_at) VALUES (?, ?, ?, ?)",
      ...[thread, JSON.stringify(thisProcess()), token, this.clock.now() + LIFETIME],
    );
    return true;
  }

  private renew(thread: string, token: string): void {
    const until = this.clock.now() + LIFETIME;
    this.database.run(
      "UPDATE leases SET expires_at = ? WHERE thread = ? AND token = ?",
      until,
      thread,
      token,
    );
  }
}
