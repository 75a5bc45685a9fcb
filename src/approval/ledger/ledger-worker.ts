import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { Chain, type Head, cut } from "./chain.ts";
import { ALL_ROWS, type StoredRow, verifyStored } from "./ledger.ts";
import { RowHashes } from "./row-hashes.ts";

/** Reads the whole ledger of a database that others go on writing to. */
const { path, kept } = workerData as { readonly path: string; readonly kept: Head | undefined };
const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
const hashes = new RowHashes();
const chain = new Chain(kept === undefined ? [] : [kept.seq], (head) => hashes.add(head));
const verdict = verifyStored(
  database.prepare(ALL_ROWS).iterate() as Iterable<unknown> as Iterable<StoredRow>,
  chain,
);
database.close();
const isCut = verdict.ok && kept !== undefined && !chain.went(kept);
parentPort?.postMessage({ verdict: isCut ? cut(kept, chain.head.seq) : verdict, hashes: hashes.bytes() });
