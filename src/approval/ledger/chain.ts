import { canonicalJson, sha256, type Json, type Sha256 } from "../actions.ts";
import type { RequestId } from "../decisions.ts";

export type LedgerType =
  | "requested"
  | "decided"
  | "claimed"
  | "reclaimed"
  | "started"
  | "cancel-asked"
  | "handed-over"
  | "proved-not-run"
  | "outcome"
  | "not-committed"
  | "grant"
  | "grant-revoked"
  | "accepted"
  | "taken-back"
  | "database-replaced"
  | "clock-set-back";

/** One row. `hash` is the SHA-256 of the canonical JSON of everything else in it, `previous` the hash of the row before. */
export interface LedgerRow {
  /** From 1, without gaps. */
  readonly seq: number;
  /** Milliseconds since the epoch, by the clock of the process that wrote it. */
  readonly at: number;
  readonly type: LedgerType;
  /** Empty where a row is about no request. */
  readonly requestId: RequestId | "";
  readonly body: Readonly<Record<string, Json>>;
  /** Empty for the first row. */
  readonly previous: string;
  readonly hash: Sha256;
}

/** The last row of a ledger. Of an empty one: 0 and an empty hash. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** Whether the chain holds; where it does not, the first row that shows it. */
export type LedgerVerdict =
  | { readonly ok: true; readonly rows: number; readonly head: string }
  | { readonly ok: false; readonly brokenAt: number; readonly reason: string };

export type Broken = Extract<LedgerVerdict, { ok: false }>;

export const EMPTY: Head = { seq: 0, hash: "" };

export function hashOf({ seq, at, type, requestId, body, previous }: Omit<LedgerRow, "hash">): Sha256 {
  return sha256(canonicalJson({ seq, at, type, requestId, body, previous }));
}

/** Follows a chain row by row, and knows its head. */
export class Chain {
  head = EMPTY;
  private readonly seen = new Map<number, string>();
  private readonly wanted: ReadonlySet<number>;
  private readonly onRow: (head: Head) => void;

  /**
   * @param wanted Rows whose hashes are to be known afterwards.
   * @param onRow Hears of each row that follows.
   */
  constructor(wanted: readonly number[] = [], onRow: (head: Head) => void = () => undefined) {
    this.wanted = new Set(wanted);
    this.onRow = onRow;
  }

  /** Undefined where the row follows; otherwise why it does not. */
  follow(row: LedgerRow): Broken | undefined {
    const seq = this.head.seq + 1;
    if (row.seq !== seq)
      return broken(seq, row.seq > seq ? `row ${seq} is missing` : `row ${row.seq} stands in its place`);
    if (hashOf(row) !== row.hash) return broken(seq, `row ${seq} was changed`);
    if (row.previous !== this.head.hash) return broken(seq, `row ${seq} does not follow the row before it`);
    this.head = { seq, hash: row.hash };
    if (this.wanted.has(seq)) this.seen.set(seq, row.hash);
    this.onRow(this.head);
    return undefined;
  }

  /** Whether this ledger once ended there: what was cut off, or grew from elsewhere, did not. */
  went({ seq, hash }: Head): boolean {
    return seq === 0 || this.seen.get(seq) === hash || (this.head.seq === seq && this.head.hash === hash);
  }

  get verdict(): LedgerVerdict {
    return { ok: true, rows: this.head.seq, head: this.head.hash };
  }
}

export function broken(brokenAt: number, reason: string): Broken {
  return { ok: false, brokenAt, reason };
}

/** Of rows that end before this head, or never came by it. */
export function cut(at: Head, rows: number): Broken {
  if (rows < at.seq)
    return broken(rows + 1, `rows ${rows + 1} to ${at.seq} are missing: it ended at row ${at.seq} once`);
  return broken(at.seq, `row ${at.seq} is not the one that was signed`);
}
