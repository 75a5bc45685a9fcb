import type { Disposable } from "../host.ts";

/** Milliseconds: with the one value that goes over them a slice stays within a frame of the screen. */
const SLICE = 4;

/**
 * Hands over values in the order in which they came, a few milliseconds' worth at a time: between two slices everything else
 * has its turn. Few are handed over at once; one that waits already is not handed over twice.
 */
export class Slices<T> implements Disposable {
  private readonly handle: (value: T) => void;
  private readonly left = new Set<T>();
  private next: NodeJS.Immediate | undefined;
  private working = false;

  constructor(handle: (value: T) => void) {
    this.handle = handle;
  }

  add(values: Iterable<T>): void {
    for (const value of values) this.left.add(value);
    if (!this.working && this.next === undefined) this.work();
  }

  dispose(): void {
    clearImmediate(this.next);
    this.left.clear();
  }

  private work(): void {
    this.next = undefined;
    this.working = true;
    const until = performance.now() + SLICE;
    for (const value of this.left) {
      this.left.delete(value);
      this.handle(value);
      if (performance.now() > until) break;
    }
    this.working = false;
    if (this.left.size > 0) this.next = setImmediate(() => this.work());
  }
}
