import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AnalysisId } from "../../../src/agent/analysis.ts";
import type { ActionKind } from "../../../src/approval/action-kind.ts";
import { CountersignError } from "../../../src/errors.ts";
import type { MemoryEntry } from "../../../src/memory/memory-entry.ts";
import {
  openScriptedAgent,
  RecordedRuns,
  temporaryFolder,
  type AgentOptions,
  type Answers,
  type Opened,
} from "./support.ts";

describe("an analysis", () => {
  let folder: ReturnType<typeof temporaryFolder>;
  const opened: Opened[] = [];

  function open(answers: Answers = {}, options: Omit<AgentOptions, "answers"> = {}): Opened {
    const house = openScriptedAgent(folder.path, { answers, ...options });
    opened.push(house);
    return house;
  }

  async function waiting(house: Opened, id: AnalysisId) {
    const analysis = await house.settled(id);
    expect(analysis).toMatchObject({ state: "waiting" });
    return house.inbox.get(analysis.waitingFor!);
  }

  /** Approves whatever waits until the analysis has ended. */
  async function approveAll(house: Opened, id: AnalysisId) {
    for (;;) {
      const analysis = await house.settled(id);
      if (analysis.state !== "waiting") return analysis;
      await house.approve(analysis.waitingFor!);
      await vi.waitFor(() => {
        const now = house.agent.get(id);
        expect(now.state === "waiting" && now.waitingFor === analysis.waitingFor).toBe(false);
      });
    }
  }

  beforeEach(() => {
    folder = temporaryFolder();
  });

  afterEach(async () => {
    for (const house of opened.splice(0)) await house.close();
    folder.remove();
  });

  it("waits for a person, runs what was approved, and answers from what it found", async () => {
    const house = open({}, { context: "data/co2.csv: 703 rows" });
    const id = await house.agent.start("What is 0 + 2?");
    const request = await waiting(house, id);
    expect(request.context).toMatchObject({
      question: "What is 0 + 2?",
      objective: "know the sum",
      attempt: 1,
    });
    expect(house.runs.ran).toEqual([]);

    await house.approve(request.id);
    const done = await vi.waitFor(() => {
      const analysis = house.agent.get(id);
      expect(analysis.state).toBe("finished");
      return analysis;
    });
    expect(done).toMatchObject({ answer: "The sum is 2.", notebook: "/runs/1/notebook.ipynb" });
    expect(house.runs.ran).toEqual(["results = {'sum': 0 + 2}"]);
    expect(house.model.textsFor("python")[0]).toContain("data/co2.csv: 703 rows");
    expect(house.model.textsFor("answer")[0]).toContain('{"sum": 2}');
  });

  it("refuses an empty question and asks no model", async () => {
    const house = open();
    await expect(house.agent.start("  \n")).rejects.toMatchObject({ code: "question-empty" });
    expect(house.model.asked).toEqual([]);
  });

  it("asks back where the task is not clear, and proposes nothing", async () => {
    const house = open({ task: () => ({ task: "?", kind: "clarify", clarification: "Which year?" }) });
    const done = await house.settled(await house.agent.start("How much?"));
    expect(done).toMatchObject({ state: "finished", answer: "Which year?" });
    expect(house.inbox.recent(10)).toEqual([]);
  });

  it("takes a run-time error back to generation, and gives up after three", async () => {
    const house = open();
    house.runs.raises.push("'Rain'", "'Rain again'", "'still Rain'");
    const done = await approveAll(house, await house.agent.start("How wet?"));
    expect(done.state).toBe("failed");
    expect(done.answer).toContain("'still Rain'");
    expect(house.runs.ran).toHaveLength(3);
    expect(house.model.textsFor("python")[1]).toContain("KeyError: 'Rain'");
  });

  it("has one budget of attempts for all steps, as configured", async () => {
    const steps = [{ purpose: "first" }, { purpose: "second" }];
    const settings = { "framework.generation.attempts": 2 };
    const house = open({ plan: () => ({ objective: "both", steps }) }, { settings });
    house.runs.raises.push("'Rain'", undefined, "'Rain again'");
    const done = await approveAll(house, await house.agent.start("How wet?"));
    expect(done).toMatchObject({ state: "failed" });
    expect(done.answer).toContain("2 attempts failed");
    expect(house.runs.ran).toHaveLength(3);
  });

  it("stops before a question to the model that its tokens do not cover, and goes on once there are more", async () => {
    const settings = { "framework.generation.tokens_per_analysis": 1_000 };
    const context = "x".repeat(3_000);
    const house = open({}, { settings, context });
    const id = await house.agent.start("How wet?");
    const done = await house.settled(id);
    expect(done).toMatchObject({ state: "failed", error: { code: "budget-spent" } });
    expect(done.error?.next).toContain("countersign.generation");
    expect(house.model.asked.map(({ answer }) => answer)).toEqual(["task"]);
    await house.close();
    opened.splice(0);

    const more = open({}, { settings: { "framework.generation.tokens_per_analysis": 100_000 }, context });
    more.agent.retry(id);
    await waiting(more, id);
    expect(more.model.asked.map(({ answer }) => answer)).toEqual(["plan", "python"]);
  });

  it("counts no revision that a person asks for", async () => {
    const settings = { "framework.generation.tokens_per_analysis": 4_000 };
    const house = open({}, { settings });
    const id = await house.agent.start("How wet?");
    for (let time = 0; time < 3; time += 1) {
      const request = await waiting(house, id);
      await house.inbox.decline(request.id, { verdict: "revise", comment: "y".repeat(8_000) });
      await vi.waitFor(() => expect(house.agent.get(id).waitingFor).not.toBe(request.id));
    }
    expect(await waiting(house, id)).toMatchObject({ state: "requested" });
  });

  it("tells the model what is installed where the code will run", async () => {
    const house = open();
    await waiting(house, await house.agent.start("How wet?"));
    expect(house.model.textsFor("python")[0]).toContain("the standard library, numpy 2.3.1");
  });

  it("tells the model how a table is handed on, by what the sandbox has for it", async () => {
    const plain = open();
    await waiting(plain, await plain.agent.start("How wet?"));
    expect(plain.model.textsFor("python")[0]).toContain('pd.read_csv("table.csv")');
    const house = open();
    house.runs.packages = ["pandas 3.1.1", "pyarrow 26.0.1"];
    await waiting(house, await house.agent.start("How dry?"));
    expect(house.model.textsFor("python")[0]).toContain('pd.read_parquet("table.parquet")');
  });

  it("repairs what failed, and links the second request to the first", async () => {
    const house = open();
    house.runs.raises.push("'Rain'");
    const done = await approveAll(house, await house.agent.start("How wet?"));
    expect(done.state).toBe("finished");
    const [second, first] = house.inbox.recent(2);
    expect(second?.context).toMatchObject({ attempt: 2, previous: first?.id });
  });

  it("never generates again after a rejection", async () => {
    const house = open();
    const id = await house.agent.start("What is 0 + 2?");
    const request = await waiting(house, id);
    await house.inbox.decline(request.id, { verdict: "reject", reason: "not today" });
    await vi.waitFor(() => expect(house.agent.get(id).state).toBe("cancelled"));
    expect(house.agent.get(id).answer).toContain("not today");
    expect(house.runs.ran).toEqual([]);
    expect(house.model.textsFor("python")).toHaveLength(1);
  });

  it("gives a revision's comment to the model, as often as a person likes", async () => {
    const house = open();
    const id = await house.agent.start("What is 0 + 2?");
    for (const comment of ["one", "two", "three", "four"]) {
      const request = await waiting(house, id);
      await house.inbox.decline(request.id, { verdict: "revise", comment: `more of ${comment}` });
      await vi.waitFor(() => expect(house.agent.get(id).waitingFor).not.toBe(request.id));
    }
    await waiting(house, id);
    expect(house.model.textsFor("python").at(-1)).toContain("more of four");
    expect(house.runs.ran).toEqual([]);
  });

  it("shows nobody code that does not parse", async () => {
    const broken = { code: "def (", purpose: "p", expectedResults: "", mode: "read_only" };
    const house = open({ python: () => broken });
    const done = await house.settled(await house.agent.start("What?"));
    expect(done.state).toBe("failed");
    expect(done.answer).toContain("invalid syntax");
    expect(house.inbox.recent(10)).toEqual([]);
    expect(house.model.textsFor("python")).toHaveLength(3);
  });

  it("runs the steps of a plan one after the other", async () => {
    const steps = [{ purpose: "first" }, { purpose: "second" }];
    const house = open({ plan: () => ({ objective: "both", steps }) });
    const done = await approveAll(house, await house.agent.start("Both?"));
    expect(done.state).toBe("finished");
    expect(house.inbox.recent(5).map(({ action }) => action.subject)).toEqual(["second", "first"]);
    expect(house.runs.ran).toHaveLength(2);
  });

  it("keeps an analysis that a model failed, and goes on from there", async () => {
    const unreachable = new CountersignError("model-unreachable", {
      message: "No answer.",
      next: "Try again.",
    });
    const house = open({
      plan: (_, times) => {
        if (times === 0) throw unreachable;
        return { objective: "o", steps: [{ purpose: "p" }] };
      },
    });
    const id = await house.agent.start("What?");
    const failed = await house.settled(id);
    expect(failed).toMatchObject({
      state: "failed",
      error: { code: "model-unreachable", next: "Try again." },
    });
    house.agent.retry(id);
    await waiting(house, id);
    expect(house.model.textsFor("task")).toHaveLength(1);
  });

  it("withdraws what waits when it is cancelled", async () => {
    const house = open();
    const id = await house.agent.start("What is 0 + 2?");
    const request = await waiting(house, id);
    house.agent.cancel(id);
    expect(house.inbox.get(request.id).state).toBe("withdrawn");
    expect(house.agent.get(id).state).toBe("cancelled");
  });

  it("leaves nothing that asks when it is cancelled while a request is being filed", async () => {
    const house = open();
    const filing = Promise.withResolvers<undefined>();
    const cancelled = Promise.withResolvers<undefined>();
    house.runs.assess = async () => {
      filing.resolve(undefined);
      await cancelled.promise;
      return RecordedRuns.prototype.assess.call(house.runs);
    };
    const id = await house.agent.start("What is 0 + 2?");
    await filing.promise;
    house.agent.cancel(id);
    cancelled.resolve(undefined);
    await vi.waitFor(() => expect(house.inbox.recent(1)[0]?.state).toBe("withdrawn"));
    expect(house.inbox.waiting()).toEqual([]);
    expect(house.agent.get(id).state).toBe("cancelled");
  });

  it("is said to run while what was approved runs", async () => {
    const house = open();
    const running = Promise.withResolvers<undefined>();
    const ended = Promise.withResolvers<undefined>();
    const perform = house.runs.perform.bind(house.runs);
    house.runs.perform = async (payload, claim) => {
      running.resolve(undefined);
      await ended.promise;
      return perform(payload, claim);
    };
    const id = await house.agent.start("What is 0 + 2?");
    await house.approve((await waiting(house, id)).id);
    await running.promise;
    expect(house.agent.get(id)).toMatchObject({ state: "running" });
    expect(house.agent.get(id).waitingFor).toBeUndefined();
    ended.resolve(undefined);
    await vi.waitFor(() => expect(house.agent.get(id).state).toBe("finished"));
  });

  it("goes on after the window was closed while it waited, in another that hears the decision", async () => {
    const first = open();
    const id = await first.agent.start("What is 0 + 2?");
    const request = await waiting(first, id);
    await first.close();
    opened.splice(0);

    const second = open();
    second.agent.resume();
    await second.approve(request.id);
    await vi.waitFor(() => expect(second.agent.get(id).state).toBe("finished"));
    expect(second.runs.ran).toHaveLength(1);
  });

  /** With the state directory, somebody who is not Countersign changes the graph's position. */
  function tamper(sql: string): void {
    const database = new DatabaseSync(join(folder.path, "countersign.db"));
    database.exec(sql);
    database.close();
  }

  it("runs what was approved in the inbox, whatever its checkpoints were made to say", async () => {
    const first = open();
    const id = await first.agent.start("What is 0 + 2?");
    const request = await waiting(first, id);
    await first.close();
    opened.splice(0);
    const columns = { checkpoints: "checkpoint", channel_values: "value", writes: "value" };
    for (const [table, column] of Object.entries(columns))
      tamper(
        `UPDATE ${table} SET ${column} = CAST(replace(CAST(${column} AS TEXT), 'results', 'pwned12') AS BLOB)`,
      );

    const second = open();
    second.agent.resume();
    await second.approve(request.id);
    await vi.waitFor(() => expect(second.agent.get(id).state).not.toBe("waiting"));
    await second.settled(id);
    const { code } = request.action.payload as { readonly code: string };
    expect(code).toContain("results");
    expect(second.runs.ran.filter((ran) => ran !== code)).toEqual([]);
    expect(second.runs.ran.length).toBeLessThanOrEqual(1);
  });

  it("without any of its checkpoints leaves the inbox as it was: it is decided about and done there", async () => {
    const first = open();
    const request = await waiting(first, await first.agent.start("What is 0 + 2?"));
    await first.close();
    opened.splice(0);
    tamper("DELETE FROM checkpoints; DELETE FROM channel_values; DELETE FROM writes");

    const second = open();
    const { inbox, runs } = second;
    expect(inbox.waiting().map(({ id, hash }) => [id, hash])).toEqual([[request.id, request.hash]]);
    await second.approve(request.id);
    expect((await inbox.perform(request.id, new AbortController().signal)).state).toBe("finished");
    expect(runs.ran).toHaveLength(1);
    expect(inbox.ledger.verify()).toMatchObject({ ok: true });
  });

  it("runs once where two windows hear the same decision", async () => {
    const first = open();
    const second = open();
    const id = await first.agent.start("What is 0 + 2?");
    const request = await waiting(first, id);
    await first.approve(request.id);
    await vi.waitFor(() => expect(second.agent.get(id).state).toBe("finished"));
    expect([...first.runs.ran, ...second.runs.ran]).toHaveLength(1);
    expect(first.inbox.ledger.verify()).toMatchObject({ ok: true });
  });

  it("remembers questions, newest first and each once", async () => {
    const house = open();
    for (const question of ["one", "two", "one"]) await house.agent.start(question);
    expect(house.agent.questions(5)).toEqual(["one", "two"]);
  });

  it("asks whether to remember, after the answer and apart from it", async () => {
    const memory = { title: "Sums", text: "They are small." };
    const house = open({ answer: () => ({ text: "2", memory }) });
    const remembered: unknown[] = [];
    house.inbox.register(recordedMemory(remembered));
    const id = await house.agent.start("What is 0 + 2?");
    await house.approve((await waiting(house, id)).id);
    await vi.waitFor(() => expect(house.agent.get(id).state).toBe("finished"));
    const request = await vi.waitFor(() => house.inbox.waiting()[0]!);
    expect(request.action).toMatchObject({ kind: "memory-entry", payload: { ...memory, analysisId: id } });
    expect(remembered).toEqual([]);

    await house.approve(request.id);
    await vi.waitFor(() => expect(remembered).toEqual([{ ...memory, analysisId: id }]));
  });
});

/** Stands where the memory is: keeps what would be stored. */
function recordedMemory(remembered: unknown[]): ActionKind<MemoryEntry, null> {
  const isolation = { level: "none" as const, networks: [], summary: "stored in this workspace" };
  return {
    kind: "memory-entry",
    version: 1,
    parse: (payload) => payload as MemoryEntry,
    assess: () => Promise.resolve({ effects: [], findings: [], isolation, summary: "remembers" }),
    text: ({ text }) => text,
    amend: (payload, text) => ({ ...payload, text }),
    observe: (payload) => Promise.resolve(payload),
    perform: (payload, claim) => {
      claim.start();
      remembered.push(payload);
      return Promise.resolve(null);
    },
  };
}
