import type { Disposable } from "../host.ts";

/** Milliseconds that nobody sees. */
const WAIT = 30;

/** One act for many changes: what comes within a moment is told together. */
export class Gathered<T> implements Disposable {
  private readonly act: (values: readonly T[]) => void;
  private readonly values = new Set<T>();
  private waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(act: (values: readonly T[]) => void) {
    this.act = act;
  }

  add(value: T): void {
    this.values.add(value);
    this.waiting ??= setTimeout(() => this.tell(), WAIT);
  }

  dispose(): void {
    clearTimeout(this.waiting);
    this.values.clear();
  }

  private tell(): void {
    this.waiting = undefined;
    const values = [...this.values];
    this.values.clear();
    this.act(values);
  }
}
