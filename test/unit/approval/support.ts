import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { InboxOptions } from "../../../src/approval/inbox.ts";
import { Bench } from "./bench.ts";

export { context, never, note, type Bench } from "./bench.ts";

/** A bench that is taken down when the test is over; on the folder of another one it is a second window. */
export function bench(options: Partial<InboxOptions> & { beside?: Bench } = {}): Bench {
  const { beside, ...inboxOptions } = options;
  const folder = beside?.folder ?? mkdtempSync(join(tmpdir(), "countersign-test-"));
  const made = new Bench(folder, inboxOptions);
  onTestFinished(async () => {
    await made.close();
    if (beside === undefined) rmSync(folder, { recursive: true, force: true });
  });
  return made;
}

/** Waits for a promise of the test's own making, so that no test sleeps. */
export function gate(): { readonly open: () => void; readonly opened: Promise<void> } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}
