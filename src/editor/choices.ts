/** What a list offers, and what choosing it means. */
export interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly value: T;
}

/** What fits, in pages; no more of them once aborted. */
export type Find<T> = (typed: string, signal: AbortSignal) => AsyncIterable<readonly Choice<T>[]>;
