import { describe, expect, it, onTestFinished, vi } from "vitest";
import { SandboxPool } from "../../../../src/python/sandboxes/pool.ts";
import type { Sandbox, SandboxSpec } from "../../../../src/python/sandboxes/sandbox.ts";

const LIMITS = { seconds: 1, memoryMb: 1, cpus: 1, processes: 1, workingFolderMb: 1, outputMb: 1 };
const IDLE_MS = 60_000;
const GIGABYTE = 1024 ** 3;
const never = new AbortController().signal;

function spec(image: string, seconds = 1): SandboxSpec {
  const plain = { dataFolders: [], environment: {}, networks: [], control: null };
  return { image, kernelName: "python3", limits: { ...LIMITS, seconds }, ...plain };
}

interface Made {
  readonly image: string;
  alive: boolean;
  disposed: number;
}

function pool(size = 1, gate: Promise<void> = Promise.resolve()) {
  const made: Made[] = [];
  const warnings: string[] = [];
  const log = { debug: () => undefined, info: () => undefined, error: () => undefined };
  const create = async (wanted: SandboxSpec): Promise<Sandbox> => {
    const one: Made = { image: wanted.image, alive: true, disposed: 0 };
    made.push(one);
    await gate;
    if (wanted.image === "broken") throw new Error("cannot be made");
    return Object.assign(one, { dispose: () => void (one.disposed += 1) }) as unknown as Sandbox;
  };
  const warn = (message: string): void => void warnings.push(message);
  const memory = { free: 8 * GIGABYTE };
  const sandboxes = new SandboxPool({
    create,
    size: () => size,
    idleMs: () => IDLE_MS,
    freeMemory: () => memory.free,
    log: { ...log, warn },
  });
  return { made, warnings, memory, sandboxes };
}

describe("the pool of sandboxes", () => {
  it("hands out what it made in advance, each once, whatever the time limit", async () => {
    const { made, sandboxes } = pool();
    void sandboxes.keep([spec("a", 1)]);
    const first = await sandboxes.take(spec("a", 60), never);
    expect(made).toHaveLength(1);
    const second = await sandboxes.take(spec("a"), never);
    expect(made).toHaveLength(2);
    expect(second).not.toBe(first);
  });

  it("never hands out one that was made for something else, and ends it when nobody wants it", async () => {
    const { made, sandboxes } = pool();
    void sandboxes.keep([spec("a")]);
    await sandboxes.take(spec("b"), never);
    void sandboxes.keep([spec("b")]);
    await sandboxes.dispose();
    expect(made.map(({ image, disposed }) => [image, disposed])).toEqual([
      ["a", 1],
      ["b", 0],
      ["b", 1],
    ]);
  });

  it("says when the reserve is full, and not before", async () => {
    let open = (): void => undefined;
    const { sandboxes } = pool(2, new Promise<void>((resolve) => (open = resolve)));
    let full = false;
    const filling = sandboxes.keep([spec("a")]).then(() => (full = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(full).toBe(false);
    open();
    await filling;
    expect(full).toBe(true);
  });

  it("ends one that has died in reserve and makes another", async () => {
    const { made, sandboxes } = pool();
    void sandboxes.keep([spec("a")]);
    made[0]!.alive = false;
    const taken = await sandboxes.take(spec("a"), never);
    await sandboxes.dispose();
    expect(taken).toBe(made[1]);
    expect(made[0]!.disposed).toBe(1);
  });

  it("makes one anew where making in advance failed, and says so", async () => {
    const { warnings, sandboxes } = pool();
    void sandboxes.keep([spec("broken")]);
    await expect(sandboxes.take(spec("broken"), never)).rejects.toThrow("cannot be made");
    expect(warnings).toHaveLength(1);
  });

  it("ends a sandbox that comes after nobody waits for it any more", async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const { made, sandboxes } = pool(1, gate);
    void sandboxes.keep([spec("a")]);
    const cancel = new AbortController();
    const taking = sandboxes.take(spec("a"), cancel.signal);
    cancel.abort();
    await expect(taking).rejects.toMatchObject({ code: "cancelled" });
    open();
    await sandboxes.dispose();
    expect(made[0]!.disposed).toBe(1);
  });

  it("keeps nothing in reserve that nobody used for a while, and fills up again with the next use", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { made, sandboxes } = pool();
    await sandboxes.keep([spec("a")]);
    await vi.advanceTimersByTimeAsync(IDLE_MS / 2);
    await sandboxes.keep([spec("a")]);
    await vi.advanceTimersByTimeAsync(IDLE_MS / 2 + 15_000);
    expect(made.map(({ disposed }) => disposed)).toEqual([0]);
    await vi.advanceTimersByTimeAsync(IDLE_MS);
    expect(made.map(({ disposed }) => disposed)).toEqual([1]);
    await sandboxes.keep([spec("a")]);
    expect(made).toHaveLength(2);
  });

  it("gives its memory back where the machine runs short of it, and takes none then", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { made, memory, sandboxes } = pool();
    await sandboxes.keep([spec("a")]);
    memory.free = 0.1 * GIGABYTE;
    await vi.advanceTimersByTimeAsync(15_000);
    expect(made.map(({ disposed }) => disposed)).toEqual([1]);
    await sandboxes.keep([spec("a")]);
    expect(made).toHaveLength(1);
    // What is asked for is made all the same.
    expect(await sandboxes.take(spec("a"), never)).toBe(made[1]);
  });

  it("ends everything in reserve when it is disposed, and fills up no more", async () => {
    const { made, sandboxes } = pool(3);
    void sandboxes.keep([spec("a")]);
    await sandboxes.dispose();
    void sandboxes.keep([spec("a")]);
    expect(made.map(({ disposed }) => disposed)).toEqual([1, 1, 1]);
  });
});
