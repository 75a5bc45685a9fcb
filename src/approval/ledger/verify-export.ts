import { createHash, type Hash } from "node:crypto";
import { type Broken, Chain, type LedgerRow, type LedgerVerdict, broken, cut, hashOf } from "./chain.ts";
import {
  type End,
  type Header,
  type ReportLine,
  UNSIGNED_VERSION,
  VERSION,
  fromLine,
  isEnd,
  isHeader,
  isObject,
  isReportLine,
  isRow,
  isSignedHead,
  isSignedText,
  signedText,
} from "./export-format.ts";
import { RowHashes } from "./row-hashes.ts";
import { type SignedHead, isSigned } from "./signing-key.ts";

export interface Expectations {
  /** The public key, as PEM, that must have signed; without it the export's own. */
  readonly publicKey?: string;
  /** A head that is known otherwise, of this time or an earlier one: this ledger must come by it. */
  readonly known?: readonly SignedHead[];
}

/** A report that lies beside an export, and the SHA-256 of its bytes. */
export type ExportedReport = Pick<ReportLine["report"], "name" | "sha256">;

export type ExportVerdict =
  | Broken
  | (Extract<LedgerVerdict, { ok: true }> & {
      /** The lowest of its segments'. */
      readonly version: number;
      readonly reports: readonly ExportedReport[];
    });

/**
 * Checks an export, or segments one after the other, and names the first row that is broken. Every line must be, byte for
 * byte, as it would be written. 32 bytes of each row are kept, whatever its length.
 * @param lines With their line feeds.
 */
export async function verifyExport(
  lines: AsyncIterable<string>,
  { publicKey, known = [] }: Expectations = {},
): Promise<ExportVerdict> {
  const reader = new ExportReader(publicKey, known);
  for await (const text of lines) {
    const failed = reader.read(text);
    if (failed !== undefined) return failed;
  }
  return reader.end();
}

/** Where an export, or a kept head, says that a ledger ended; undefined where it says nothing of the kind. */
export async function headOf(lines: AsyncIterable<string>): Promise<SignedHead | undefined> {
  let head: SignedHead | undefined;
  for await (const text of lines) {
    const content = parsed(text);
    if (isSignedHead(content)) head = content;
    else if (isObject(content) && isSignedHead(content.head)) head = content.head;
  }
  return head;
}

/** What is known of the segment that is read. */
interface Segment {
  readonly header: Header;
  /** The row that comes next. */
  next: number;
  /** Of the lines about reports, which come after the rows. */
  readonly about: Hash;
  hasReports: boolean;
}

class ExportReader {
  private readonly hashes = new RowHashes();
  private readonly chain = new Chain([], (head) => this.hashes.add(head));
  private readonly known: readonly SignedHead[];
  private readonly expectedKey: string | undefined;
  private readonly reports: ExportedReport[] = [];
  private publicKey = "";
  /** As the first header has it. */
  private ownKey = "";
  private version = VERSION;
  private hasBegun = false;
  /** Undefined between two of them. */
  private segment: Segment | undefined;

  constructor(publicKey: string | undefined, known: readonly SignedHead[]) {
    this.expectedKey = publicKey;
    this.known = known;
  }

  read(line: string): Broken | undefined {
    const content = fromLine(line);
    if (this.segment === undefined) return this.begin(content);
    if (isEnd(content)) return this.finish(content, this.segment);
    if (isReportLine(content)) {
      this.note(content, line, this.segment);
      return undefined;
    }
    const { next, hasReports } = this.segment;
    if (!isRow(content) || hasReports)
      return broken(next, `row ${next} is no row of a ledger, or not written as one`);
    return this.follow(content, this.segment);
  }

  private begin(content: unknown): Broken | undefined {
    const { seq } = this.chain.head;
    if (!isHeader(content))
      return this.hasBegun
        ? broken(seq + 1, "something follows the signed head")
        : broken(0, "this is no export of a ledger");
    const { version, publicKey, after = 0 } = content;
    if (version !== VERSION && version !== UNSIGNED_VERSION)
      return broken(0, `this export is of version ${version}, which is not known here`);
    if (!this.hasBegun) [this.publicKey, this.ownKey] = [this.expectedKey ?? publicKey, publicKey];
    if (publicKey !== this.ownKey) return broken(seq + 1, "the next segment is signed by another key");
    if (after > seq)
      return broken(seq + 1, seq === 0 ? `it begins after row ${after}` : `row ${seq + 1} is missing`);
    this.hasBegun = true;
    this.version = Math.min(this.version, version);
    this.segment = { header: content, next: after + 1, about: createHash("sha256"), hasReports: false };
    return undefined;
  }

  /** Two windows may have mirrored the same rows: then they are the same. */
  private follow(row: LedgerRow, segment: Segment): Broken | undefined {
    const isRepeated = segment.next <= this.chain.head.seq;
    const failed = isRepeated ? this.differs(row, segment.next) : this.chain.follow(row);
    segment.next += 1;
    return failed;
  }

  private differs(row: LedgerRow, seq: number): Broken | undefined {
    const isSame = row.seq === seq && row.hash === this.hashes.at(seq) && hashOf(row) === row.hash;
    return isSame ? undefined : broken(seq, `row ${seq} is not the one that it was before`);
  }

  private note(line: ReportLine, text: string, segment: Segment): void {
    segment.about.update(text);
    segment.hasReports = true;
    this.reports.push({ name: line.report.name, sha256: line.report.sha256 });
  }

  private finish({ head, signature }: End, segment: Segment): Broken | undefined {
    this.segment = undefined;
    const last = segment.next - 1;
    if (!isSigned(head, this.publicKey)) return broken(head.seq, "the head is not signed by this key");
    if (!this.isWhole(segment, head, signature))
      return broken(0, "its header or what it says of reports was changed");
    return head.seq === last && head.hash === this.hashes.at(last) ? undefined : cut(head, last);
  }

  private isWhole({ header, about, hasReports }: Segment, head: SignedHead, signature?: string): boolean {
    if (header.version === UNSIGNED_VERSION) return signature === undefined && !hasReports;
    const text = signedText(header, head, about.digest("hex"));
    return signature !== undefined && isSignedText(text, signature, this.publicKey);
  }

  end(): ExportVerdict {
    const { seq } = this.chain.head;
    if (!this.hasBegun) return broken(0, "this is no export of a ledger");
    if (this.segment !== undefined)
      return broken(seq + 1, `it ends after row ${seq} without its signed head`);
    for (const head of this.known) {
      if (!isSigned(head, this.publicKey))
        return broken(head.seq, "the known head is not signed by this key");
      if (this.hashes.at(head.seq) !== head.hash) return cut(head, seq);
    }
    return { ok: true, rows: seq, head: this.chain.head.hash, version: this.version, reports: this.reports };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
