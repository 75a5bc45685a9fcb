/** What a list offers, and what choosing it means. */
export interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly value: T;
}

/** What fits, in pages, the last of which is returned; no more of them once aborted. */
export type Find<T> = (typed: string, signal: AbortSignal) => Pages<T>;
export type Pages<T> = AsyncGenerator<readonly Choice<T>[], readonly Choice<T>[], undefined>;
