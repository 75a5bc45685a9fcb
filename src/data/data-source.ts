/** Something that can tell the model what is there: data folders, memory. Sources are asked concurrently. */
export interface DataSource {
  readonly name: string;
  /** Milliseconds after which the others go on without it. */
  readonly deadline: number;
  retrieve(query: DataQuery, signal: AbortSignal): Promise<DataContext>;
}

export interface DataQuery {
  readonly question: string;
}

/** What a source says, formatted for the model. */
export interface DataContext {
  readonly items: readonly DataItem[];
}

export interface DataItem {
  /** One line: a file's path, an entry's title. */
  readonly title: string;
  /** Plain text for the model: columns, types, ranges, rows. */
  readonly text: string;
}

/** One source's answer or why there is none; a failure never takes the others with it. */
export type Retrieved =
  | {
      readonly source: string;
      readonly state: "ok";
      readonly items: readonly DataItem[];
      readonly milliseconds: number;
    }
  | {
      readonly source: string;
      readonly state: "failed" | "timed-out";
      readonly reason: string;
      readonly milliseconds: number;
    };
