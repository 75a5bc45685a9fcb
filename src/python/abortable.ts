import { cancelled } from "../errors.ts";

/** Waits for the promise no longer than the signal allows. @throws `cancelled` naming `what` */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(cancelled(what));
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

/** One piece of work that several callers wait for. It stops when the last of them has given up. */
export class SharedWork<T> {
  private readonly what: string;
  private readonly stop = new AbortController();
  private readonly listeners = new Set<(line: string) => void>();
  private readonly result: Promise<T>;
  private waiting = 0;

  constructor(what: string, work: (onLine: (line: string) => void, signal: AbortSignal) => Promise<T>) {
    this.what = what;
    this.result = work((line) => this.listeners.forEach((hear) => hear(line)), this.stop.signal);
    // Each caller hears of a failure itself; without a caller it is nobody's.
    this.result.catch(() => undefined);
  }

  /** Given up by everybody: nobody may join any more. */
  get stopped(): boolean {
    return this.stop.signal.aborted;
  }

  async join(onLine: (line: string) => void, signal: AbortSignal): Promise<T> {
    this.listeners.add(onLine);
    this.waiting += 1;
    try {
      return await abortable(this.result, signal, this.what);
    } finally {
      this.listeners.delete(onLine);
      this.waiting -= 1;
      if (this.waiting === 0) this.stop.abort();
    }
  }
}
