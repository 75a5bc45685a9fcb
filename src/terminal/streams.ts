/** Where a command writes, and what it reads: the process's own, or a test's. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  /** @throws what `node:fs` throws */
  readonly read: (file: string) => Promise<Uint8Array>;
}

/** What a command ends with; `--help` lists them. */
export const EXIT = { allow: 0, ask: 1, refuse: 2, usage: 64, unreadable: 66 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
