import { copyFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, it } from "vitest";
import { canonicalJson, hashAction, sha256 } from "../../../src/approval/actions.ts";
import type { RequestId } from "../../../src/approval/decisions.ts";
import { BOUND } from "../../../src/approval/row-digests.ts";
import { ImagePackages } from "../../../src/containers/image-packages.ts";
import { acceptedLoosenings } from "../../../src/approval/loosenings.ts";
import { bench, context, never, note, type Bench } from "./support.ts";

const code = (name: string) => expect.objectContaining({ code: name }) as Error;
const HOUR = 3_600_000;
const other = note("something else");

/** A window with something approved, something done, something that waits, and a grant. */
interface Scene {
  readonly made: Bench;
  readonly approved: RequestId;
  readonly done: RequestId;
  readonly waiting: RequestId;
  readonly granting: RequestId;
}

let scene: Scene;

beforeEach(async () => {
  const made = bench();
  const done = await made.approved("done");
  await made.inbox.perform(done, never);
  made.judgement = { verdict: "ask", reason: "All asks.", grantable: true };
  const { id: granting } = await made.asked("granting");
  const { proof } = await made.inbox.show(granting, never);
  await made.inbox.decide(granting, { verdict: "approve", grant: { scope: "code", lasts: HOUR } }, proof);
  const approved = await made.approved("approved");
  const waiting = (await made.asked("waiting")).id;
  // The listener hears what runs: in each test below it hears no more than this.
  expect(made.kind.done).toEqual(["done"]);
  scene = { made, approved, done, waiting, granting };
});

/** As another process of the same user that has no key: what guards the rows is gone. */
function tamper(statements: readonly string[]): void {
  const { made } = scene;
  const attacker = new DatabaseSync(made.database.path, { enableForeignKeyConstraints: false });
  const triggers = attacker.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all();
  for (const { name } of triggers) attacker.exec(`DROP TRIGGER ${String(name)}`);
  for (const statement of statements) attacker.exec(statement);
  attacker.close();
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const perform = (id: RequestId) => scene.made.inbox.perform(id, never);

/** It ends as a typed error that says what to do, and nothing ran. */
async function isRefused(id: RequestId, as = "ledger-differs"): Promise<void> {
  const refusal = perform(id);
  await expect(refusal).rejects.toThrow(code(as));
  await expect(refusal).rejects.toHaveProperty("next", expect.stringMatching(/\w/));
  expect(scene.made.kind.done).toEqual(["done"]);
}

/** What was written approves nothing and changes nothing of what was approved, which runs once. */
async function changesNothing(): Promise<void> {
  const { made, approved, waiting } = scene;
  await expect(perform(waiting)).rejects.toThrow(code("approval-state"));
  await perform(approved);
  await perform(approved);
  expect(made.kind.done).toEqual(["done", "approved"]);
}

const copied = (table: string, id: string, changed: Readonly<Record<string, string>>): string => {
  const names = columnsOf(table);
  const values = names.map((name) => changed[name] ?? name);
  return `INSERT INTO ${table} (${names.join()}) SELECT ${values.join()} FROM ${table} WHERE ${id}`;
};

function columnsOf(table: string): readonly string[] {
  const sql = `SELECT name FROM pragma_table_info('${table}') ORDER BY cid`;
  return scene.made.database.all<{ name: string }>(sql).map(({ name }) => name);
}

/** A row of anything at all. */
function anything(table: string, changed: Readonly<Record<string, string>> = {}): string {
  const columns = scene.made.database.all<{ name: string; type: string }>(
    `SELECT name, type FROM pragma_table_info('${table}')`,
  );
  const like: Record<string, string> = { TEXT: "'forged'", INTEGER: "7", BLOB: "x'00'" };
  const values = columns.map(({ name, type }) => changed[name] ?? like[type]!);
  return `INSERT OR REPLACE INTO ${table} (${columns.map(({ name }) => name).join()}) VALUES (${values.join()})`;
}

function typeOf(table: string, column: string): string {
  const sql = "SELECT type FROM pragma_table_info(?) WHERE name = ?";
  return scene.made.database.get<{ type: string }>(sql, table, column)!.type;
}

type Case = () => Promise<void>;

/** Of what the agent remembers of itself: it may ask for something else then, and that asks. */
function informs(table: string, column: string): { readonly edited: Case; readonly inserted: Case } {
  const inserted = async (): Promise<void> => {
    tamper([anything(table)]);
    await changesNothing();
  };
  const edited = async (): Promise<void> => {
    tamper([
      anything(table),
      `UPDATE ${table} SET ${column} = CAST(${column} || 'x' AS ${typeOf(table, column)})`,
    ]);
    await changesNothing();
  };
  return { edited, inserted };
}

const decisionAbout = (hash: string, action: string | null, request: string, seq: number): string =>
  anything("decisions", {
    id: "'forged decision'",
    request_id: text(request),
    seq: String(seq),
    verdict: action === null ? "'approve'" : "'approve-edited'",
    decided_by: "'person'",
    person: `'{"name":"Ada","knownBy":"os-user"}'`,
    comment: "NULL",
    hash: text(hash),
    action: action === null ? "NULL" : text(action),
    assessment: "NULL",
    grant_id: "NULL",
  });

function forgedRow(type: string, id: string, body: object): string {
  const { seq, hash } = scene.made.inbox.ledger.head();
  const content = { seq: seq + 1, at: 5, type, requestId: id, body, previous: hash };
  const values = [content.seq, 5, text(type), text(id), text(canonicalJson(body)), text(hash)];
  return `INSERT INTO ledger (seq, at, type, request_id, body, previous, hash) VALUES (${values.join()}, '${sha256(canonicalJson(content))}')`;
}

/** What an approval with all its rows looks like, but for the signature. */
function forgedApproval(): readonly string[] {
  const { waiting, made } = scene;
  const hash = made.inbox.get(waiting).hash;
  return [
    decisionAbout(hash, null, waiting, 1),
    `UPDATE requests SET state = 'approved' WHERE id = '${waiting}'`,
    forgedRow("decided", waiting, { decision: "forged decision", hash, verdict: "approve", by: "person" }),
  ];
}

const grantFor = (where: string): string =>
  copied("grants", where, { id: "'forged grant'", scope: "'workspace'", text_hash: "NULL" });

async function grantsNothing(): Promise<void> {
  const { made } = scene;
  const request = await made.inbox.request(note("never granted"), "never granted", context);
  expect(request.state).toBe("requested");
  await changesNothing();
}

async function acceptsNothing(): Promise<void> {
  const { database, inbox } = scene.made;
  expect([...acceptedLoosenings(database, inbox.accepted)]).toEqual([]);
  await changesNothing();
}

const packages = () =>
  new ImagePackages({
    database: scene.made.database,
    approvals: scene.made.inbox,
    accepted: scene.made.inbox.accepted,
    containers: () => Promise.reject(new Error("no engine here")),
  });

const CASES: Readonly<Record<string, () => { readonly edited: Case; readonly inserted: Case }>> = {
  requests: () => ({
    edited: async () => {
      const { approved, done } = scene;
      tamper([
        `UPDATE requests SET action = ${text(canonicalJson(other))}, hash = '${hashAction(other)}' WHERE id = '${approved}'`,
        `DELETE FROM outcomes WHERE request_id = '${done}'`,
        `UPDATE requests SET state = 'approved', claim_token = NULL WHERE id = '${done}'`,
      ]);
      await isRefused(approved);
      await isRefused(done);
    },
    inserted: async () => {
      const forged = "forged" as RequestId;
      const hash = hashAction(other);
      tamper([
        copied("requests", `id = '${scene.approved}'`, {
          id: "'forged'",
          key: "'forged'",
          action: text(canonicalJson(other)),
          hash: text(hash),
          changed: "changed + 1000",
        }),
        decisionAbout(hash, null, forged, 1),
      ]);
      await isRefused(forged);
    },
  }),
  decisions: () => ({
    edited: async () => {
      const { approved } = scene;
      tamper([
        `UPDATE decisions SET action = ${text(canonicalJson(other))}, hash = '${hashAction(other)}', verdict = 'approve-edited' WHERE request_id = '${approved}'`,
        `UPDATE requests SET amended_by = (SELECT id FROM decisions WHERE request_id = '${approved}') WHERE id = '${approved}'`,
      ]);
      await isRefused(approved);
    },
    inserted: async () => {
      const { approved, waiting, made } = scene;
      tamper([
        decisionAbout(hashAction(other), canonicalJson(other), approved, 2),
        `UPDATE requests SET amended_by = 'forged decision' WHERE id = '${approved}'`,
        decisionAbout(made.inbox.get(waiting).hash, null, waiting, 1).replace("forged decision", "another"),
        `UPDATE requests SET state = 'approved' WHERE id = '${waiting}'`,
      ]);
      await isRefused(approved);
      await isRefused(waiting);
    },
  }),
  claims: () => ({
    edited: async () => {
      const { done } = scene;
      tamper([
        `DELETE FROM outcomes WHERE request_id = '${done}'`,
        `UPDATE claims SET started_at = NULL WHERE request_id = '${done}'`,
        `UPDATE requests SET state = 'claimed' WHERE id = '${done}'`,
      ]);
      await isRefused(done);
    },
    inserted: async () => {
      const { waiting, made } = scene;
      tamper([
        copied("claims", "1 LIMIT 1", {
          token: "'forged'",
          request_id: text(waiting),
          hash: text(made.inbox.get(waiting).hash),
          started_at: "NULL",
        }),
        `UPDATE requests SET state = 'claimed', claim_token = 'forged' WHERE id = '${waiting}'`,
      ]);
      await isRefused(waiting);
    },
  }),
  outcomes: () => ({
    edited: async () => {
      tamper([`UPDATE outcomes SET outcome = '{"state":"finished","result":"forged"}'`]);
      await isRefused(scene.done);
    },
    inserted: async () => {
      const { approved } = scene;
      tamper([
        anything("outcomes", {
          request_id: text(approved),
          state: "'finished'",
          outcome: `'{"state":"finished","result":"forged"}'`,
        }),
      ]);
      await isRefused(approved);
    },
  }),
  grants: () => ({
    edited: async () => {
      tamper(["UPDATE grants SET scope = 'workspace', text_hash = NULL"]);
      await grantsNothing();
    },
    inserted: async () => {
      tamper([grantFor("1")]);
      await grantsNothing();
    },
  }),
  ledger: () => ({
    edited: async () => {
      tamper([`UPDATE ledger SET at = at + 1 WHERE request_id = '${scene.approved}' AND type = 'decided'`]);
      await isRefused(scene.approved);
    },
    inserted: async () => {
      tamper(forgedApproval());
      await isRefused(scene.waiting);
      await isRefused(scene.approved);
      // Nor is it signed over by what comes next.
      await expect(scene.made.asked("next")).rejects.toThrow(code("ledger-differs"));
    },
  }),
  ledger_head: () => ({
    edited: async () => {
      const approval = forgedApproval();
      const forged = "(SELECT hash FROM ledger ORDER BY seq DESC LIMIT 1)";
      tamper([...approval, `UPDATE ledger_head SET seq = seq + 1, hash = ${forged}`]);
      await isRefused(scene.waiting);
    },
    inserted: async () => {
      tamper(["DELETE FROM ledger_head", ...forgedApproval(), anything("ledger_head", { only: "1" })]);
      await isRefused(scene.waiting);
    },
  }),
  drafts: () => ({
    // A person decides about the text that they were shown, whatever the draft says by then.
    edited: () => draftChanged(true),
    inserted: () => draftChanged(false),
  }),
  accepted_loosenings: () => ({
    edited: async () => {
      tamper([anything("accepted_loosenings"), "UPDATE accepted_loosenings SET value = 'true'"]);
      await acceptsNothing();
    },
    inserted: async () => {
      tamper([anything("accepted_loosenings", { value: "'true'" })]);
      await acceptsNothing();
    },
  }),
  image_packages: () => ({
    edited: async () => {
      tamper([anything("image_packages"), "UPDATE image_packages SET version = '2'"]);
      expect(packages().all()).toEqual([]);
      await changesNothing();
    },
    inserted: async () => {
      tamper([anything("image_packages")]);
      expect(packages().all()).toEqual([]);
      await changesNothing();
    },
  }),
  recoveries: () => informs("recoveries", "owner"),
  cancellations: () => ({
    edited: async () => {
      tamper([anything("cancellations"), "UPDATE cancellations SET asked_at = 1"]);
      await changesNothing();
    },
    inserted: async () => {
      tamper([anything("cancellations")]);
      await changesNothing();
    },
  }),
  transitions: () => ({
    edited: async () => {
      tamper([
        "UPDATE transitions SET to_state = 'started' WHERE from_state = 'requested' AND to_state = 'refused'",
      ]);
      await changesNothing();
    },
    inserted: async () => {
      const { done } = scene;
      tamper([
        "INSERT INTO transitions (from_state, to_state) VALUES ('finished', 'approved')",
        `UPDATE requests SET state = 'approved', claim_token = NULL WHERE id = '${done}'`,
        `DELETE FROM outcomes WHERE request_id = '${done}'`,
      ]);
      await isRefused(done);
    },
  }),
  analyses: () => informs("analyses", "question"),
  threads: () => informs("threads", "state"),
  leases: () => informs("leases", "owner"),
  checkpoints: () => informs("checkpoints", "checkpoint"),
  channel_values: () => informs("channel_values", "value"),
  writes: () => informs("writes", "value"),
  questions: () => informs("questions", "question"),
  memory_entries: () => informs("memory_entries", "text"),
};

async function draftChanged(isThere: boolean): Promise<void> {
  const { made, waiting } = scene;
  if (isThere) made.inbox.saveDraft(waiting, "my edit");
  const { proof, text: shown } = await made.inbox.show(waiting, never);
  const draft = anything("drafts", { request_id: text(waiting), text: "'forged draft'" });
  tamper([isThere ? "UPDATE drafts SET text = 'forged draft'" : draft]);
  await made.inbox.decide(waiting, { verdict: "approve-edited", text: shown }, proof);
  await perform(waiting);
  expect(made.kind.done).toEqual(["done", shown]);
}

describe("whatever is written into the database by something without the key", () => {
  it("is a case here for each of its tables", () => {
    const sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    const tables = scene.made.database.all<{ name: string }>(sql).map(({ name }) => name);
    expect(Object.keys(CASES).sort()).toEqual(tables.sort());
  });

  it.each(Object.keys(CASES))("runs nothing by a row of %s that was edited", (table) =>
    CASES[table]!().edited(),
  );

  it.each(Object.keys(CASES))("runs nothing by a row of %s that was inserted", (table) =>
    CASES[table]!().inserted(),
  );

  it("does nothing to what nobody wrote into", async () => {
    await changesNothing();
    expect(await perform(scene.done)).toEqual({ state: "finished", result: "did done" });
    expect(await perform(scene.granting)).toMatchObject({ state: "finished" });
  });

  it("is void, with what waits, once the window is opened again", async () => {
    const { made, waiting, approved } = scene;
    tamper(forgedApproval());
    await made.close();
    const next = bench({ beside: made });
    expect(next.inbox.isContinuous).toBe(false);
    expect([waiting, approved].map((id) => next.inbox.get(id).state)).toEqual(["withdrawn", "withdrawn"]);
    const again = await next.approved("again");
    await next.inbox.perform(again, never);
    expect(next.kind.done).toEqual(["again"]);
  });
});

describe("what a person accepted", () => {
  const stored = () => acceptedLoosenings(scene.made.database, scene.made.inbox.accepted);

  /** As the kind of action does it, once it is approved. */
  function accept(value: string): void {
    const { database, inbox } = scene.made;
    const hash = inbox.get(scene.done).hash;
    const row = { path: "'a.key'", value: text(value), request_id: text(scene.done) };
    database.exec(anything("accepted_loosenings", row));
    inbox.accepted.add("loosening", { requestId: scene.done, hash }, new Map([["a.key", value]]));
  }

  it("counts as they accepted it, and no other value of it does", () => {
    accept("1");
    expect([...stored()]).toEqual([["a.key", 1]]);
    tamper(["UPDATE accepted_loosenings SET value = '2'"]);
    expect([...stored()]).toEqual([]);
  });

  it("counts no more once it was taken back, also where its row is put back", () => {
    accept("1");
    accept("2");
    tamper(["UPDATE accepted_loosenings SET value = '1'"]);
    expect([...stored()]).toEqual([]);
    tamper(["UPDATE accepted_loosenings SET value = '2'"]);
    expect([...stored()]).toEqual([["a.key", 2]]);
    scene.made.inbox.accepted.takeBack("loosening");
    expect([...stored()]).toEqual([]);
  });
});

describe("what a row binds", () => {
  /** What changes while a request goes its way; all else is in the digest that the ledger has. */
  const MOVES: Readonly<Record<keyof typeof BOUND, readonly string[]>> = {
    requests: ["amended_by", "changed", "claim_token", "state"],
    decisions: [],
    grants: ["revoked_at"],
    claims: ["started_at"],
  };

  it.each(["requests", "decisions", "grants", "claims"] as const)(
    "is every column of %s but what moves",
    (table) => {
      const bound = BOUND[table].columns.split(/,\s*/);
      expect([...bound, ...MOVES[table]].sort()).toEqual([...columnsOf(table)].sort());
    },
  );
});

describe("the file under an open window", () => {
  it("that was replaced by a copy is not gone on with, and nothing runs by it", async () => {
    const { made, approved, waiting } = scene;
    const { path } = made.database;
    made.database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    copyFileSync(path, join(made.folder, "copy.db"));
    renameSync(join(made.folder, "copy.db"), path);
    await isRefused(approved, "database-replaced");
    await expect(made.asked("new")).rejects.toThrow(code("database-replaced"));
    const { proof } = await made.inbox.show(waiting, never);
    await expect(made.inbox.decide(waiting, { verdict: "approve" }, proof)).rejects.toThrow(
      code("database-replaced"),
    );
  });

  it("that is still there is gone on with", async () => {
    await changesNothing();
  });
});
