import type { Disposable, Log } from "../../host.ts";
import { abortable } from "../abortable.ts";
import { specKey, type Sandbox, type SandboxSpec } from "./sandbox.ts";

type Create = (spec: SandboxSpec, signal: AbortSignal) => Promise<Sandbox>;

interface Parts {
  readonly create: Create;
  /** Sandboxes in reserve for each spec that is wanted. */
  readonly size: () => number;
  /** Milliseconds without use after which nothing is kept in reserve. */
  readonly idleMs: () => number;
  /** Bytes of memory that this machine could still give. */
  readonly freeMemory: () => number;
  readonly log: Log;
}

/** Below this a reserve takes memory from what people work with; a sandbox in reserve takes about a hundred megabytes. */
const LEAST_FREE_BYTES = 512 * 1024 * 1024;
const LOOK_EVERY_MS = 15_000;

/** Sandboxes that are ready before they are needed. It hands out only what it made itself, each once. */
export class SandboxPool implements Disposable {
  private readonly parts: Parts;
  private readonly stopped = new AbortController();
  private readonly reserve = new Map<string, Promise<Sandbox | undefined>[]>();
  private readonly ending = new Set<Promise<void>>();
  private lastUse = performance.now();
  private watch: NodeJS.Timeout | undefined;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Fills up for these specs, and ends what is in reserve for others. Resolves when it is full; failures are logged. */
  async keep(specs: readonly SandboxSpec[]): Promise<void> {
    this.used();
    const wanted = new Map(specs.map((spec) => [specKey(spec), spec]));
    for (const key of [...this.reserve.keys()]) if (!wanted.has(key)) this.endAll(key);
    for (const [key, spec] of wanted) this.fill(key, spec);
    await Promise.all([...this.reserve.values()].flat());
  }

  /** A warm one where there is one, else a new one. The caller disposes it. */
  async take(spec: SandboxSpec, signal: AbortSignal): Promise<Sandbox> {
    this.used();
    const waiting = this.reserve.get(specKey(spec)) ?? [];
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const sandbox = await this.awaited(next, signal);
      if (sandbox?.alive) return sandbox;
      if (sandbox) this.end(sandbox);
    }
    return this.parts.create(spec, AbortSignal.any([signal, this.stopped.signal]));
  }

  async dispose(): Promise<void> {
    this.stopped.abort();
    clearInterval(this.watch);
    for (const key of [...this.reserve.keys()]) this.endAll(key);
    await Promise.all(this.ending);
  }

  private used(): void {
    this.lastUse = performance.now();
    if (this.stopped.signal.aborted) return;
    this.watch ??= setInterval(() => this.letGo(), LOOK_EVERY_MS).unref();
  }

  /** Nobody waits for a reserve that nobody uses, or for which a machine has no memory: the next run makes its own. */
  private letGo(): void {
    const isIdle = performance.now() - this.lastUse > this.parts.idleMs();
    if (isIdle || this.isMemoryShort()) for (const key of [...this.reserve.keys()]) this.endAll(key);
    if (isIdle) {
      clearInterval(this.watch);
      this.watch = undefined;
    }
  }

  private isMemoryShort(): boolean {
    return this.parts.freeMemory() < LEAST_FREE_BYTES;
  }

  /** What is still being made when the signal comes is ended as soon as it is there. */
  private async awaited(
    coming: Promise<Sandbox | undefined>,
    signal: AbortSignal,
  ): Promise<Sandbox | undefined> {
    try {
      return await abortable(coming, signal, "Preparing a sandbox");
    } catch (error) {
      this.track(coming.then((sandbox) => sandbox?.dispose()));
      throw error;
    }
  }

  private fill(key: string, spec: SandboxSpec): void {
    if (this.stopped.signal.aborted || this.isMemoryShort()) return;
    const waiting = this.reserve.get(key) ?? [];
    this.reserve.set(key, waiting);
    while (waiting.length < this.parts.size()) waiting.push(this.make(spec));
  }

  private async make(spec: SandboxSpec): Promise<Sandbox | undefined> {
    try {
      return await this.parts.create(spec, this.stopped.signal);
    } catch (error) {
      if (!this.stopped.signal.aborted)
        this.parts.log.warn("No sandbox could be made ready in advance", error);
      return undefined;
    }
  }

  private endAll(key: string): void {
    const waiting = this.reserve.get(key) ?? [];
    this.reserve.delete(key);
    for (const next of waiting) {
      this.track(next.then((sandbox) => sandbox?.dispose()));
    }
  }

  private end(sandbox: Sandbox): void {
    this.track(Promise.resolve(sandbox.dispose()));
  }

  private track(end: Promise<void>): void {
    const logged = end.catch((error: unknown) =>
      this.parts.log.warn("A sandbox could not be removed", error),
    );
    this.ending.add(logged);
    void logged.finally(() => this.ending.delete(logged));
  }
}
