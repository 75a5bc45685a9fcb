import { CountersignError } from "../../errors.ts";
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
import { type SignedHead, type SigningKey, isSigned } from "./signing-key.ts";

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
  private readonly key: Pick<SigningKey, "sign" | "publicKey"> | undefined;
  /** The last head that was seen to be signed: it need not be looked at again. */
  private signed = "";

  /** @param key Signs where the ledger ends, with each row; without it nothing is signed. */
  constructor(
    database: Database,
    clock: Clock,
    redactor: Pick<Redactor, "redact"> = new Redactor(),
    key?: Pick<SigningKey, "sign" | "publicKey">,
  ) {
    this.database = database;
    this.clock = clock;
    this.redactor = redactor;
    this.key = key;
  }

  /**
   * Call it inside the transaction that does what the row says. Secrets in it are gone before it is hashed.
   * @throws `ledger-differs` where somebody without the key wrote the rows before it: they are not signed over
   */
  append(type: LedgerType, requestId: RequestId | "", body: Readonly<Record<string, Json>>): LedgerRow {
    return this.database.immediate(() => {
      this.assertSigned();
      return this.add(type, requestId, body);
    });
  }

  /** Goes on after rows that nobody signed, and says so: what they say counts for nothing. */
  goOn(body: Readonly<Record<string, Json>>): LedgerRow {
    return this.database.immediate(() => this.add("database-replaced", "", body));
  }

  /** Whether the workspace's key said that it ends where it ends. */
  isSigned(): boolean {
    const head = this.head();
    if (this.key === undefined || head.seq === 0 || head.hash === this.signed) return true;
    const said = this.database.get<SignedHead>("SELECT seq, hash, signature FROM ledger_head");
    const isSaid = said?.seq === head.seq && said.hash === head.hash && isSigned(said, this.key.publicKey);
    if (isSaid) this.signed = head.hash;
    return isSaid;
  }

  /** @throws `ledger-differs` */
  assertSigned(): void {
    if (!this.isSigned()) throw differs("Its last rows are not signed with this workspace's key");
  }

  private add(type: LedgerType, requestId: RequestId | "", body: Readonly<Record<string, Json>>): LedgerRow {
    const { seq, hash: previous } = this.head();
    const at = this.clock.now();
    const content = { seq: seq + 1, at, type, requestId, body: this.redacted(body), previous };
    const row = { ...content, hash: hashOf(content) };
    this.database.run(
      `INSERT INTO ledger (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ...[row.seq, row.at, type, requestId, canonicalJson(row.body), row.previous, row.hash],
    );
    this.sign(row);
    return row;
  }

  private sign({ seq, hash }: Head): void {
    if (this.key === undefined) return;
    this.database.run(
      "INSERT OR REPLACE INTO ledger_head (only, seq, hash, signature) VALUES (1, ?, ?, ?)",
      ...[seq, hash, this.key.sign({ seq, hash }).signature],
    );
    this.signed = hash;
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

  /** About settings that a person accepted or took back, oldest first. */
  aboutSettings(): readonly LedgerRow[] {
    const sql = `SELECT ${COLUMNS} FROM ledger WHERE type IN ('accepted', 'taken-back', 'database-replaced') ORDER BY seq`;
    return this.database.all<StoredRow>(sql).map(toRow);
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
    return this.verifyFrom(new Chain());
  }

  /** What came after where the chain stands. */
  verifyFrom(chain: Chain): LedgerVerdict {
    const sql = `SELECT ${COLUMNS} FROM ledger WHERE seq > ? ORDER BY seq`;
    return verifyStored(this.database.each<StoredRow>(sql, chain.head.seq), chain);
  }

  private redacted(body: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
    const entries = Object.entries(body).map(([name, value]) => [
      name,
      typeof value === "string" ? this.redactor.redact(value) : value,
    ]);
    return Object.fromEntries(entries) as Readonly<Record<string, Json>>;
  }
}

/** Of what is stored and what the ledger says, the ledger is believed, and where they differ nothing is done. */
export function differs(message: string): CountersignError {
  return new CountersignError("ledger-differs", {
    message: `${message}: something else than Countersign wrote into this workspace's records.`,
    kept: "Nothing ran.",
    next: "Ask again for what you still want. If it is said again, close the window, move countersign.db out of the state directory and open the workspace: new records begin.",
  });
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
