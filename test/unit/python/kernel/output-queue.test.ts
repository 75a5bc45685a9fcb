import { describe, expect, it } from "vitest";
import { OutputQueue } from "../../../../src/python/kernel/output-queue.ts";

const LARGE = 10 * 1024 * 1024;

describe("a queue of outputs", () => {
  it("lets its writer go on only once the reader is done with what is large", async () => {
    const said: string[] = [];
    const queue = new OutputQueue<number>(
      () => said.push("pause"),
      () => said.push("resume"),
      (size) => size,
    );
    const reader = queue[Symbol.asyncIterator]();
    queue.push(LARGE);
    expect((await reader.next()).value).toBe(LARGE);
    expect(said).toEqual(["pause"]);
    const next = reader.next();
    await Promise.resolve();
    expect(said).toEqual(["pause", "resume"]);
    queue.push(1);
    expect((await next).value).toBe(1);
  });

  it("pauses its writer where many wait, until half of them are read", async () => {
    const [paused, resumed]: [number[], number[]] = [[], []];
    let [pushed, read] = [0, 0];
    const queue = new OutputQueue<number>(
      () => paused.push(pushed),
      () => resumed.push(read),
    );
    while (paused.length === 0) queue.push((pushed += 1));
    queue.end();
    for await (const value of queue) read = value;
    expect(paused).toEqual([2_000]);
    expect(resumed).toEqual([1_000]);
  });
});
