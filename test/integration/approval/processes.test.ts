import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import type { RequestId } from "../../../src/approval/decisions.ts";
import { Bench } from "../../unit/approval/bench.ts";
import type { Command } from "./window.ts";

interface Told {
  readonly answer?: unknown;
  readonly error?: string;
  readonly at?: string;
}

const WINDOW = fileURLToPath(new URL("window.ts", import.meta.url));

/** A process of its own with the same database. */
class Window {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor(folder: string) {
    this.child = spawn(process.execPath, [WINDOW, folder], { stdio: ["pipe", "pipe", "inherit"] });
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  async tell(command: Command): Promise<Told> {
    this.child.stdin!.write(`${JSON.stringify(command)}\n`);
    const { value } = (await this.lines.next()) as IteratorResult<string, string>;
    return JSON.parse(value) as Told;
  }

  /** From outside, without a chance to say anything: kill −9. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGKILL");
    await once(this.child, "exit");
  }
}

function workspace(): { folder: string; open: () => Window; watch: () => Bench; done: () => string[] } {
  const folder = mkdtempSync(join(tmpdir(), "countersign-test-"));
  const windows: Window[] = [];
  const benches: Bench[] = [];
  onTestFinished(async () => {
    await Promise.all(windows.map((window) => window.kill()));
    await Promise.all(benches.map((bench) => bench.close()));
    rmSync(folder, { recursive: true, force: true });
  });
  const made = <T>(list: T[], value: T) => (list.push(value), value);
  const log = join(folder, "done.txt");
  return {
    folder,
    open: () => made(windows, new Window(folder)),
    watch: () => made(benches, inRealTime(new Bench(folder))),
    done: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),
  };
}

/** By the clock of the processes that are watched: one that is behind would look as if it had been set back. */
function inRealTime(bench: Bench): Bench {
  bench.clock.now = () => Date.now();
  return bench;
}

/** A request asked for and approved in a process that is then killed. */
async function approvedByTheDead(open: () => Window): Promise<RequestId> {
  const window = open();
  const { answer: id } = await window.tell({ do: "ask", key: "the note" });
  await window.tell({ do: "approve", id: id as string });
  await window.kill();
  return id as RequestId;
}

/** A request whose window is killed after it has started. */
async function startedByTheDead(open: () => Window): Promise<RequestId> {
  const id = await approvedByTheDead(open);
  const window = open();
  await window.tell({ do: "perform", id, stopAt: "started" });
  await window.kill();
  return id;
}

const started = (bench: Bench, id: RequestId) => bench.types(id).filter((type) => type === "started").length;
const finished = { answer: { state: "finished", result: "the note" } };

describe("two processes", () => {
  it("that race to perform one approved request do it once, in every one of many rounds", async () => {
    const { open, watch, done } = workspace();
    const [bench, a, b] = [watch(), open(), open()];
    const rounds = 60;
    for (let round = 0; round < rounds; round += 1) {
      const id = await bench.approved(`round ${round}`);
      const command = { do: "perform", id } as const;
      const [first, second] = await Promise.all([a.tell(command), b.tell(command)]);
      expect(first).toEqual({ answer: { state: "finished", result: `round ${round}` } });
      expect(second).toEqual(first);
      expect(started(bench, id)).toBe(1);
    }
    expect(done()).toEqual(Array.from({ length: rounds }, (_, round) => `round ${round}`));
    const owners = bench.database.all("SELECT DISTINCT owner ->> 'pid' AS pid FROM claims");
    // Neither is always the faster one, or the race would prove nothing.
    expect(owners).toHaveLength(2);
    expect(bench.inbox.ledger.verify()).toMatchObject({ ok: true, rows: rounds * 5 });
  });

  it("that file the same step's request at once have one", async () => {
    const { open, watch } = workspace();
    const windows = [open(), open(), open()];
    const told = await Promise.all(windows.map((window) => window.tell({ do: "ask", key: "same" })));
    expect(new Set(told.map(({ answer }) => answer)).size).toBe(1);
    expect(watch().inbox.waiting()).toHaveLength(1);
  });
});

describe("after kill −9", () => {
  it("between the decision and the run, another process completes it with exactly one start", async () => {
    const { open, watch, done } = workspace();
    const id = await approvedByTheDead(open);
    const bench = watch();
    expect(bench.types(id)).toEqual(["requested", "decided"]);
    expect(await open().tell({ do: "perform", id })).toEqual(finished);
    expect(await open().tell({ do: "perform", id })).toEqual(finished);
    expect(started(bench, id)).toBe(1);
    expect(done()).toEqual(["the note"]);
  });

  it("of the one that claimed and did not start, the approval is taken up by another", async () => {
    const { open, watch, done } = workspace();
    const id = await approvedByTheDead(open);
    const first = open();
    expect(await first.tell({ do: "perform", id, stopAt: "claimed" })).toEqual({ at: "claimed" });
    await first.kill();
    const bench = watch();
    expect(await open().tell({ do: "perform", id })).toEqual(finished);
    expect(bench.types(id)).toEqual([
      ...["requested", "decided", "claimed", "reclaimed", "claimed", "started", "outcome"],
    ]);
    expect(done()).toEqual(["the note"]);
  });

  it.each([
    ["started", []],
    ["done", ["the note"]],
  ] as const)(
    "of the one that had %s it, the outcome is unknown and nothing runs again",
    async (stopAt, lines) => {
      const { open, watch, done } = workspace();
      const id = await approvedByTheDead(open);
      const first = open();
      expect(await first.tell({ do: "perform", id, stopAt })).toEqual({ at: stopAt });
      await first.kill();
      const second = open();
      expect(await second.tell({ do: "recover" })).toEqual({ answer: [id] });
      expect(await second.tell({ do: "perform", id })).toMatchObject({
        answer: { state: "outcome-unknown" },
      });
      expect(started(watch(), id)).toBe(1);
      expect(done()).toEqual(lines);
    },
  );

  it("of the one that had started it, what the world says became of it is how it ended", async () => {
    const { folder, open, watch, done } = workspace();
    const id = await startedByTheDead(open);
    const world = { state: "finished", result: "found" } as const;
    const told = await Promise.all([open(), open()].map((window) => window.tell({ do: "recover", world })));
    expect(told.map(({ answer }) => (answer as string[]).length).sort()).toEqual([0, 1]);
    expect(readFileSync(join(folder, "asked.txt"), "utf8")).toBe("asked\n");
    expect(await open().tell({ do: "perform", id })).toEqual({ answer: world });
    expect(started(watch(), id)).toBe(1);
    expect(done()).toEqual([]);
  });

  it("of the one that had started it, it is performed once more where it is proved that nothing ran", async () => {
    const { open, watch, done } = workspace();
    const id = await startedByTheDead(open);
    const told = await open().tell({ do: "perform", id, world: { state: "not-run" } });
    expect(told).toEqual(finished);
    expect(watch().types(id)).toEqual([
      ...["requested", "decided", "claimed", "started", "proved-not-run", "claimed", "started", "outcome"],
    ]);
    expect(done()).toEqual(["the note"]);
  });

  it("of the one that was finding out what became of it, another finds out", async () => {
    const { folder, open, watch } = workspace();
    const id = await startedByTheDead(open);
    const first = open();
    const interrupted = first.tell({ do: "recover", world: "never answers" }).catch(() => undefined);
    await expect.poll(() => existsSync(join(folder, "asked.txt")), { timeout: 30_000 }).toBe(true);
    await first.kill();
    await interrupted;
    const world = { state: "finished", result: "found" } as const;
    expect(await open().tell({ do: "perform", id, world })).toEqual({ answer: world });
    expect(watch().inbox.ledger.verify()).toMatchObject({ ok: true });
  });

  it("of the one that performs while another waits for it, the waiting one goes on", async () => {
    const { open, watch, done } = workspace();
    const id = await approvedByTheDead(open);
    const [first, second] = [open(), open()];
    expect(await first.tell({ do: "perform", id, stopAt: "claimed" })).toEqual({ at: "claimed" });
    const waiting = second.tell({ do: "perform", id });
    await first.kill();
    expect(await waiting).toEqual(finished);
    expect(started(watch(), id)).toBe(1);
    expect(done()).toEqual(["the note"]);
  });

  it("while the owner lives, nobody takes its claim", async () => {
    const { open, watch } = workspace();
    const id = await approvedByTheDead(open);
    const first = open();
    await first.tell({ do: "perform", id, stopAt: "claimed" });
    expect(await open().tell({ do: "recover" })).toEqual({ answer: [] });
    expect(watch().inbox.get(id).state).toBe("claimed");
  });
});
