import { createPublicKey, verify } from "node:crypto";
import { canonicalJson, sha256, type Sha256 } from "../actions.ts";
import type { Head, LedgerRow } from "./chain.ts";
import type { SignedHead } from "./signing-key.ts";

export const VERSION = 2;
/** Nobody signed its header and its reports. */
export const UNSIGNED_VERSION = 1;

/** First line of an export. */
export interface Header {
  readonly countersign: "ledger";
  readonly version: number;
  /** For people: the workspace's folder. */
  readonly workspace: string;
  /** Ed25519, as PEM. It says who signed, not who that is: compare it with one that came another way. */
  readonly publicKey: string;
  /** In a segment: the row before its first. */
  readonly after?: number;
}

/** Of a report beside an export: its bytes, and what each request in it asked for. */
export interface ReportLine {
  readonly report: {
    /** Its place, from the export on. */
    readonly name: string;
    readonly sha256: Sha256;
    readonly requests: readonly {
      readonly id: string;
      /** SHA-256 of the action's canonical JSON: what a decision binds to. */
      readonly action: Sha256;
      /** SHA-256 of the text that people read, the code, as UTF-8. */
      readonly text: Sha256;
    }[];
  };
}

/** Last line. `signature` is over everything in the export: header, head and the lines about reports. */
export interface End {
  readonly head: SignedHead;
  readonly signature?: string;
}

/** A line ends with a line feed, and is the canonical JSON of what it says: there is one way to write it. */
export function toLine(content: object): string {
  return `${canonicalJson(content)}\n`;
}

/** Undefined for whatever is not exactly how it would be written. */
export function fromLine(line: string): unknown {
  try {
    const content: unknown = JSON.parse(line);
    return isObject(content) && toLine(content) === line ? content : undefined;
  } catch {
    return undefined;
  }
}

/** What the end of an export signs. @param reports SHA-256 of the lines about reports, as they stand. */
export function signedText(header: Header, { seq, hash }: Head, reports: string): Buffer {
  return Buffer.from(
    canonicalJson({ countersign: "export of a ledger", header, head: { seq, hash }, reports }),
  );
}

export function isSignedText(text: Buffer, signature: string, publicKey: string): boolean {
  try {
    const bytes = Buffer.from(signature, "base64");
    return bytes.toString("base64") === signature && verify(null, text, createPublicKey(publicKey), bytes);
  } catch {
    return false;
  }
}

export function reportLine(
  name: string,
  bytes: string,
  requests: ReportLine["report"]["requests"],
): ReportLine {
  return { report: { name, sha256: sha256(bytes), requests } };
}

export function isHeader(content: unknown): content is Header {
  return (
    hasOnly(content, ["countersign", "version", "workspace", "publicKey"], ["after"]) &&
    content.countersign === "ledger" &&
    typeof content.version === "number" &&
    typeof content.workspace === "string" &&
    typeof content.publicKey === "string" &&
    (content.after === undefined || isCount(content.after))
  );
}

export function isEnd(content: unknown): content is End {
  return (
    hasOnly(content, ["head"], ["signature"]) &&
    (content.signature === undefined || typeof content.signature === "string") &&
    hasOnly(content.head, ["seq", "hash", "signature"]) &&
    isSignedHead(content.head)
  );
}

export function isSignedHead(content: unknown): content is SignedHead {
  if (!isObject(content)) return false;
  const { seq, hash, signature } = content;
  return typeof seq === "number" && typeof hash === "string" && typeof signature === "string";
}

export function isRow(content: unknown): content is LedgerRow {
  return (
    hasOnly(content, ["seq", "at", "type", "requestId", "body", "previous", "hash"]) &&
    isCount(content.seq) &&
    typeof content.at === "number" &&
    [content.type, content.requestId, content.previous, content.hash].every(
      (one) => typeof one === "string",
    ) &&
    isObject(content.body)
  );
}

export function isReportLine(content: unknown): content is ReportLine {
  return (
    hasOnly(content, ["report"]) &&
    hasOnly(content.report, ["name", "sha256", "requests"]) &&
    typeof content.report.name === "string" &&
    /^reports\/[\w-]+\.md$/.test(content.report.name) &&
    typeof content.report.sha256 === "string" &&
    Array.isArray(content.report.requests)
  );
}

export function isObject(content: unknown): content is Readonly<Record<string, unknown>> {
  return typeof content === "object" && content !== null && !Array.isArray(content);
}

/** Exactly these members, and no others but those that may be there. */
function hasOnly(
  content: unknown,
  members: readonly string[],
  optional: readonly string[] = [],
): content is Readonly<Record<string, unknown>> {
  if (!isObject(content)) return false;
  const known = new Set([...members, ...optional]);
  return members.every((name) => name in content) && Object.keys(content).every((name) => known.has(name));
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
