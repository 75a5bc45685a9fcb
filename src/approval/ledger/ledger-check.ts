import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Head, LedgerVerdict } from "./chain.ts";

export interface CheckedLedger {
  readonly verdict: LedgerVerdict;
  /** Of the rows that hold, from the first one on, as `RowHashes` has them. */
  readonly hashes: Uint8Array;
}

/**
 * Verifies a database's ledger in a worker, because it reads all of it: the chain, and that it came by the kept head.
 * @throws where the check itself could not be made: that says nothing about the ledger
 */
export async function checkLedger(path: string, kept: Head | undefined): Promise<CheckedLedger> {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./ledger-worker.${extension}`, import.meta.url), {
    workerData: { path, kept },
  });
  worker.unref();
  try {
    const [checked] = (await once(worker, "message")) as [CheckedLedger];
    return checked;
  } finally {
    await worker.terminate();
  }
}
