import { describe, expect, it, onTestFinished } from "vitest";
import type { Json } from "../../../src/approval/actions.ts";
import type { RequestId } from "../../../src/approval/decisions.ts";
import type { Claim } from "../../../src/approval/claim.ts";
import { MEMORY_ENTRY, MEMORY_ENTRY_VERSION, type MemoryEntry } from "../../../src/memory/memory-entry.ts";
import { WorkspaceMemory } from "../../../src/memory/workspace-memory.ts";
import { bench, context, never, type Bench } from "../approval/support.ts";

const entry: MemoryEntry = {
  title: "Rain is in the column precipitation",
  text: "In data/seattle-weather.csv there is no column rain.",
  analysisId: "analysis-1",
};

function remembering(options: Parameters<typeof bench>[0] = {}): { window: Bench; memory: WorkspaceMemory } {
  const window = bench(options);
  const memory = new WorkspaceMemory({ database: window.database, clock: window.clock });
  onTestFinished(() => memory.dispose());
  window.inbox.register(memory.kind);
  return { window, memory };
}

async function asked(window: Bench, payload: MemoryEntry = entry): Promise<RequestId> {
  const action = {
    kind: MEMORY_ENTRY,
    version: MEMORY_ENTRY_VERSION,
    subject: payload.title,
    payload: payload as unknown as Json,
  };
  return (await window.inbox.request(action, `memory ${payload.title}`, context)).id;
}

async function remember(window: Bench, payload: MemoryEntry = entry): Promise<RequestId> {
  const id = await asked(window, payload);
  await window.approve(id);
  await window.inbox.perform(id, never);
  return id;
}

describe("an entry comes in by approval and in no other way", () => {
  it("is not there while it waits, nor after it was rejected", async () => {
    const { window, memory } = remembering();
    const id = await asked(window);
    expect(memory.entries()).toEqual([]);
    await window.inbox.decline(id, { verdict: "reject" });
    expect(await window.inbox.perform(id, never)).toMatchObject({ state: "rejected" });
    expect(memory.entries()).toEqual([]);
  });

  it("is stored once, with the approval that let it in", async () => {
    const { window, memory } = remembering();
    const id = await remember(window);
    const again = await window.inbox.perform(id, never);
    expect(again).toMatchObject({ state: "finished", result: { title: entry.title, requestId: id } });
    expect(memory.entries()).toEqual([
      { ...entry, id: expect.any(String) as string, requestId: id, createdAt: window.clock.time },
    ]);
    expect(window.types(id).filter((type) => type === "started")).toHaveLength(1);
  });

  it("is stored as the person edited it", async () => {
    const { window, memory } = remembering();
    const id = await asked(window);
    const text = "Seattle's rain\r\n\r\n  One line.\r\nAnother.  ";
    window.inbox.saveDraft(id, text);
    const shown = await window.inbox.show(id, never);
    expect(shown.assessment.summary).toBe("remembers “Seattle's rain”");
    await window.inbox.decide(id, { verdict: "approve-edited", text }, shown.proof);
    await window.inbox.perform(id, never);
    expect(memory.entries()[0]).toMatchObject({ title: "Seattle's rain", text: "One line.\nAnother." });
  });

  it("is not stored where the claim is not good, and neither is started where it cannot be stored", async () => {
    const { window, memory } = remembering();
    const lost = {
      requestId: "r",
      start: () => {
        throw new Error("claim-lost");
      },
    } as unknown as Claim;
    await expect(memory.kind.perform(entry, lost, never)).rejects.toThrow("claim-lost");
    window.database.exec(
      "CREATE TRIGGER full BEFORE INSERT ON memory_entries BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    const id = await asked(window);
    await window.approve(id);
    expect(await window.inbox.perform(id, never)).toMatchObject({ state: "failed" });
    expect(window.types(id)).not.toContain("started");
    expect(memory.entries()).toEqual([]);
  });
});

describe("what a person is shown", () => {
  it("is the text, and that nothing runs", async () => {
    const { window } = remembering();
    const shown = await window.inbox.show(await asked(window), never);
    expect(shown.text).toBe(`${entry.title}\n\n${entry.text}`);
    expect(shown.assessment).toMatchObject({
      effects: [],
      findings: [],
      summary: `remembers “${entry.title}”`,
    });
    expect(shown.assessment.isolation.networks).toEqual([]);
  });

  it("amending with the unchanged text changes nothing", () => {
    const { memory } = remembering();
    expect(memory.kind.amend(entry, memory.kind.text(entry))).toEqual(entry);
  });

  it.each([
    ["no title", { title: " ", text: "x" }],
    ["no text", { title: "x", text: " \n" }],
    ["two lines of title", { title: "x\ny", text: "x" }],
    ["a document", { title: "x", text: "x".repeat(4_001) }],
  ])("%s can never be approved", async (_name, part) => {
    const { memory } = remembering();
    expect((await memory.kind.assess({ ...entry, ...part }, never)).refusal).toEqual(expect.any(String));
  });

  it("a stored payload of another shape is refused", () => {
    const { memory } = remembering();
    expect(() => memory.kind.parse({ title: "x" })).toThrow(TypeError);
    expect(() => memory.kind.parse(null)).toThrow(TypeError);
  });
});

describe("later", () => {
  it("newest come first, and what is forgotten is gone", async () => {
    const { window, memory } = remembering();
    await remember(window);
    window.clock.time += 1;
    await remember(window, { ...entry, title: "Another" });
    expect(memory.entries().map(({ title }) => title)).toEqual(["Another", entry.title]);
    await memory.forget(memory.entries()[0]!.id);
    expect(memory.entries().map(({ title }) => title)).toEqual([entry.title]);
  });

  it("a change is told, in this window and in another", async () => {
    const one = remembering();
    const two = remembering({ beside: one.window });
    const heard = Promise.all(
      [one, two].map(({ memory }) => new Promise<void>((resolve) => memory.onDidChange(() => resolve()))),
    );
    await remember(one.window);
    await heard;
    expect(two.memory.entries()).toHaveLength(1);
  });

  it("changes of other tables are not told", async () => {
    const { window, memory } = remembering();
    let told = 0;
    memory.onDidChange(() => (told += 1));
    await asked(window);
    expect(told).toBe(0);
    const heard = new Promise<void>((resolve) => memory.onDidChange(() => resolve()));
    await remember(window);
    await heard;
    expect(told).toBe(1);
  });

  it("the model is given what has to do with the question, most relevant first", async () => {
    const { window, memory } = remembering();
    await remember(window, { ...entry, title: "Magnets", text: "QF1 is limited to 3 A." });
    await remember(window, { ...entry, title: "Seattle", text: "Four years of weather." });
    await remember(window);
    const { items } = await memory.source.retrieve({ question: "How much rain falls in Seattle?" }, never);
    expect(items.map(({ title }) => title)).toEqual([entry.title, "Seattle"]);
    expect((await memory.source.retrieve({ question: "Why?" }, never)).items).toEqual([]);
  });
});
