import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Claims } from "../../../src/approval/claims.ts";
import { Evidence } from "../../../src/approval/evidence.ts";
import { VerifiedLedger } from "../../../src/approval/ledger/verified-ledger.ts";
import { Requests } from "../../../src/approval/requests.ts";
import { Bench, quiet, type BenchOptions } from "./bench.ts";

export { context, never, note, type Bench } from "./bench.ts";

/** A bench that is taken down when the test is over; on the folder of another one it is a second window. */
export function bench(options: BenchOptions & { beside?: Bench } = {}): Bench {
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

/** Claims as another process would take them on the same database. */
export function claimsOf({ database, clock, inbox }: Bench): Claims {
  const { ledger } = inbox;
  const verified = new VerifiedLedger({ database, ledger, log: quiet });
  const evidence = new Evidence({ database, requests: new Requests(database, clock), verified });
  return new Claims({ database, clock, ledger, evidence });
}
