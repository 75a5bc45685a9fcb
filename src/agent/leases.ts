import { randomUUID } from "node:crypto";
import type { Clock, Disposable } from "../host.ts";
import type { Database } from "../storage/database.ts";
import { canJudge, isAlive, thisProcess, type ProcessId } from "../storage/process-identity.ts";

/** A lease is renewed at this interval and lapses after three missed renewals. */
const RENEWAL = 5_000;
const LIFETIME = 3 * RENEWAL;

interface Row {
  owner: string;
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

  /** The lease, or undefined while somebody living holds it. `onLost` hears when it could not be kept. @throws `database-locked` */
  async take(thread: string, onLost: () => void): Promise<Disposable | undefined> {
    const { database } = this;
    const token = randomUUID();
    const taken = await database.patiently(() => database.immediate(() => this.tryTake(thread, token)));
    if (!taken) return undefined;
    const renewal = setInterval(() => this.renew(thread, token, onLost), RENEWAL);
    renewal.unref();
    return {
      dispose: () => {
        clearInterval(renewal);
        const sql = "DELETE FROM leases WHERE thread = ? AND token = ?";
        return database.patiently(() => void database.run(sql, thread, token));
      },
    };
  }

  private tryTake(thread: string, token: string): boolean {
    const held = this.database.get<Row>("SELECT owner, expires_at FROM leases WHERE thread = ?", thread);
    if (held !== undefined && this.isHeld(held)) return false;
    this.database.run(
      "INSERT OR REPLACE INTO leases (thread, owner, token, expires_at) VALUES (?, ?, ?, ?)",
      ...[thread, JSON.stringify(thisProcess()), token, this.clock.now() + LIFETIME],
    );
    return true;
  }

  /** A living owner keeps its lease through a sleep of the machine; one that cannot be seen from here keeps it while it renews. */
  private isHeld({ owner, expires_at: expiresAt }: Row): boolean {
    const holder = JSON.parse(owner) as ProcessId;
    return canJudge(holder) ? isAlive(holder) : expiresAt > this.clock.now();
  }

  private renew(thread: string, token: string, onLost: () => void): void {
    const until = this.clock.now() + LIFETIME;
    const sql = "UPDATE leases SET expires_at = ? WHERE thread = ? AND token = ?";
    try {
      const { changes } = this.database.atOnce(() => this.database.run(sql, until, thread, token));
      if (changes === 0) onLost();
    } catch {
      // A locked database keeps nobody else's renewal either; the next round tries again.
    }
  }
}
