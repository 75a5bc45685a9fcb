import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Log } from "../../../src/host.ts";
import { openDatabase, type OpenedDatabase, type OpenOptions } from "../../../src/storage/open-database.ts";

export const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** An empty folder, removed when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "countersign-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The workspace's database in that folder, closed when the test is over. */
export function opened(stateDir: string, options: Partial<OpenOptions> = {}): OpenedDatabase {
  const result = openDatabase({ stateDir, log: quiet, clock: { now: () => Date.now() }, ...options });
  onTestFinished(() => result.database.dispose());
  return result;
}
