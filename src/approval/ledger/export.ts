import { canonicalJson } from "../actions.ts";
import { type Broken, Chain, EMPTY, type LedgerRow, type LedgerVerdict, broken, cut } from "./chain.ts";
import type { Ledger } from "./ledger.ts";
import { type SignedHead, type SigningKey, isSigned } from "./signing-key.ts";

/** First line of an export. */
interface Header {
  readonly countersign: "ledger";
  readonly version: number;
  /** For people: the workspace's folder. */
  readonly workspace: string;
  /** Ed25519, as PEM. It says who signed, not who that is: compare it with one that came another way. */
  readonly publicKey: string;
  /** In a segment: the row before its first. */
  readonly after?: number;
}

const VERSION = 1;

/** A ledger as JSON Lines: a header with the public key, the rows, and the signed head. Each line ends with a line feed. */
export function exportLines(ledger: Ledger, key: SigningKey, workspace: string): Generator<string> {
  return segmentLines(ledger, key, workspace, { after: 0, to: ledger.head().seq });
}

/** The rows from after one to another one, as an export of their own; its header says where it begins. */
export function* segmentLines(
  ledger: Ledger,
  key: SigningKey,
  workspace: string,
  { after, to }: { readonly after: number; readonly to: number },
): Generator<string> {
  const header = { countersign: "ledger", version: VERSION, workspace, publicKey: key.publicKey } as const;
  yield line(after === 0 ? header : { ...header, after });
  let head = EMPTY;
  for (const row of ledger.all(after)) {
    if (row.seq > to) break;
    yield line(row);
    head = { seq: row.seq, hash: row.hash };
  }
  yield line({ head: key.sign(head) });
}

function line(content: object): string {
  return `${canonicalJson(content)}\n`;
}

export interface Expectations {
  /** The public key, as PEM, that must have signed; without it the export's own. */
  readonly publicKey?: string;
  /** A head that is known otherwise, of this time or an earlier one: this ledger must come by it. */
  readonly known?: readonly SignedHead[];
}

/**
 * Checks an export, or segments one after the other, and names the first row that is broken. Memory does not grow with their
 * length.
 */
export async function verifyExport(
  lines: AsyncIterable<string>,
  { publicKey, known = [] }: Expectations = {},
): Promise<LedgerVerdict> {
  const reader = new ExportReader(publicKey, known);
  for await (const text of lines) {
    const failed = text === "" ? undefined : reader.read(text);
    if (failed !== undefined) return failed;
  }
  return reader.end();
}

/** Where an export, or a kept head, says that a ledger ended; undefined where it says nothing of the kind. */
export async function headOf(lines: AsyncIterable<string>): Promise<SignedHead | undefined> {
  let head: SignedHead | undefined;
  for await (const text of lines) {
    const content = parsed(text);
    if (isHead(content)) head = content.head;
    else if (isSignedHead(content)) head = content;
  }
  return head;
}

class ExportReader {
  private readonly chain: Chain;
  private readonly known: readonly SignedHead[];
  private publicKey: string | undefined;
  private readonly expectedKey: string | undefined;
  private hasHeader = false;
  private signed: SignedHead | undefined;
  /** Up to here a segment only says again what the ones before it said. */
  private repeated = 0;

  constructor(publicKey: string | undefined, known: readonly SignedHead[]) {
    this.expectedKey = publicKey;
    this.known = known;
    this.chain = new Chain(known.map(({ seq }) => seq));
  }

  read(text: string): Broken | undefined {
    const content = parsed(text);
    const next = this.chain.head.seq + 1;
    if (!this.hasHeader) return this.begin(content);
    if (this.signed !== undefined)
      return isHeader(content) ? this.goOn(content) : broken(next, `something follows the signed head`);
    if (isHead(content)) return this.finish(content.head);
    if (!isRow(content)) return broken(next, `row ${next} is no row of a ledger`);
    // Two windows may have mirrored the same rows: what counts is what follows.
    return content.seq <= this.repeated ? undefined : this.chain.follow(content);
  }

  private begin(content: unknown): Broken | undefined {
    if (!isHeader(content)) return broken(0, "this is no export of a ledger");
    if (content.version !== VERSION) return broken(0, "this export is of a newer version");
    this.hasHeader = true;
    this.publicKey = this.expectedKey ?? content.publicKey;
    return (content.after ?? 0) === 0 ? undefined : broken(1, `it begins after row ${content.after ?? 0}`);
  }

  /** The next segment. */
  private goOn({ publicKey, after = 0 }: Header): Broken | undefined {
    const { seq } = this.chain.head;
    if (publicKey !== this.publicKey) return broken(seq + 1, "the next segment is signed by another key");
    if (after > seq) return broken(seq + 1, `row ${seq + 1} is missing`);
    this.signed = undefined;
    this.repeated = seq;
    return undefined;
  }

  private finish(head: SignedHead): Broken | undefined {
    const { seq, hash } = this.chain.head;
    if (!isSigned(head, this.publicKey ?? "")) return broken(head.seq, "the head is not signed by this key");
    this.signed = head;
    if (head.seq < this.repeated) return undefined;
    return head.seq === seq && head.hash === hash ? undefined : cut(head, seq);
  }

  end(): LedgerVerdict {
    const { seq } = this.chain.head;
    if (!this.hasHeader) return broken(0, "this is no export of a ledger");
    if (this.signed === undefined) return broken(seq + 1, `it ends after row ${seq} without its signed head`);
    for (const head of this.known) {
      if (!isSigned(head, this.publicKey ?? ""))
        return broken(head.seq, "the known head is not signed by this key");
      if (!this.chain.went(head)) return cut(head, seq);
    }
    return this.chain.verdict;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(content: unknown): content is Readonly<Record<string, unknown>> {
  return typeof content === "object" && content !== null;
}

function isHeader(content: unknown): content is Header {
  return isObject(content) && content.countersign === "ledger" && typeof content.publicKey === "string";
}

function isHead(content: unknown): content is { readonly head: SignedHead } {
  return isObject(content) && isSignedHead(content.head);
}

function isSignedHead(content: unknown): content is SignedHead {
  if (!isObject(content)) return false;
  const { seq, hash, signature } = content;
  return typeof seq === "number" && typeof hash === "string" && typeof signature === "string";
}

function isRow(content: unknown): content is LedgerRow {
  return isObject(content) && typeof content.seq === "number" && isObject(content.body);
}
