import { describe, expect, it } from "vitest";
import type { DataItem, DataSource } from "../../../src/data/data-source.ts";
import { retrieve } from "../../../src/data/retrieval.ts";

const { signal } = new AbortController();
const query = { question: "What is there?" };
const item: DataItem = { title: "a", text: "b" };
const never = new Promise<never>(() => undefined);
const source = (name: string, work: DataSource["retrieve"], deadline = 5_000): DataSource => ({
  name,
  deadline,
  retrieve: work,
});

describe("retrieval", () => {
  it("asks all sources at once", async () => {
    let waiting = 0;
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    // Each answers only once both have been asked: one after the other would end at the deadline.
    const meeting = async () => {
      waiting += 1;
      if (waiting === 2) open();
      await gate;
      return { items: [item] };
    };
    const answers = await retrieve([source("one", meeting), source("two", meeting)], query, signal);
    expect(answers.map(({ source: name, state }) => [name, state])).toEqual([
      ["one", "ok"],
      ["two", "ok"],
    ]);
  });

  it("survives a source that fails, one that is late, and one that throws at once", async () => {
    const answers = await retrieve(
      [
        source("fails", () => Promise.reject(new Error("the disk is gone"))),
        source("late", () => never, 20),
        source("throws", () => {
          throw new Error("at once");
        }),
        source("well", () => Promise.resolve({ items: [item] })),
      ],
      query,
      signal,
    );
    expect(answers).toMatchObject([
      { source: "fails", state: "failed", reason: "the disk is gone" },
      { source: "late", state: "timed-out", reason: "no answer within 20 ms" },
      { source: "throws", state: "failed", reason: "at once" },
      { source: "well", state: "ok", items: [item] },
    ]);
  });

  it("tells a source that its time is over", async () => {
    let told = false;
    const listens = source(
      "listens",
      (_query, over) =>
        new Promise((_resolve, reject) => {
          over.addEventListener("abort", () => {
            told = true;
            reject(new Error("stopped"));
          });
        }),
      20,
    );
    const [answer] = await retrieve([listens], query, signal);
    expect([told, answer?.state]).toEqual([true, "timed-out"]);
  });

  it("is cancelled as a whole", async () => {
    const stop = new AbortController();
    const asked = retrieve([source("slow", () => never)], query, stop.signal);
    stop.abort();
    await expect(asked).rejects.toMatchObject({ code: "cancelled" });
  });
});
