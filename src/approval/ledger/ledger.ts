import type { Clock } from "../../host.ts";
import type { Database } from "../../storage/database.ts";
import { Redactor } from "../../storage/redaction.ts";
import { canonicalJson, type Json, type Sha256 } from "../actions.ts";
import type { RequestId } from "../decisions.ts";
import {
  type Broken,
  Chain,
  EMPTY,
  type Head,
  type LedgerRow,
  type LedgerType,
  type LedgerVerdict,
  broken,
  hashOf,
} from "./chain.ts";

export interface StoredRow {
  readonly seq: number;
  readonly at: number;
  readonly type: LedgerType;
  readonly request_id: RequestId | "";
  readonly body: string;
  readonly previous: string;
  readonly hash: Sha256;
}

const COLUMNS = "seq, at, type, request_id, body, previous, hash";

/** What happened to every request, in order: rows are added and never changed, the database's triggers see to it. */
export class Ledger {
  private readonly database: Database;
  private readonly clock: Clock;
  private readonly redactor: Pick<Redactor, "redact">;

  constructor(database: Database, clock: Clock, redactor: Pick<Redactor, "redact"> = new Redactor()) {
    this.database = database;
    this.clock = clock;
    this.redactor = redactor;
  }

  /** Call it inside the transaction that does what the row says. Secrets in it are gone before it is hashed. */
  append(type: LedgerType, requestId: RequestId | "", body: Readonly<Record<string, Json>>): LedgerRow {
    return this.database.immediate(() => {
      const { seq, hash: previous } = this.head();
      const content = {
        seq: seq + 1,
        at: this.clock.now(),
        type,
        requestId,
        body: this.redacted(body),
        previous,
      };
      const row = { ...content, hash: hashOf(content) };
      this.database.run(
        `INSERT INTO ledger (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
        ...[row.seq, row.at, type, requestId, canonicalJson(row.body), row.previous, row.hash],
      );
      return row;
    });
  }

  head(): Head {
    const head = this.database.get<{ seq: number; hash: string }>(
      "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1",
    );
    return head === undefined ? EMPTY : { seq: head.seq, hash: head.hash };
  }

  /** When the last row was written, or the last of a type; 0 where there is none. */
  lastAt(type?: LedgerType): number {
    const sql = "SELECT at FROM ledger WHERE type = coalesce(?, type) ORDER BY seq DESC LIMIT 1";
    return this.database.get<{ at: number }>(sql, type ?? null)?.at ?? 0;
  }

  /** Whether it once ended there. */
  went({ seq, hash }: Head): boolean {
    return (
      seq === 0 ||
      this.database.get("SELECT 1 FROM ledger WHERE seq = ? AND hash = ?", seq, hash) !== undefined
    );
  }

  rows(requestId: RequestId): readonly LedgerRow[] {
    return this.database
      .all<StoredRow>(`SELECT ${COLUMNS} FROM ledger WHERE request_id = ? ORDER BY seq`, requestId)
      .map(toRow);
  }

  /** All of it, from after this row on. */
  *all(after = 0): Generator<LedgerRow> {
    for (const row of this.database.each<StoredRow>(
      `SELECT ${COLUMNS} FROM ledger WHERE seq > ? ORDER BY seq`,
      after,
    ))
      yield toRow(row);
  }

  /** Reads the whole chain; the cost grows with it (about 100,000 rows a second). */
  verify(): LedgerVerdict {
    return verifyStored(
      this.database.each<StoredRow>(`SELECT ${COLUMNS} FROM ledger ORDER BY seq`),
      new Chain(),
    );
  }

  private redacted(body: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
    const entries = Object.entries(body).map(([name, value]) => [
      name,
      typeof value === "string" ? this.redactor.redact(value) : value,
    ]);
    return Object.fromEntries(entries) as Readonly<Record<string, Json>>;
  }
}

export const ALL_ROWS = `SELECT ${COLUMNS} FROM ledger ORDER BY seq`;

export function verifyStored(rows: Iterable<StoredRow>, chain: Chain): LedgerVerdict {
  for (const stored of rows) {
    const failed = followStored(stored, chain);
    if (failed !== undefined) return failed;
  }
  return chain.verdict;
}

/** A row that cannot even be read as what was hashed was changed too. */
function followStored(stored: StoredRow, chain: Chain): Broken | undefined {
  try {
    const row = toRow(stored);
    if (canonicalJson(row.body) === stored.body) return chain.follow(row);
  } catch {
    // Told below: no row of ours is unreadable.
  }
  return broken(chain.head.seq + 1, `row ${chain.head.seq + 1} was changed`);
}

function toRow(row: StoredRow): LedgerRow {
  const body = JSON.parse(row.body) as Readonly<Record<string, Json>>;
  const { seq, at, type, previous, hash } = row;
  return { seq, at, type, requestId: row.request_id, body, previous, hash };
}
