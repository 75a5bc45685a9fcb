import { describe, expect, it } from "vitest";
import { openDatabase } from "../../../src/storage/open-database.ts";
import type { Database } from "../../../src/storage/database.ts";
import { opened, quiet, temporaryFolder } from "./support.ts";

const insert = (database: Database, question: string) =>
  database.run("INSERT INTO questions (question, asked_at) VALUES (?, 1)", question);
const questions = (database: Database) =>
  database
    .all<{ question: string }>("SELECT question FROM questions ORDER BY question")
    .map((row) => row.question);

describe("a connection", () => {
  it("writes ahead, syncs fully and enforces foreign keys", () => {
    const { database } = opened(temporaryFolder());
    expect(database.get("PRAGMA journal_mode")).toEqual({ journal_mode: "wal" });
    expect(database.get("PRAGMA synchronous")).toEqual({ synchronous: 2 });
    expect(database.get("PRAGMA foreign_keys")).toEqual({ foreign_keys: 1 });
    expect(() =>
      database.run("INSERT INTO drafts (request_id, text, saved_at) VALUES ('none', 't', 1)"),
    ).toThrow(/FOREIGN KEY/);
  });

  it("may be disposed twice", () => {
    const { database } = opened(temporaryFolder());
    database.dispose();
    expect(() => database.dispose()).not.toThrow();
  });

  it("reads rows one by one", () => {
    const { database } = opened(temporaryFolder());
    for (const question of ["a", "b", "c"]) insert(database, question);
    expect([...database.each("SELECT question FROM questions ORDER BY question")]).toHaveLength(3);
  });
});

describe("a transaction", () => {
  it("undoes everything when its work throws", () => {
    const { database } = opened(temporaryFolder());
    expect(() =>
      database.immediate(() => {
        insert(database, "lost");
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(questions(database)).toEqual([]);
  });

  it("undoes an inner one alone when the outer one goes on", () => {
    const { database } = opened(temporaryFolder());
    database.immediate(() => {
      insert(database, "outer");
      try {
        database.immediate(() => {
          insert(database, "inner");
          throw new Error("stop");
        });
      } catch {
        insert(database, "after");
      }
    });
    expect(questions(database)).toEqual(["after", "outer"]);
  });

  it("refuses asynchronous work, which would run after the commit", () => {
    const { database } = opened(temporaryFolder());
    expect(() => database.immediate(() => Promise.resolve(insert(database, "early")))).toThrow(TypeError);
    expect(questions(database)).toEqual([]);
  });

  it("holds the write lock: another connection is told that the database is locked", () => {
    const folder = temporaryFolder();
    const { database } = opened(folder);
    const { database: other } = opened(folder, { busyTimeout: 20 });
    database.immediate(() => {
      insert(database, "mine");
      expect(() => insert(other, "theirs")).toThrow(expect.objectContaining({ code: "database-locked" }));
      expect(questions(other)).toEqual([]);
    });
    insert(other, "theirs");
    expect(questions(database)).toEqual(["mine", "theirs"]);
  });
});

describe("a full disk", () => {
  it("is told as such, the transaction is undone and the database goes on once there is room", () => {
    const { database } = opened(temporaryFolder());
    insert(database, "before");
    const pages = database.get<{ page_count: number }>("PRAGMA page_count")!.page_count;
    database.exec(`PRAGMA max_page_count = ${pages}`);
    expect(() =>
      database.immediate(() => {
        insert(database, "small");
        insert(database, "large ".repeat(10_000));
      }),
    ).toThrow(expect.objectContaining({ code: "disk-full" }));
    expect(questions(database)).toEqual(["before"]);
    database.exec("PRAGMA max_page_count = 1000000");
    database.immediate(() => insert(database, "after"));
    expect(questions(database)).toEqual(["after", "before"]);
  });
});

describe("changes", () => {
  const nextChange = (database: Database) =>
    new Promise<void>((resolve) => {
      const listening = database.onDidChange(() => {
        void listening.dispose();
        resolve();
      });
    });

  it("are announced to their own process once they are committed", async () => {
    const { database } = opened(temporaryFolder());
    const changed = nextChange(database).then(() => questions(database));
    database.immediate(() => insert(database, "mine"));
    expect(await changed).toEqual(["mine"]);
  });

  it("of another connection are announced within 250 ms", async () => {
    const folder = temporaryFolder();
    const { database } = opened(folder);
    const { database: other } = opened(folder);
    const changed = nextChange(database);
    const before = performance.now();
    insert(other, "theirs");
    await changed;
    expect(performance.now() - before).toBeLessThan(400);
    expect(questions(database)).toEqual(["theirs"]);
  });

  it("are not announced where a transaction changed nothing, or a listener that looks would never end", async () => {
    const { database } = opened(temporaryFolder());
    let announced = 0;
    database.onDidChange(() => {
      announced += 1;
      database.immediate(() => questions(database));
    });
    insert(database, "one");
    await new Promise((resolve) => setImmediate(resolve));
    expect(announced).toBe(1);
  });
});

it("two processes' connections opened at once agree on one schema", () => {
  const stateDir = temporaryFolder();
  const clock = { now: () => 0 };
  const all = Array.from({ length: 4 }, () => openDatabase({ stateDir, log: quiet, clock }));
  for (const [index, { database }] of all.entries()) insert(database, `question ${index}`);
  expect(questions(all[0]!.database)).toHaveLength(4);
  for (const { database } of all) database.dispose();
});
