import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { checkLedger } from "../../src/approval/ledger/ledger-check.ts";
import { Bench as House, context, never, note } from "../unit/approval/bench.ts";
import type { Bench } from "./bench.ts";
import { atLeast, atMost, toRow, type Row } from "./rows.ts";
import { p95 } from "./statistics.ts";

const DECISIONS = 200;
const PAST = 10_000;
const OPENINGS = 20;
const CHECKS = 5;

/** What an approval costs: from decision to claim, an inbox with a long past, and how fast its ledger is verified. */
export const approvals: Bench = {
  run: async (say, signal) => {
    const folder = await mkdtemp(join(tmpdir(), "countersign-bench-"));
    try {
      const claimed = await decisionToClaim(folder, signal);
      say(`filing ${PAST} requests`);
      await fill(folder, signal);
      return [...claimed, await opening(folder), await verification(folder)];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** The peer is what a promise on paper costs at least: one row, committed to the disk. */
async function decisionToClaim(folder: string, signal: AbortSignal): Promise<readonly Row[]> {
  const house = new House(folder);
  const paper = new DatabaseSync(join(folder, "paper.db"));
  paper.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE notes (text TEXT)");
  const [ours, peer]: [number[], number[]] = [[], []];
  for (let n = 0; n < DECISIONS; n += 1) {
    signal.throwIfAborted();
    const { id } = await house.asked(`decision ${n}`);
    const { proof } = await house.inbox.show(id, never);
    let claimed = 0;
    house.kind.perform = (_, claim) => {
      claimed = performance.now();
      claim.start();
      return Promise.resolve("done");
    };
    const start = performance.now();
    await house.inbox.decide(id, { verdict: "approve" }, proof);
    await house.inbox.perform(id, never);
    ours.push(claimed - start);
    const before = performance.now();
    paper.prepare("INSERT INTO notes (text) VALUES (?)").run(id);
    peer.push(performance.now() - before);
  }
  await house.close();
  paper.close();
  const measured = { unit: "ms", goal: atMost(10, "ms") };
  const name = "one row committed";
  return [
    toRow({ ...measured, name: "decision-to-claimed", ours, peer: { name, values: peer } }),
    toRow({
      ...measured,
      name: "decision-to-claimed-p95",
      ours: [p95(ours)],
      peer: { name, values: [p95(peer)] },
    }),
  ];
}

/** Nobody waits for the disk while the past is made up. */
async function fill(folder: string, signal: AbortSignal): Promise<void> {
  const house = new House(folder);
  house.database.exec("PRAGMA synchronous = OFF");
  for (let n = 0; n < PAST; n += 1) {
    signal.throwIfAborted();
    const { id } = await house.inbox.request(note(`past ${n}`), `past ${n}`, context);
    await house.inbox.decline(id, { verdict: "reject", reason: "past" });
  }
  await house.close();
}

async function opening(folder: string): Promise<Row> {
  const ours: number[] = [];
  for (let n = 0; n < OPENINGS; n += 1) {
    const start = performance.now();
    const house = new House(folder);
    house.inbox.waiting();
    house.inbox.recent(200);
    ours.push(performance.now() - start);
    await house.close();
  }
  return toRow({ name: "inbox-with-10000-requests-opens", unit: "ms", ours, goal: atMost(100, "ms") });
}

async function verification(folder: string): Promise<Row> {
  const house = new House(folder);
  const ours: number[] = [];
  for (let n = 0; n < CHECKS; n += 1) {
    const start = performance.now();
    const { verdict } = await checkLedger(house.database.path, house.inbox.keptHead?.read());
    if (!verdict.ok) throw new Error(verdict.reason);
    ours.push(verdict.rows / ((performance.now() - start) / 1000));
  }
  await house.close();
  return toRow({ name: "ledger-rows-verified", unit: "rows/s", ours, goal: atLeast(20_000, "rows/s") });
}
