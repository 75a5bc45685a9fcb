import { describe, expect, it } from "vitest";
import { OutputQueue } from "../../../src/python/kernel/output-queue.ts";
import { withinLimits } from "../../../src/python/limited.ts";
import type { Output } from "../../../src/python/python-run.ts";

const said = (text: string): Output => ({ type: "stream", stream: "stdout", text });

/** A kernel that answers an interrupt with what it is told to. */
function kernel(onInterrupt: (queue: OutputQueue<Output>) => void) {
  const queue = new OutputQueue<Output>();
  const interrupt = (): Promise<void> => {
    onInterrupt(queue);
    return Promise.resolve();
  };
  return { queue, sandbox: { interrupt, abandon: (reason: Error) => queue.fail(reason) } };
}

async function read(outputs: AsyncIterable<Output>): Promise<{ texts: string[]; error: unknown }> {
  const texts: string[] = [];
  try {
    for await (const output of outputs) texts.push(output.type === "stream" ? output.text : output.type);
    return { texts, error: undefined };
  } catch (error) {
    return { texts, error };
  }
}

describe("a run within its limits", () => {
  it("passes everything on to the end", async () => {
    const { queue, sandbox } = kernel(() => undefined);
    queue.push(said("a"));
    queue.push({ type: "ended", status: "ok" });
    queue.end();
    const ended = await read(withinLimits(queue, sandbox, 60, new AbortController().signal));
    expect(ended).toEqual({ texts: ["a", "ended"], error: undefined });
  });

  it("interrupts at the limit, and what comes of that still counts, but not as a good end", async () => {
    const { queue, sandbox } = kernel((interrupted) => {
      interrupted.push(said("tidied"));
      interrupted.push({ type: "ended", status: "ok" });
      interrupted.end();
    });
    queue.push(said("a"));
    const { texts, error } = await read(withinLimits(queue, sandbox, 0.01, new AbortController().signal));
    expect(texts).toEqual(["a", "tidied"]);
    expect(error).toMatchObject({ code: "time-limit" });
  });

  it.each([
    [{ status: "ok", seconds: 0.005 }, undefined],
    [{ status: "error", seconds: 0.005 }, "time-limit"],
    [{ status: "ok", seconds: 0.02 }, "time-limit"],
    [{ status: "ok" }, "time-limit"],
  ] as const)("told late of an end goes by how long the kernel says the code ran: %o", async (told, code) => {
    const { queue, sandbox } = kernel((interrupted) => {
      interrupted.push({ type: "ended", ...told });
      interrupted.end();
    });
    const { texts, error } = await read(withinLimits(queue, sandbox, 0.01, new AbortController().signal));
    expect(texts).toEqual(code === undefined ? ["ended"] : []);
    expect((error as { code?: string } | undefined)?.code).toBe(code);
  });

  it("is not past its limit with an error that it ended with long before", async () => {
    const { queue, sandbox } = kernel(() => undefined);
    const late = { ...sandbox, interrupt: () => Promise.resolve() };
    const slow = (async function* (): AsyncIterable<Output> {
      await new Promise((resolve) => setTimeout(resolve, 1_300));
      yield* queue;
    })();
    queue.push({ type: "ended", status: "error", seconds: 0.1 });
    queue.end();
    const { texts, error } = await read(withinLimits(slow, late, 1.2, new AbortController().signal));
    expect([texts, error]).toEqual([["ended"], undefined]);
  });

  it("waits no longer than the grace for a kernel that does not listen, or whose gateway fails", async () => {
    const { queue, sandbox } = kernel(() => {
      throw new Error("gateway gone");
    });
    queue.push(said("a"));
    const failing = { ...sandbox, interrupt: () => Promise.reject(new Error("gateway gone")) };
    const { texts, error } = await read(withinLimits(queue, failing, 0.01, new AbortController().signal));
    expect([texts, error]).toEqual([["a"], expect.objectContaining({ code: "time-limit" })]);
  });

  it("ends at once when it is cancelled", async () => {
    const cancel = new AbortController();
    const { queue, sandbox } = kernel(() => undefined);
    queue.push(said("a"));
    const reading = read(withinLimits(queue, sandbox, 60, cancel.signal));
    cancel.abort();
    expect(await reading).toEqual({
      texts: ["a"],
      error: expect.objectContaining({ code: "cancelled" }) as unknown,
    });
  });
});

describe("the queue of outputs", () => {
  it("asks the writer to pause while the reader is behind, and to go on once it is not", async () => {
    const told: string[] = [];
    const queue = new OutputQueue<number>(
      () => told.push("pause"),
      () => told.push("resume"),
    );
    for (let n = 0; n < 5_000; n += 1) queue.push(n);
    queue.end();
    const values: number[] = [];
    for await (const value of queue) values.push(value);
    expect(values).toEqual(Array.from({ length: 5_000 }, (_, n) => n));
    expect(told).toEqual(["pause", "resume"]);
  });

  it("asks for a pause after a few large ones too", async () => {
    const told: string[] = [];
    const queue = new OutputQueue<number>(
      () => told.push("pause"),
      () => told.push("resume"),
      (megabytes) => megabytes * 1024 * 1024,
    );
    for (const megabytes of [3, 3, 3, 3]) {
      queue.push(megabytes);
      told.push("pushed");
    }
    queue.end();
    for await (const value of queue) expect(value).toBe(3);
    expect(told).toEqual(["pushed", "pushed", "pause", "pushed", "pushed", "resume"]);
  });

  it("keeps nothing for a reader who left", async () => {
    const told: string[] = [];
    const queue = new OutputQueue<number>(() => told.push("pause"));
    queue.push(1);
    for await (const value of queue) if (value === 1) break;
    for (let n = 0; n < 5_000; n += 1) queue.push(n);
    expect(told).toEqual([]);
  });

  it("takes nothing after its end", async () => {
    const queue = new OutputQueue<number>();
    queue.push(1);
    queue.fail(new Error("lost"));
    queue.push(2);
    queue.end();
    const values: number[] = [];
    await expect(
      (async () => {
        for await (const value of queue) values.push(value);
      })(),
    ).rejects.toThrow("lost");
    expect(values).toEqual([1]);
  });
});
