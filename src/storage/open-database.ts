import {
  closeSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { CountersignError, isCountersignError } from "../errors.ts";
import type { Clock, Log } from "../host.ts";
import { Database } from "./database.ts";
import { quickCheck } from "./integrity.ts";
import { MIGRATIONS, type Migration } from "./migrations.ts";
import { refuseNetwork } from "./network-file-systems.ts";
import { whileAlone } from "./opening-lock.ts";

/** How every database file begins, https://www.sqlite.org/fileformat.html#magic_header_string */
const HEADER = Buffer.from("SQLite format 3\0");

export interface OpenOptions {
  /** The 0700 folder of `stateDirectory`. */
  readonly stateDir: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly busyTimeout?: number;
  readonly patience?: number;
  readonly pollInterval?: number;
  /** What kind of file system holds a path, as Linux numbers them; for tests. */
  readonly fileSystemType?: (path: string) => number;
  /** For tests of migrations; everybody else opens the one schema. */
  readonly migrations?: readonly Migration[];
}

export interface OpenedDatabase {
  readonly database: Database;
  /** Where a damaged database now lies, if one was found: people are told, nothing is deleted. */
  readonly movedAside?: string;
  /**
   * Reads the whole file in a worker; call it once the door is open. Resolves to what is wrong, undefined if nothing.
   * A database found damaged is moved aside by the next opening.
   */
  readonly checkIntegrity: () => Promise<string | undefined>;
}

/**
 * Opens the workspace's database, new or migrated.
 * @throws CountersignError `database-newer`, `database-locked`, `database-unavailable`, `disk-full`
 */
export function openDatabase(options: OpenOptions): OpenedDatabase {
  const path = join(options.stateDir, "countersign.db");
  refuseNetwork(options.stateDir, options.fileSystemType);
  // Two windows that start at once must not both find a damaged file: the second would move the first one's fresh one.
  const opened = whileAlone(options.stateDir, options.busyTimeout, () => openSound(path, options));
  return { ...opened, checkIntegrity: () => checkIntegrity(path, options.log) };
}

function openSound(path: string, options: OpenOptions): { database: Database; movedAside?: string } {
  if (!existsSync(damageMark(path)) && !isForeign(path)) {
    try {
      return { database: openMigrated(path, options) };
    } catch (error) {
      if (!isCountersignError(error, "database-corrupt")) throw error;
    }
  }
  const movedAside = moveAside(path, options.clock);
  options.log.warn(`A damaged database was moved to ${movedAside}`);
  return { database: openMigrated(path, options), movedAside };
}

/**
 * No database, or the empty remains of one. SQLite must not see it: it would delete the write-ahead log beside such a
 * file, which may be all that is left of the data.
 */
function isForeign(path: string): boolean {
  if (!existsSync(path)) return false;
  if (statSync(path).size === 0) return existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0;
  const header = Buffer.alloc(HEADER.length);
  const file = openSync(path, "r");
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  return !header.equals(HEADER);
}

function openMigrated(path: string, options: OpenOptions): Database {
  const onDamage = () => markDamaged(path, "found while it was used");
  const database = new Database({ ...options, path, onDamage });
  try {
    migrate(database, options.migrations ?? MIGRATIONS);
    return database;
  } catch (error) {
    database.dispose();
    throw error;
  }
}

function migrate(database: Database, migrations: readonly Migration[]): void {
  const newest = migrations.at(-1)?.version ?? 0;
  if (schemaVersion(database) === newest) return;
  database.immediate(() => {
    const current = schemaVersion(database);
    if (current > newest) throw newer(database.path, current, newest);
    for (const { version, sql } of migrations.filter((migration) => migration.version > current)) {
      database.exec(sql);
      database.exec(`PRAGMA user_version = ${version}`);
    }
  });
}

function schemaVersion(database: Database): number {
  return database.get<{ user_version: number }>("PRAGMA user_version")?.user_version ?? 0;
}

function newer(path: string, found: number, known: number): CountersignError {
  return new CountersignError("database-newer", {
    message: `The database ${path} was written by a newer Countersign (schema ${found}; this one knows ${known}).`,
    kept: "Nothing in it was touched.",
    next: "Update Countersign, then reload the window.",
  });
}

/** Keeps the file with what SQLite needs to read it, under a name of its own. */
function moveAside(path: string, clock: Clock): string {
  const stamp = new Date(clock.now()).toISOString().replace(/[:.]/g, "-");
  let aside = `${path}.damaged-${stamp}`;
  for (let n = 2; existsSync(aside); n += 1) aside = `${path}.damaged-${stamp}-${n}`;
  // First, so that a crash in between cannot leave the mark on a sound database; damage is found again, a mark is believed.
  rmSync(damageMark(path), { force: true });
  for (const suffix of ["-wal", "-shm", ""]) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}

function damageMark(path: string): string {
  return `${path}.found-damaged`;
}

function markDamaged(path: string, damage: string): void {
  writeFileSync(damageMark(path), damage);
}

async function checkIntegrity(path: string, log: Log): Promise<string | undefined> {
  const damage = await quickCheck(path);
  if (damage === undefined) return undefined;
  log.error(`The database ${path} is damaged: ${damage}`);
  markDamaged(path, damage);
  return damage;
}
