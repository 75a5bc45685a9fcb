import type { DataContext, DataQuery, DataSource } from "../data/data-source.ts";
import { relevance } from "../data/relevance.ts";
import type { StoredMemory } from "./memory-entry.ts";

const MOST_ENTRIES = 12;

/** What the workspace remembers, as a source: the entries that share words with the question, most relevant first. */
export class MemorySource implements DataSource {
  readonly name = "memory";
  readonly deadline = 1_000;
  private readonly entries: () => readonly StoredMemory[];

  constructor(entries: () => readonly StoredMemory[]) {
    this.entries = entries;
  }

  async retrieve({ question }: DataQuery, signal: AbortSignal): Promise<DataContext> {
    // Gives way first, so that the other sources are asked before SQLite blocks.
    await Promise.resolve();
    signal.throwIfAborted();
    const scored = this.entries().map((entry) => ({
      entry,
      score: relevance(question, `${entry.title}\n${entry.text}`),
    }));
    const relevant = scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
    return { items: relevant.slice(0, MOST_ENTRIES).map(({ entry: { title, text } }) => ({ title, text })) };
  }
}
