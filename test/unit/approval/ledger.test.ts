import { describe, expect, it } from "vitest";
import { sha256, canonicalJson } from "../../../src/approval/actions.ts";
import { bench, never, type Bench } from "./support.ts";

async function withHistory(): Promise<Bench> {
  const made = bench();
  for (const text of ["one", "two", "three"]) await made.inbox.perform(await made.approved(text), never);
  return made;
}

/** What somebody with the file and a SQLite shell can do. */
function forge({ database }: Bench, sql: string): void {
  for (const { name } of database.all<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger'",
  ))
    database.exec(`DROP TRIGGER ${name}`);
  database.exec(sql);
}

describe("the ledger", () => {
  it("holds a row for each thing that happens to a request, in order, and verifies", async () => {
    const made = await withHistory();
    const { id } = made.inbox.recent(1)[0]!;
    expect(made.types(id)).toEqual(["requested", "decided", "claimed", "started", "outcome"]);
    expect(made.inbox.ledger.verify()).toMatchObject({ ok: true, rows: 15 });
  });

  it("says who decided and how that is known, about which hash", async () => {
    const made = bench();
    const id = await made.approved();
    const row = made.inbox.ledger.rows(id).find(({ type }) => type === "decided");
    expect(row?.body).toMatchObject({
      verdict: "approve",
      by: "person",
      person: { name: "Ada", knownBy: "os-user" },
      hash: made.inbox.get(id).hash,
    });
  });

  it("can be checked by anybody who knows SHA-256 and canonical JSON", async () => {
    const made = await withHistory();
    let previous = "";
    for (const row of made.database.all<Record<string, string | number>>(
      "SELECT * FROM ledger ORDER BY seq",
    )) {
      const { seq, at, type, request_id: requestId, body } = row;
      const content = { seq, at, type, requestId, body: JSON.parse(String(body)) as unknown, previous };
      previous = sha256(canonicalJson(content));
      expect(row.hash).toBe(previous);
    }
  });

  it.each([
    ["a changed body", "UPDATE ledger SET body = replace(body, '\"Ada\"', '\"Eve\"') WHERE seq = 7", 7],
    ["a body that is written differently", "UPDATE ledger SET body = body || ' ' WHERE seq = 7", 7],
    ["a body that is no JSON", "UPDATE ledger SET body = 'x' WHERE seq = 7", 7],
    ["another time", "UPDATE ledger SET at = at + 1 WHERE seq = 3", 3],
    ["another request", "UPDATE ledger SET request_id = 'x' WHERE seq = 3", 3],
    ["another type", "UPDATE ledger SET type = 'claimed' WHERE seq = 2", 2],
    ["a removed row", "DELETE FROM ledger WHERE seq = 4", 4],
    ["a removed first row", "DELETE FROM ledger WHERE seq = 1", 1],
    [
      "a removed row that was closed up",
      "DELETE FROM ledger WHERE seq = 4; UPDATE ledger SET seq = -(seq - 1) WHERE seq > 4; UPDATE ledger SET seq = -seq WHERE seq < 0",
      4,
    ],
    [
      "two rows in another order",
      "UPDATE ledger SET seq = -5 WHERE seq = 5; UPDATE ledger SET seq = 5 WHERE seq = 6; UPDATE ledger SET seq = 6 WHERE seq = -5",
      5,
    ],
  ])("shows %s", async (_name, sql, brokenAt) => {
    const made = await withHistory();
    forge(made, sql);
    expect(made.inbox.ledger.verify()).toMatchObject({ ok: false, brokenAt });
  });

  it("shows a row that was changed and hashed anew, by the row after it", async () => {
    const made = await withHistory();
    const row = made.database.get<Record<string, string | number>>("SELECT * FROM ledger WHERE seq = 7")!;
    const body = String(row.body).replace("Ada", "Eve");
    const content = {
      ...{ seq: row.seq, at: row.at, type: row.type, requestId: row.request_id },
      ...{ body: JSON.parse(body) as unknown, previous: row.previous },
    };
    forge(
      made,
      `UPDATE ledger SET body = '${body}', hash = '${sha256(canonicalJson(content))}' WHERE seq = 7`,
    );
    expect(made.inbox.ledger.verify()).toMatchObject({ ok: false, brokenAt: 8 });
  });

  it("takes rows at its head only", () => {
    const { database } = bench();
    const insert = (seq: number, previous: string) =>
      database.run(
        "INSERT INTO ledger (seq, at, type, request_id, body, previous, hash) VALUES (?, 1, 'requested', 'r', '{}', ?, ?)",
        ...[seq, previous, `h${seq}`],
      );
    insert(1, "");
    expect(() => insert(3, "h1")).toThrow("at its head");
    expect(() => insert(2, "other")).toThrow("at its head");
    insert(2, "h1");
  });
});
