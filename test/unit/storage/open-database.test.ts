import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { MIGRATIONS } from "../../../src/storage/migrations.ts";
import { openDatabase } from "../../../src/storage/open-database.ts";
import { opened, quiet, temporaryFolder } from "./support.ts";

const version = (path: string) => {
  const connection = new DatabaseSync(path);
  const row = connection.prepare("PRAGMA user_version").get();
  connection.close();
  return row?.user_version;
};

/** A database of this schema with many rows, closed, so that its file alone holds everything. */
function filled(folder: string): string {
  const { database } = openDatabase({ stateDir: folder, log: quiet, clock: { now: () => 0 } });
  database.immediate(() => {
    for (let n = 0; n < 2000; n += 1)
      database.run("INSERT INTO questions (question, asked_at) VALUES (?, ?)", `question number ${n}`, n);
  });
  database.dispose();
  return join(folder, "countersign.db");
}

describe("migrations", () => {
  it("are numbered from 1 without gaps", () => {
    expect(MIGRATIONS.map((migration) => migration.version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  it("bring a new database to the newest version", () => {
    const folder = temporaryFolder();
    opened(folder);
    expect(version(join(folder, "countersign.db"))).toBe(MIGRATIONS.length);
  });

  it("add to an older database what it lacks and keep what it holds", () => {
    const folder = temporaryFolder();
    const path = filled(folder);
    const added = {
      version: MIGRATIONS.length + 1,
      sql: "CREATE TABLE later (x) STRICT".replace("(x)", "(x TEXT)"),
    };
    const { database } = opened(folder, { migrations: [...MIGRATIONS, added] });
    expect(database.get("SELECT count(*) AS n FROM questions")).toEqual({ n: 2000 });
    expect(database.get("SELECT count(*) AS n FROM later")).toEqual({ n: 0 });
    expect(version(path)).toBe(MIGRATIONS.length + 1);
  });

  it("that fail leave the database as it was", () => {
    const folder = temporaryFolder();
    const path = filled(folder);
    const broken = { version: MIGRATIONS.length + 1, sql: "CREATE TABLE later (x TEXT); CREATE NONSENSE;" };
    expect(() => opened(folder, { migrations: [...MIGRATIONS, broken] })).toThrow(/NONSENSE/);
    expect(version(path)).toBe(MIGRATIONS.length);
    expect(() => opened(folder).database.get("SELECT * FROM later")).toThrow(/no such table/);
  });

  it("are never made downwards: a newer database is refused and left alone", () => {
    const folder = temporaryFolder();
    const path = filled(folder);
    const connection = new DatabaseSync(path);
    connection.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    connection.close();
    expect(() => opened(folder)).toThrow(expect.objectContaining({ code: "database-newer" }));
    expect(version(path)).toBe(MIGRATIONS.length + 1);
  });
});

/** The page that a table begins with, from 1. */
function rootPageOf(path: string, table: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  const found = database.prepare("SELECT rootpage FROM sqlite_master WHERE name = ?").get(table);
  database.close();
  return Number(found?.rootpage);
}

describe("a folder on a network file system", () => {
  it.each([
    [0x6969, "NFS"],
    [0xff534d42, "CIFS"],
  ])("is refused with what to do: %i", (type, name) => {
    const folder = temporaryFolder();
    const options = { stateDir: folder, log: quiet, clock: { now: () => 0 }, fileSystemType: () => type };
    expect(() => openDatabase(options)).toThrow(
      expect.objectContaining({
        code: "database-unavailable",
        message: expect.stringContaining(`(${name})`) as string,
        next: expect.stringContaining("COUNTERSIGN_STATE_HOME") as string,
      }),
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("a damaged database", () => {
  it("that is no database at all is moved aside byte for byte with its log, and a fresh one is opened", () => {
    const folder = temporaryFolder();
    const path = join(folder, "countersign.db");
    writeFileSync(path, "this is not a database, ".repeat(500));
    writeFileSync(`${path}-wal`, "nor is this a log");
    const { database, movedAside } = opened(folder);
    expect(readFileSync(movedAside!, "utf8")).toBe("this is not a database, ".repeat(500));
    expect(readFileSync(`${movedAside!}-wal`, "utf8")).toBe("nor is this a log");
    expect(database.get("SELECT count(*) AS n FROM requests")).toEqual({ n: 0 });
  });

  it("that lost its file but not its log keeps the log", () => {
    const folder = temporaryFolder();
    const path = join(folder, "countersign.db");
    writeFileSync(path, "");
    writeFileSync(`${path}-wal`, "what was written last");
    const { movedAside } = opened(folder);
    expect(readFileSync(`${movedAside!}-wal`, "utf8")).toBe("what was written last");
  });

  it("found twice at the same moment keeps both", () => {
    const folder = temporaryFolder();
    const clock = { now: () => 0 };
    for (const content of ["first ".repeat(500), "second ".repeat(500)]) {
      writeFileSync(join(folder, "countersign.db"), content);
      const { database, movedAside } = openDatabase({ stateDir: folder, log: quiet, clock });
      database.dispose();
      expect(readFileSync(movedAside!, "utf8")).toBe(content);
    }
    expect(readdirSync(folder).filter((name) => name.includes("damaged"))).toHaveLength(2);
  });

  it("whose damage lies deeper is found by the worker and moved aside by the next opening", async () => {
    const folder = temporaryFolder();
    const path = filled(folder);
    const bytes = readFileSync(path);
    bytes.fill(0xab, bytes.length - 3 * 4096);
    writeFileSync(path, bytes);
    const first = openDatabase({ stateDir: folder, log: quiet, clock: { now: () => 0 } });
    expect(first.movedAside).toBeUndefined();
    expect(await first.checkIntegrity()).toMatch(/\w/);
    first.database.dispose();
    const second = opened(folder);
    expect(existsSync(second.movedAside!)).toBe(true);
    expect(second.database.get("SELECT count(*) AS n FROM questions")).toEqual({ n: 0 });
    expect(await second.checkIntegrity()).toBeUndefined();
  });

  it("met by a statement is told as damaged and moved aside by the next opening", () => {
    const folder = temporaryFolder();
    const path = filled(folder);
    const bytes = readFileSync(path);
    const root = rootPageOf(path, "questions");
    bytes.fill(0xab, (root - 1) * 4096, root * 4096);
    writeFileSync(path, bytes);
    const { database } = openDatabase({ stateDir: folder, log: quiet, clock: { now: () => 0 } });
    expect(() => database.all("SELECT * FROM questions")).toThrow(
      expect.objectContaining({ code: "database-corrupt" }),
    );
    database.dispose();
    expect(opened(folder).movedAside).toBeDefined();
  });

  it("is not what a sound one is taken for", async () => {
    const folder = temporaryFolder();
    filled(folder);
    const { movedAside, checkIntegrity } = opened(folder);
    expect(movedAside).toBeUndefined();
    expect(await checkIntegrity()).toBeUndefined();
  });
});

describe("opening", () => {
  it("waits for another that is under way and says that the database is locked when it takes too long", () => {
    const folder = temporaryFolder();
    const other = new DatabaseSync(join(folder, "opening.lock"));
    other.exec("BEGIN EXCLUSIVE");
    expect(() => opened(folder, { busyTimeout: 20 })).toThrow(
      expect.objectContaining({ code: "database-locked" }),
    );
    other.close();
    expect(() => opened(folder)).not.toThrow();
  });

  it("in a folder that does not exist says so", () => {
    expect(() => opened(join(temporaryFolder(), "gone"))).toThrow(
      expect.objectContaining({ code: "database-unavailable" }),
    );
  });
});
