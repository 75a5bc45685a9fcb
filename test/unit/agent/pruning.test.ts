import { statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { AnalysisId } from "../../../src/agent/analysis.ts";
import { CountersignError } from "../../../src/errors.ts";
import { openScriptedAgent, temporaryFolder, type Opened } from "./support.ts";

const TABLES = ["checkpoints", "channel_values", "writes"] as const;
let folder: ReturnType<typeof temporaryFolder>;
let house: Opened;

beforeEach(() => {
  folder = temporaryFolder();
  house = openScriptedAgent(folder.path);
});

afterEach(async () => {
  await house.close();
  folder.remove();
});

/** Rows of the graph's positions that belong to an analysis. */
function rows(id: AnalysisId): Readonly<Record<(typeof TABLES)[number], number>> {
  const database = new DatabaseSync(join(folder.path, "countersign.db"), { readOnly: true });
  const counted = TABLES.map((table) => {
    const row = database.prepare(`SELECT count(*) AS n FROM ${table} WHERE thread_id LIKE ?`).get(`${id}%`);
    return [table, Number(row?.n)] as const;
  });
  database.close();
  return Object.fromEntries(counted) as Record<(typeof TABLES)[number], number>;
}

/** Of the whole database, without the room in it that is free. */
function size(name: string): number {
  const copy = join(folder.path, name);
  const database = new DatabaseSync(join(folder.path, "countersign.db"));
  database.exec(`VACUUM INTO '${copy}'`);
  database.close();
  return statSync(copy).size;
}

async function asked(question: string): Promise<AnalysisId> {
  const id = await house.agent.start(question);
  const analysis = await house.settled(id);
  expect(rows(id).checkpoints).toBeGreaterThan(0);
  await house.approve(analysis.waitingFor!);
  return id;
}

it("an analysis that finished leaves its row and its requests, and no positions of the graph", async () => {
  const id = await asked("What is 0 + 2?");
  await vi.waitFor(() => expect(house.agent.get(id).state).toBe("finished"));
  await vi.waitFor(() => expect(rows(id)).toEqual({ checkpoints: 0, channel_values: 0, writes: 0 }));
  expect(house.agent.get(id).answer).toBeTruthy();
});

it("of one that failed only where it stands is left, and it is taken up from there", async () => {
  const perform = house.runs.perform.bind(house.runs);
  house.runs.perform = (_run, claim) => {
    claim.start();
    return Promise.reject(
      new CountersignError("engine-stopped", { message: "It stopped.", next: "Start it." }),
    );
  };
  const id = await asked("What is 0 + 2?");
  await vi.waitFor(() => expect(house.agent.get(id).state).toBe("failed"));
  // The analysis' own thread and its step's.
  await vi.waitFor(() => expect(rows(id).checkpoints).toBe(2));
  house.runs.perform = perform;
  house.agent.retry(id);
  const again = await house.settled(id);
  await house.approve(again.waitingFor!);
  await vi.waitFor(() => expect(house.agent.get(id).state).toBe("finished"));
});

it("what an older build kept of analyses that ended goes step by step, and of others where they stand stays", async () => {
  const [finished, waiting] = [await asked("What is 0 + 2?"), await house.agent.start("What is 1 + 2?")];
  await vi.waitFor(() => expect(rows(finished).checkpoints).toBe(0));
  await house.settled(waiting);
  await house.close();
  const before = rows(waiting);
  leaveOldPositions(finished);
  expect(rows(finished)).toEqual({ checkpoints: 3, channel_values: 3, writes: 3 });
  house = openScriptedAgent(folder.path);
  house.agent.resume();
  await vi.waitFor(() => expect(rows(finished)).toEqual({ checkpoints: 0, channel_values: 0, writes: 0 }));
  expect(rows(waiting)).toEqual(before);
  await house.approve(house.agent.get(waiting).waitingFor!);
  await vi.waitFor(() => expect(house.agent.get(waiting).state).toBe("finished"));
});

/** As builds did that removed nothing. */
function leaveOldPositions(thread: AnalysisId): void {
  const database = new DatabaseSync(join(folder.path, "countersign.db"));
  for (const n of [1, 2, 3]) {
    database
      .prepare("INSERT INTO checkpoints VALUES (?, '', ?, NULL, 'json', x'7b7d', x'7b7d')")
      .run(thread, `checkpoint-${n}`);
    database
      .prepare("INSERT INTO channel_values VALUES (?, '', 'c', ?, 'json', x'7b7d')")
      .run(thread, `${n}`);
    database
      .prepare("INSERT INTO writes VALUES (?, '', ?, 't', 0, '', 'c', 'json', x'7b7d')")
      .run(thread, `checkpoint-${n}`);
  }
  database.close();
}

it("an analysis takes at most 8 kB of the database", async () => {
  const finished = async (n: number): Promise<void> => {
    const id = await asked(`What is ${n} + 2?`);
    await vi.waitFor(() => expect(rows(id).checkpoints).toBe(0));
  };
  await finished(0);
  const before = size("before.db");
  for (let n = 1; n <= 10; n += 1) await finished(n);
  expect((size("after.db") - before) / 10).toBeLessThan(8_192);
});
