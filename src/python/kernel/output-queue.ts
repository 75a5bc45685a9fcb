/** Values in the order in which they were pushed, for one reader, with a say when the writer should pause. */
export class OutputQueue<T> implements AsyncIterable<T> {
  private readonly values: T[] = [];
  private readonly pause: () => void;
  private readonly resume: () => void;
  private paused = false;
  private ended = false;
  private failure: Error | undefined;
  private wake: (() => void) | undefined;

  /** `pause` is called when `HIGH` values wait, `resume` when the reader has caught up. */
  constructor(pause: () => void = () => undefined, resume: () => void = () => undefined) {
    this.pause = pause;
    this.resume = resume;
  }

  push(value: T): void {
    if (this.ended) return;
    this.values.push(value);
    if (!this.paused && this.values.length >= HIGH) {
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
        while (this.values.length > 0) yield* this.drain();
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

  private drain(): T[] {
    if (this.paused) {
      this.paused = false;
      this.resume();
    }
    return this.values.splice(0);
  }
}

const HIGH = 2_000;
