import { sha256 } from "../actions.ts";
import { EMPTY, type Head } from "./chain.ts";
import { type Header, type ReportLine, VERSION, signedText, toLine } from "./export-format.ts";
import type { Ledger } from "./ledger.ts";
import type { SigningKey } from "./signing-key.ts";

/** Which rows, and what lies beside them. */
interface Extent {
  /** The row before the first one. */
  readonly after: number;
  /** The last one. */
  readonly to: number;
  readonly reports?: readonly ReportLine[];
}

/** A ledger, or some rows of it, as JSON Lines: a header with the public key, the rows, what reports say of them, the signed end. */
export function* exportLines(
  ledger: Ledger,
  key: SigningKey,
  workspace: string,
  { after, to, reports = [] }: Extent,
): Generator<string> {
  const begin = { countersign: "ledger", version: VERSION, workspace, publicKey: key.publicKey } as const;
  const header: Header = after === 0 ? begin : { ...begin, after };
  yield toLine(header);
  let head: Head = EMPTY;
  for (const row of ledger.all(after)) {
    if (row.seq > to) break;
    yield toLine(row);
    head = { seq: row.seq, hash: row.hash };
  }
  const about = reports.map(toLine).join("");
  if (about !== "") yield about;
  yield toLine({ head: key.sign(head), signature: key.signText(signedText(header, head, sha256(about))) });
}
