import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { Emitter, type Disposable, type Event, type Log } from "../host.ts";
import { CountersignError, isCountersignError } from "../errors.ts";
import { fileAt } from "./file-place.ts";
import { explained, isCorruption } from "./sqlite-errors.ts";

export interface DatabaseOptions {
  readonly path: string;
  readonly log: Log;
  /** Milliseconds to wait for another connection's lock before `database-locked`. */
  readonly busyTimeout?: number;
  /** Milliseconds for which `patiently` tries again, without anything else standing still, before `database-locked`. */
  readonly patience?: number;
  /** Milliseconds between looks for another process's changes; at most 250 keeps "within a second" comfortable. */
  readonly pollInterval?: number;
  /** Called when a statement finds the file damaged, before `database-corrupt` is thrown. */
  readonly onDamage?: () => void;
}

/** As long may a try stand still, in milliseconds; between two of them others come to their turn, longer each time. */
const TRY = 5;
const SHORTEST_PAUSE = 5;
const LONGEST_PAUSE = 100;

/** What `run` did. */
export interface Changes {
  readonly changes: number;
}

/**
 * One connection to the workspace's database, synchronous. Every method
 * @throws CountersignError `database-locked`, `database-corrupt`, `database-unavailable`, `disk-full`; SQLite's own error
 * where a constraint or a trigger forbids the change.
 */
export class Database implements Disposable {
  readonly path: string;
  private readonly connection: DatabaseSync;
  private readonly file: string | undefined;
  private readonly statements = new Map<string, StatementSync>();
  private readonly changed: Emitter<void>;
  private readonly poll: NodeJS.Timeout;
  private readonly onDamage: () => void;
  private readonly busyTimeout: number;
  private readonly patience: number;
  private depth = 0;
  private dataVersion: number;
  private announcing = false;
  private open = true;

  constructor(options: DatabaseOptions) {
    this.path = options.path;
    this.onDamage = options.onDamage ?? (() => undefined);
    this.changed = new Emitter((error) => options.log.error("A listener to the database failed", error));
    this.busyTimeout = options.busyTimeout ?? 5000;
    this.patience = options.patience ?? 15_000;
    this.connection = connect(options.path, this.busyTimeout);
    this.file = fileAt(options.path);
    this.dataVersion = this.readDataVersion();
    this.poll = setInterval(() => this.lookForOthers(options.log), options.pollInterval ?? 200);
    this.poll.unref();
  }

  /** Something was committed, in this process or another. Fired after the fact, several commits may come as one. */
  get onDidChange(): Event<void> {
    return this.changed.event;
  }

  /** SQLite goes on with a file that was moved or replaced: what it reads and writes there nobody else sees. @throws `database-replaced` */
  assertInPlace(): void {
    if (fileAt(this.path) !== this.file) throw replaced(this.path);
  }

  run(sql: string, ...values: SQLInputValue[]): Changes {
    const changes = this.explaining(() => Number(this.statement(sql).run(...values).changes));
    if (changes > 0 && this.depth === 0) this.announce();
    return { changes };
  }

  /** The first row, shaped as the caller says: SQL is not typed, so the shape is the caller's promise about the schema. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names the row's shape at the call
  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.explaining(() => this.statement(sql).get(...values)) as Row | undefined;
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.explaining(() => this.statement(sql).all(...values)) as Row[];
  }

  /** Rows one by one, for tables too long to hold; nothing may be written meanwhile. */
  *each<Row>(sql: string, ...values: SQLInputValue[]): Generator<Row> {
    // A statement of its own: a cached one would be reset under a reader that is not done.
    const rows = this.explaining(() => this.connection.prepare(sql).iterate(...values));
    for (;;) {
      const next = this.explaining(() => rows.next());
      if (next.done === true) return;
      yield next.value as Row;
    }
  }

  /** Several statements without values, for schemas. */
  exec(sql: string): void {
    this.explaining(() => this.connection.exec(sql));
  }

  /**
   * Runs `work` in one transaction that holds the write lock from its beginning; all of it or nothing. Inside another
   * one it is undone alone when it throws. `work` is synchronous: what it awaited would be outside of the transaction.
   */
  immediate<T>(work: () => T): T {
    const [begin, commit, undo] =
      this.depth === 0
        ? (["BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"] as const)
        : (["SAVEPOINT inner", "RELEASE inner", "ROLLBACK TO inner; RELEASE inner"] as const);
    this.exec(begin);
    this.depth += 1;
    const before = this.totalChanges();
    try {
      const result = work();
      if (result instanceof Promise) throw new TypeError("a transaction cannot wait for a promise");
      this.exec(commit);
      // Only then: a listener that looks into the database in a transaction would call itself without end.
      if (this.depth === 1 && this.totalChanges() !== before) this.announce();
      return result;
    } catch (error) {
      // SQLite has already rolled back after some errors (a full disk), and then there is nothing left to undo.
      if (this.connection.isTransaction) this.exec(undo);
      throw error;
    } finally {
      this.depth -= 1;
    }
  }

  /**
   * Runs `work`, one transaction, as soon as no other connection is in the way: it is tried again and again, and meanwhile
   * this process does other things. @throws `database-locked` once patience is over: then nothing of it was done
   */
  async patiently<T>(work: () => T): Promise<T> {
    const until = performance.now() + this.patience;
    for (let pause = SHORTEST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        return this.atOnce(work);
      } catch (error) {
        if (!isCountersignError(error, "database-locked") || performance.now() > until) throw error;
      }
      await delay(pause);
    }
  }

  /** Runs `work` now where it can, and otherwise soon; `failed` hears of it where it never could. */
  soon(work: () => void, failed: (error: unknown) => void): void {
    try {
      this.atOnce(work);
    } catch (error) {
      if (!isCountersignError(error, "database-locked")) throw error;
      this.patiently(work).catch(failed);
    }
  }

  /** Runs `work` without waiting for others. @throws `database-locked` where one is in the way */
  atOnce<T>(work: () => T): T {
    if (this.depth > 0) return work();
    this.exec(`PRAGMA busy_timeout = ${Math.min(TRY, this.busyTimeout)}`);
    try {
      return work();
    } finally {
      if (this.open) this.exec(`PRAGMA busy_timeout = ${this.busyTimeout}`);
    }
  }

  /** Reads that belong together see one state; others may write meanwhile. `work` is synchronous and writes nothing. */
  consistent<T>(work: () => T): T {
    if (this.connection.isTransaction) return work();
    this.exec("BEGIN");
    try {
      return work();
    } finally {
      this.exec("ROLLBACK");
    }
  }

  dispose(): void {
    if (!this.open) return;
    this.open = false;
    clearInterval(this.poll);
    this.changed.dispose();
    this.statements.clear();
    this.connection.close();
  }

  private statement(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.connection.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }

  private explaining<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (isCorruption(error)) this.onDamage();
      throw explained(error, this.path);
    }
  }

  /** In a later turn, so that no listener runs in the middle of somebody's sequence of statements. */
  private announce(): void {
    if (this.announcing) return;
    this.announcing = true;
    queueMicrotask(() => {
      this.announcing = false;
      if (this.open) this.changed.fire();
    });
  }

  private lookForOthers(log: Log): void {
    try {
      const version = this.readDataVersion();
      if (version === this.dataVersion) return;
      this.dataVersion = version;
      this.changed.fire();
    } catch (error) {
      log.warn("Could not look for another window's changes", error);
    }
  }

  private totalChanges(): number {
    return this.get<{ total: number }>("SELECT total_changes() AS total")?.total ?? 0;
  }

  private readDataVersion(): number {
    return this.get<{ data_version: number }>("PRAGMA data_version")?.data_version ?? 0;
  }
}

function replaced(path: string): CountersignError {
  return new CountersignError("database-replaced", {
    message: `The database ${path} was replaced or removed while this window had it open.`,
    kept: "Nothing ran, and the file that lies there now was not touched.",
    next: "Reload the window: it then works with the file that lies there.",
  });
}

function connect(path: string, busyTimeout: number): DatabaseSync {
  try {
    const connection = new DatabaseSync(path, { timeout: busyTimeout, enableForeignKeyConstraints: true });
    try {
      connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;");
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  } catch (error) {
    throw explained(error, path);
  }
}
