/** Values in the order in which they were pushed, for one reader, with a say when the writer should pause. */
export class OutputQueue<T> implements AsyncIterable<T> {
  private readonly values: T[] = [];
  private readonly sizeOf: (value: T) => number;
  private size = 0;
  private readonly pause: () => void;
  private readonly resume: () => void;
  private paused = false;
  private ended = false;
  private failure: Error | undefined;
  private wake: (() => void) | undefined;

  /** `pause` is called when many values, or large ones, wait; `resume` when the reader has caught up. `sizeOf` in bytes. */
  constructor(
    pause: () => void = () => undefined,
    resume: () => void = () => undefined,
    sizeOf: (value: T) => number = () => 0,
  ) {
    this.pause = pause;
    this.resume = resume;
    this.sizeOf = sizeOf;
  }

  push(value: T): void {
    if (this.ended) return;
    this.values.push(value);
    this.size += this.sizeOf(value);
    if (!this.paused && (this.values.length >= MOST_WAITING || this.size >= MOST_BYTES)) {
      this.paused = true;
      this.pause();
    }
    this.wake?.();
  }

  end(): void {
    this.ended = true;
    this.wake?.();
  }

  /** What was pushed before is still read, then the reader gets the error. The first failure or end counts. */
  fail(error: Error): void {
    if (this.ended) return;
    this.failure = error;
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    try {
      for (;;) {
        for (const value of this.taken()) {
          yield value;
          this.leave(value);
        }
        if (this.ended) break;
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
      if (this.failure) throw this.failure;
    } finally {
      // A reader who left takes nothing more, and nothing is kept for it.
      this.ended = true;
      this.values.length = 0;
    }
  }

  /** One after the other, for as long as there is one. */
  private *taken(): Generator<T> {
    while (this.values.length > 0) yield* this.values.splice(0, 1);
  }

  /** Only once the reader is done with it: a large one in its hands and the next on the way are twice the memory. */
  private leave(value: T): void {
    this.size -= this.sizeOf(value);
    if (!this.paused || this.values.length > MOST_WAITING / 2 || this.size > MOST_BYTES / 2) return;
    this.paused = false;
    this.resume();
  }
}

const MOST_WAITING = 2_000;
const MOST_BYTES = 8 * 1024 * 1024;
