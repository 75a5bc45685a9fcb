import type { Row } from "./rows.ts";

/** Something measured side by side with its peers, in one run. Whatever it starts it removes, aborted too. */
export interface Bench {
  /** @throws in one sentence what is missing. `say` hears what takes long. */
  run(say: (line: string) => void, signal: AbortSignal): Promise<readonly Row[]>;
}
