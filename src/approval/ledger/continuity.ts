import type { Log } from "../../host.ts";
import type { Database } from "../../storage/database.ts";
import type { Endings } from "../endings.ts";
import type { Grants } from "../grants.ts";
import type { Requests } from "../requests.ts";
import type { Head } from "./chain.ts";
import type { KeptHead } from "./kept-head.ts";
import type { Ledger } from "./ledger.ts";

interface Parts {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly keptHead: KeptHead;
  readonly requests: Requests;
  readonly endings: Endings;
  readonly grants: Grants;
  readonly log: Log;
}

const OPEN = ["requested", "approved", "approved-edited"] as const;
const REPLACED = "the database is older than what was last claimed, or something else wrote into it";

/**
 * Voids what waits, what was approved and every rule that a person set in a database that does not come by the head that was kept outside it:
 * an approval in there may have been used already. The ledger says so, and goes on from there.
 * @returns whether the database is the one that it was
 */
export function assertContinuity(parts: Parts): boolean {
  const { ledger, keptHead, log } = parts;
  const kept = keptHead.read();
  const isNew = kept === undefined && ledger.head().seq === 0;
  const isSame = isNew || (kept !== undefined && ledger.went(kept) && ledger.isSigned());
  if (!isSame) {
    log.warn(`What waited in the inbox is void: ${REPLACED}`);
    parts.database.immediate(() => voidAll(parts, kept));
  }
  if (isNew || !isSame) keptHead.keep(ledger.head());
  return isSame;
}

function voidAll({ database, requests, endings, ledger, grants }: Parts, kept: Head | undefined): void {
  ledger.goOn({ expected: kept === undefined ? null : { seq: kept.seq, hash: kept.hash } });
  for (const id of requests.idsIn(...OPEN))
    endings.end(id, OPEN, { state: "withdrawn" }, { reason: REPLACED });
  for (const id of requests.idsIn("claimed"))
    endings.end(id, ["claimed"], { state: "refused", reason: `Nothing ran: ${REPLACED}.` });
  for (const id of requests.idsIn("started"))
    endings.end(id, ["started"], {
      state: "outcome-unknown",
      reason: `Nobody can tell how it ended: ${REPLACED}.`,
    });
  for (const { id } of grants.list()) grants.revoke(id, { reason: REPLACED });
  database.run("DELETE FROM accepted_loosenings");
  database.run("DELETE FROM image_packages");
}
