import { systemClock } from "../../host.ts";
import type { Database } from "../../storage/database.ts";
import { Redactor } from "../../storage/redaction.ts";
import { Requests } from "../requests.ts";
import { Ledger } from "./ledger.ts";
import { Records } from "./records.ts";
import { SigningKey } from "./signing-key.ts";

/** For who only reads: nothing expires, nothing is judged, no kind of action is known. */
export function recordsIn(database: Database, stateDir: string): Records {
  const [requests, ledger] = [new Requests(database, systemClock), new Ledger(database, systemClock)];
  return new Records({ requests, ledger, redactor: new Redactor(), key: SigningKey.open(stateDir) });
}
