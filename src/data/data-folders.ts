import { open } from "node:fs/promises";
import { dataFiles, type DataFile } from "./data-files.ts";
import type { DataContext, DataItem, DataQuery, DataSource } from "./data-source.ts";
import { summariseJson } from "./json-summary.ts";
import { relevance } from "./relevance.ts";
import { summariseTable } from "./table-summary.ts";

export interface DataFoldersOptions {
  readonly workspaceDir: string;
  /** Configured folders, relative to the workspace; asked each time, because the configuration may change. */
  readonly folders: () => readonly string[];
  /** Milliseconds. */
  readonly deadline?: number;
}

/** The workspace's data files as a source: names, columns, types, ranges, rows. Only reads. */
export class DataFolders implements DataSource {
  readonly name = "data files";
  readonly deadline: number;
  private readonly options: DataFoldersOptions;

  constructor(options: DataFoldersOptions) {
    this.options = options;
    this.deadline = options.deadline ?? 4_000;
  }

  /** Files whose paths have most to do with the question come first; those that time does not suffice for are only named. */
  async retrieve({ question }: DataQuery, signal: AbortSignal): Promise<DataContext> {
    const until = performance.now() + this.deadline * 0.75;
    const files = await dataFiles(this.options.workspaceDir, this.options.folders(), signal);
    const ranked = byRelevance(files, question, ({ path }) => path);
    const items: DataItem[] = [];
    for (const file of ranked) {
      const text = performance.now() < until ? await summarise(file, signal) : "";
      items.push({ title: `${JSON.stringify(file.path)}, ${bytes(file.size)}`, text });
    }
    return { items: byRelevance(items, question, ({ title, text }) => `${title}\n${text}`) };
  }
}

async function summarise({ file, size, kind }: DataFile, signal: AbortSignal): Promise<string> {
  try {
    await using handle = await open(file, "r");
    return kind === "json" ? await summariseJson(handle, size) : await summariseTable(handle, size, signal);
  } catch (error) {
    signal.throwIfAborted();
    return `cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`;
  }
}

/** Stable: what is equally relevant stays in its order. */
function byRelevance<T>(items: readonly T[], question: string, text: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, score: relevance(question, text(item)) }))
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  const exponent = Math.min(Math.floor(Math.log10(size) / 3), 4);
  return `${(size / 1000 ** exponent).toFixed(1)} ${["", "kB", "MB", "GB", "TB"][exponent] ?? ""}`;
}
