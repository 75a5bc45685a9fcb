import type { Clock, Log } from "../../host.ts";
import type { Database } from "../../storage/database.ts";
import type { Redactor } from "../../storage/redaction.ts";
import { KeptHead } from "./kept-head.ts";
import { Ledger } from "./ledger.ts";
import { SigningKey } from "./signing-key.ts";
import { VerifiedLedger } from "./verified-ledger.ts";

interface Options {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor: Pick<Redactor, "redact">;
  /** Where the key lies, and where it ended last; without it nothing is signed. */
  readonly stateDir: string | undefined;
}

export interface OpenedLedger {
  readonly ledger: Ledger;
  readonly verified: VerifiedLedger;
  readonly key: SigningKey | undefined;
  readonly keptHead: KeptHead | undefined;
}

/** The ledger of a database with what proves it. */
export function openLedger({ database, clock, log, redactor, stateDir }: Options): OpenedLedger {
  const key = stateDir === undefined ? undefined : SigningKey.open(stateDir);
  const keptHead = stateDir === undefined || key === undefined ? undefined : new KeptHead(stateDir, key);
  const ledger = new Ledger(database, clock, redactor, key);
  const verified = new VerifiedLedger({ database, ledger, log, ...(keptHead && { keptHead }) });
  return { ledger, verified, key, keptHead };
}
