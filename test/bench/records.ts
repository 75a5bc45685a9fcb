import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Agent } from "../../src/agent/agent.ts";
import type { AnalysisId } from "../../src/agent/analysis.ts";
import type { RequestId } from "../../src/approval/decisions.ts";
import { searchLedger } from "../../src/editor/ledger-search.ts";
import { openScriptedAgent } from "../unit/agent/support.ts";
import { Bench as House, context, never, note } from "../unit/approval/bench.ts";
import type { Bench } from "./bench.ts";
import { atMost, toRow, type Row } from "./rows.ts";

const PAST = 10_000;
const CHANGES = 500;
const OPENINGS = 20;
const ROUNDS = 5;
const ANALYSES = 20;
/** Of a screen that is drawn sixty times a second. */
const FRAME = 16;

/** What a long past costs whoever looks into it: the ledger's list, what changes all at once, and the room that it takes. */
export const records: Bench = {
  run: async (_, signal) => {
    const folder = await mkdtemp(join(tmpdir(), "countersign-bench-"));
    try {
      await fill(folder);
      signal.throwIfAborted();
      return [
        ...(await openLedger(folder)),
        await manyChanges(folder),
        await bytesOfAnalyses(join(folder, "agent")),
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** One request is filed, and copied as often as there is to be a past. */
async function fill(folder: string): Promise<void> {
  const house = new House(folder);
  await house.inbox.request(note("past 0"), "past 0", context);
  house.database.exec(`
    WITH RECURSIVE past(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM past WHERE n < ${PAST - 1})
    INSERT INTO requests (id, key, state, kind, subject, action, hash, assessment, judgement, context, rules, created_at, expires_at, changed)
    SELECT 'past-' || n, 'past ' || n, state, kind, subject, json_replace(action, '$.subject', 'Write past ' || n), hash, assessment,
      judgement, context, rules, created_at + n, expires_at + n, changed + n FROM requests, past;
    UPDATE requests SET state = 'rejected' WHERE created_at < ${1_000_000 + PAST - CHANGES}`);
  await house.close();
}

/** The first page, and the longest turn of a search that reads everything. */
async function openLedger(folder: string): Promise<readonly Row[]> {
  const house = new House(folder);
  const ours: number[] = [];
  for (let n = 0; n < OPENINGS; n += 1) {
    const start = performance.now();
    const shown = await firstPage(house, "");
    ours.push(performance.now() - start);
    if (shown !== 100) throw new Error("the first page is not whole");
  }
  const holds: number[] = [];
  for (let n = 0; n < ROUNDS; n += 1)
    holds.push(
      await longestTurn(async () => {
        if ((await firstPage(house, "past 0")) === 0) throw new Error("the oldest is not found");
      }),
    );
  await house.close();
  return [
    toRow({ name: "ledger-first-page", unit: "ms", ours, goal: atMost(100, "ms") }),
    toRow({ name: "ledger-search-longest-turn", unit: "ms", ours: holds, goal: atMost(FRAME, "ms") }),
  ];
}

/** How many it holds. */
async function firstPage({ inbox }: House, typed: string): Promise<number> {
  return (await searchLedger(inbox, typed, undefined, never).next()).value.length;
}

/** Another window changes many requests at once, and a listener asks for each, and for what waits. */
async function manyChanges(folder: string): Promise<Row> {
  const house = new House(folder);
  const ours: number[] = [];
  for (let n = 0; n < ROUNDS; n += 1) ours.push(await longestTurn(() => changesTold(house)));
  await house.close();
  return toRow({ name: "500-changes-longest-turn", unit: "ms", ours, goal: atMost(FRAME, "ms") });
}

async function changesTold({ inbox, database }: House): Promise<void> {
  const told = new Set<RequestId>();
  await new Promise<void>((resolve) => {
    const listening = inbox.onDidChange((id) => {
      told.add(inbox.get(id).id);
      if (told.size < CHANGES) return;
      void listening.dispose();
      resolve();
    });
    touch(database.path);
  });
}

/** Its own turn, and one write to the disk: neither is what is measured. */
function touch(path: string): void {
  const other = new DatabaseSync(path);
  other.exec("PRAGMA synchronous = OFF");
  other.exec("BEGIN IMMEDIATE");
  const next = "(SELECT max(changed) + 1 FROM requests)";
  const one = other.prepare(
    `UPDATE requests SET changed = ${next} WHERE id = (SELECT id FROM requests ORDER BY changed LIMIT 1)`,
  );
  for (let n = 0; n < CHANGES; n += 1) one.run();
  other.exec("COMMIT");
  other.close();
}

/** Milliseconds of the longest time in which nothing else had its turn, from the first pause of `work` on. */
async function longestTurn(work: () => Promise<void>): Promise<number> {
  let [longest, isOver] = [0, false];
  const done = work().finally(() => (isOver = true));
  let last = performance.now();
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  await done;
  return longest;
}

/** What one question and all that follows adds to the database, once it has ended. */
async function bytesOfAnalyses(folder: string): Promise<Row> {
  await mkdir(folder);
  const house = openScriptedAgent(folder);
  const ours: number[] = [];
  const finish = async (n: number): Promise<void> => {
    const id = await house.agent.start(`What is ${n} + 2?`);
    await house.approve((await house.settled(id)).waitingFor!);
    await finished(house.agent, id);
  };
  await finish(0);
  const before = await size(folder, "before");
  for (let n = 1; n <= ANALYSES; n += 1) await finish(n);
  // Ends what is under way, the removal of positions too.
  await house.close();
  ours.push(((await size(folder, "after")) - before) / ANALYSES / 1e3);
  return toRow({ name: "analysis-in-the-database", unit: "kB", ours, goal: atMost(8, "kB") });
}

function finished(agent: Agent, id: AnalysisId): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (agent.get(id).state !== "finished") return;
      void listening.dispose();
      resolve();
    };
    const listening = agent.onDidChange(look);
    look();
  });
}

/** Of the database without the room in it that is free. */
async function size(folder: string, name: string): Promise<number> {
  const database = new DatabaseSync(join(folder, "countersign.db"));
  database.exec(`VACUUM INTO '${join(folder, name)}'`);
  database.close();
  return (await stat(join(folder, name))).size;
}
