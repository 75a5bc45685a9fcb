import type { Log } from "../../host.ts";
import type { Database } from "../../storage/database.ts";
import type { RequestId } from "../decisions.ts";
import { Chain, type LedgerRow, type LedgerVerdict, hashOf } from "./chain.ts";
import { checkLedger } from "./ledger-check.ts";
import type { KeptHead } from "./kept-head.ts";
import { type Ledger, differs } from "./ledger.ts";
import { RowHashes } from "./row-hashes.ts";

interface Parts {
  readonly database: Database;
  readonly ledger: Ledger;
  /** Where the ledger ended at the last claim, outside the database. */
  readonly keptHead?: Pick<KeptHead, "read">;
  readonly log: Log;
}

/** Rows that are as they were written. */
export interface Proof {
  /** Of a request, oldest first. @throws `ledger-differs` */
  rows(id: RequestId): readonly LedgerRow[];
  /** About settings that a person accepted or took back, oldest first. */
  readonly settings: readonly LedgerRow[];
}

/** As many rows are read at once in a few milliseconds; more is a worker's work. */
const FEW = 500;

/**
 * What a ledger proves: a row counts where it is the one that was seen to follow the rows before it, up to a head that is
 * signed. What was seen once is not read again; what came since is read when it matters, under the write lock.
 */
export class VerifiedLedger {
  private readonly parts: Parts;
  private hashes = new RowHashes();
  private checking: Promise<LedgerVerdict> | undefined;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Reads all of it in a worker, and remembers what held. @throws where the check itself could not be made */
  async check(): Promise<LedgerVerdict> {
    const { database, keptHead } = this.parts;
    const { verdict, hashes } = await checkLedger(database.path, keptHead?.read());
    const seen = new RowHashes(hashes);
    if (seen.last.seq > this.hashes.last.seq) this.hashes = seen;
    return verdict;
  }

  /** Before it matters: so that few rows are left to be read under the write lock. */
  async prepare(): Promise<void> {
    if (this.parts.ledger.head().seq - this.hashes.last.seq < FEW) return;
    this.checking ??= this.check();
    try {
      await this.checking;
    } catch (error) {
      this.parts.log.warn("The ledger is read where it is needed: a worker could not", error);
    } finally {
      this.checking = undefined;
    }
  }

  /**
   * Runs `work` on the ledger as it is now, after it was seen to hold; nothing that is read in it changes meanwhile.
   * @throws `ledger-differs`, `database-replaced`
   */
  reading<T>(work: (proof: Proof) => T): T {
    const { database, keptHead } = this.parts;
    database.assertInPlace();
    // First: another window may claim, and keep where the ledger ends then, while this one reads.
    const kept = keptHead?.read();
    return database.consistent(() => {
      this.follow();
      this.parts.ledger.assertSigned();
      if (keptHead !== undefined && this.hashes.at(kept?.seq ?? -1) !== kept?.hash)
        throw differs("Where the ledger ended at the last claim is not in it");
      return work(this.proof());
    });
  }

  /** What came before the database was found to be another one proves nothing. */
  private proof(): Proof {
    const { ledger } = this.parts;
    const settings = ledger.aboutSettings().map((row) => this.proved(row));
    const after = settings.findLast(({ type }) => type === "database-replaced")?.seq ?? 0;
    const counting = (rows: readonly LedgerRow[]) => rows.filter(({ seq }) => seq > after);
    return {
      settings: counting(settings),
      rows: (id) => counting(ledger.rows(id).map((row) => this.proved(row))),
    };
  }

  private follow(): void {
    const chain = new Chain([], (head) => this.hashes.add(head));
    chain.head = this.hashes.last;
    const verdict = this.parts.ledger.verifyFrom(chain);
    if (!verdict.ok) throw differs(`The ledger is broken: ${verdict.reason}`);
    if (this.parts.ledger.head().hash !== this.hashes.last.hash)
      throw differs("The ledger does not end where it was seen to");
  }

  private proved(row: LedgerRow): LedgerRow {
    if (hashOf(row) === row.hash && this.hashes.at(row.seq) === row.hash) return row;
    throw differs(`Row ${row.seq} of the ledger was changed`);
  }
}
