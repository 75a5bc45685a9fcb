import { cancelled } from "../errors.ts";
import type { ImageInfo } from "./engine.ts";

type OnLine = (line: string) => void;

/** One build that several callers wait for. It stops when the last of them has given up. */
export class SharedBuild {
  /** The newest line of the log, for progress. */
  lastLine = "";
  private readonly stop = new AbortController();
  private readonly listeners = new Set<OnLine>();
  private readonly result: Promise<ImageInfo>;
  private waiting = 0;

  constructor(build: (onLine: OnLine, signal: AbortSignal) => Promise<ImageInfo>) {
    this.result = build((line) => this.hear(line), this.stop.signal);
    // Each caller hears of a failure itself; without a caller it is nobody's.
    this.result.catch(() => undefined);
  }

  /** Given up by everybody: nobody may join any more. */
  get stopped(): boolean {
    return this.stop.signal.aborted;
  }

  /** Waits for the build. @throws `cancelled` where this caller's own signal aborts; what the build throws otherwise */
  async join(onLine: OnLine, signal: AbortSignal): Promise<ImageInfo> {
    if (signal.aborted) throw cancelled("Building the image");
    this.listeners.add(onLine);
    this.waiting += 1;
    try {
      return await unlessAborted(this.result, signal);
    } finally {
      this.listeners.delete(onLine);
      this.waiting -= 1;
      if (this.waiting === 0) this.abandon();
    }
  }

  /** Ends the build for everybody. */
  abandon(): void {
    this.stop.abort();
  }

  private hear(line: string): void {
    this.lastLine = line;
    for (const listener of this.listeners) listener(line);
  }
}

function unlessAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(cancelled("Building the image"));
    signal.addEventListener("abort", leave, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
