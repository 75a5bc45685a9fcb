import type { Clock } from "../host.ts";
import type { Database } from "../storage/database.ts";
import { canonicalJson, sha256, type Json, type Sha256 } from "./actions.ts";
import type { RequestId } from "./decisions.ts";

export type LedgerType =
  | "requested"
  | "decided"
  | "claimed"
  | "reclaimed"
  | "started"
  | "proved-not-run"
  | "outcome"
  | "not-committed";

/** One row. `hash` is the SHA-256 of the canonical JSON of everything else in it, `previous` the hash of the row before. */
export interface LedgerRow {
  /** From 1, without gaps. */
  readonly seq: number;
  /** Milliseconds since the epoch, by the clock of the process that wrote it. */
  readonly at: number;
  readonly type: LedgerType;
  readonly requestId: RequestId;
  readonly body: Readonly<Record<string, Json>>;
  /** Empty for the first row. */
  readonly previous: string;
  readonly hash: Sha256;
}

/** Whether the chain holds; where it does not, the first row that shows it. */
export type LedgerVerdict =
  | { readonly ok: true; readonly rows: number; readonly head: string }
  | { readonly ok: false; readonly brokenAt: number; readonly reason: string };

interface StoredRow {
  readonly seq: number;
  readonly at: number;
  readonly type: LedgerType;
  readonly request_id: RequestId;
  readonly body: string;
  readonly previous: string;
  readonly hash: Sha256;
}

const COLUMNS = "seq, at, type, request_id, body, previous, hash";

/** What happened to every request, in order: rows are added and never changed, the database's triggers see to it. */
export class Ledger {
  private readonly database: Database;
  private readonly clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Call it inside the transaction that does what the row says. */
  append(type: LedgerType, requestId: RequestId, body: Readonly<Record<string, Json>>): LedgerRow {
    return this.database.immediate(() => {
      const head = this.database.get<{ seq: number; hash: string }>(
        "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1",
      );
      const content = {
        seq: (head?.seq ?? 0) + 1,
        at: this.clock.now(),
        type,
        requestId,
        body,
        previous: head?.hash ?? "",
      };
      const row = { ...content, hash: sha256(canonicalJson(content)) };
      this.database.run(
        `INSERT INTO ledger (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
        ...[row.seq, row.at, type, requestId, canonicalJson(body), row.previous, row.hash],
      );
      return row;
    });
  }

  rows(requestId: RequestId): readonly LedgerRow[] {
    return this.database
      .all<StoredRow>(`SELECT ${COLUMNS} FROM ledger WHERE request_id = ? ORDER BY seq`, requestId)
      .map(toRow);
  }

  /** Reads the whole chain; the cost grows with it (about 100,000 rows a second). */
  verify(): LedgerVerdict {
    return verifyRows(this.database.each<StoredRow>(`SELECT ${COLUMNS} FROM ledger ORDER BY seq`));
  }
}

function verifyRows(rows: Iterable<StoredRow>): LedgerVerdict {
  let seq = 0;
  let head = "";
  for (const row of rows) {
    seq += 1;
    if (row.seq !== seq) return { ok: false, brokenAt: seq, reason: `row ${seq} is missing` };
    if (row.previous !== head)
      return { ok: false, brokenAt: seq, reason: `row ${seq} does not follow the row before it` };
    if (contentHash(row) !== row.hash) return { ok: false, brokenAt: seq, reason: `row ${seq} was changed` };
    head = row.hash;
  }
  return { ok: true, rows: seq, head };
}

/** Undefined where the row cannot even be read as what was hashed. */
function contentHash(row: StoredRow): Sha256 | undefined {
  try {
    const { seq, at, type, requestId, body, previous } = toRow(row);
    if (canonicalJson(body) !== row.body) return undefined;
    return sha256(canonicalJson({ seq, at, type, requestId, body, previous }));
  } catch {
    return undefined;
  }
}

function toRow(row: StoredRow): LedgerRow {
  const body = JSON.parse(row.body) as Readonly<Record<string, Json>>;
  const { seq, at, type, previous, hash } = row;
  return { seq, at, type, requestId: row.request_id, body, previous, hash };
}
