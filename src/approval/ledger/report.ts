import type { Person } from "../../host.ts";
import type { Json, Sha256 } from "../actions.ts";
import { REDACTED } from "../../storage/redaction.ts";
import type { ApprovalRequest } from "../request.ts";
import { visible, visibleLines } from "../visible.ts";
import type { Head, LedgerRow } from "./chain.ts";

/** A request with all that is recorded of it. */
export interface RequestRecord {
  readonly request: ApprovalRequest;
  /** What it asks for as people read it: the code, the entry. */
  readonly text: string;
  readonly rows: readonly LedgerRow[];
}

const SECRETS = "Secrets in it were taken out, so the SHA-256 is not that of what stands here.\n\n";

/** One analysis as Markdown, for people: what was asked, who decided, what came of it. The proof is the export beside it. */
export function reportOf(
  records: readonly RequestRecord[],
  head: Head,
  said: readonly { readonly text: Sha256 }[],
): string {
  const context = records[0]?.request.context;
  const title = context === undefined || context.question === "" ? "Without a question" : context.question;
  const sections = records.map((record, index) => sectionOf(record, index + 1, said[index]?.text ?? ""));
  return [`# ${plain(title)}`, ...sections, endOf(head)].join("\n\n") + "\n";
}

function endOf({ seq, hash }: Head): string {
  return `## Where the ledger ended\n\nRow ${seq}, \`${hash}\`. The export beside this folder has this report's SHA-256: \`countersign ledger verify\` checks both.`;
}

function sectionOf({ request, text, rows }: RequestRecord, number: number, digest: string): string {
  const { action, hash, assessment, judgement, context } = request;
  const facts = [
    `Kind: ${plain(action.kind)}`,
    `State: ${request.state}`,
    `SHA-256 of the action: \`${hash}\``,
    `SHA-256 of what was asked, as text: \`${digest}\``,
    `What it can do: ${plain(assessment.summary)}`,
    `Why it asked, or did not: ${plain(judgement.reason)}`,
    ...(context.model === "" ? [] : [`Model: ${plain(context.model)}, attempt ${context.attempt}`]),
  ];
  const effects = assessment.findings.map(
    ({ effect, line, message }) => `- line ${line}: ${effect}. ${plain(message)}`,
  );
  return [
    `## ${number}. ${plain(action.subject)}`,
    facts.map((fact) => `- ${fact}`).join("\n"),
    ...(effects.length === 0 ? [] : [`### Found\n\n${effects.join("\n")}`]),
    `### What was asked\n\n${text.includes(REDACTED) ? SECRETS : ""}${fenced(text)}`,
    `### Ledger\n\n${rows.map(lineOf).join("\n")}`,
  ].join("\n\n");
}

function lineOf({ seq, at, type, body }: LedgerRow): string {
  const { verdict, by, person, state, reason } = body;
  const who = isPerson(person) ? `${plain(person.name)} (known by ${person.knownBy})` : said(by);
  const what = [type, said(verdict), said(state), who, said(reason)].filter((part) => part !== "");
  const read = [...linesOf("read", body.data), ...linesOf("changed meanwhile", body.changed)];
  return [`- row ${seq}, ${new Date(at).toISOString()}: ${what.join(", ")}`, ...read].join("\n");
}

/** Text of several lines, such as digests of what was read. */
function linesOf(label: string, value: Json | undefined): readonly string[] {
  if (typeof value !== "string" || value === "") return [];
  return value.split("\n").map((line) => `  - ${label}: ${plain(line)}`);
}

function said(value: Json | undefined): string {
  return typeof value === "string" ? plain(value) : "";
}

function isPerson(value: unknown): value is Person {
  return typeof value === "object" && value !== null && "name" in value && "knownBy" in value;
}

/** Text that came from elsewhere: nothing in it hides, and nothing in it is Markdown, HTML or a link. */
function plain(text: string): string {
  return visible(text).replace(/[\\`*_{}[\]<>#|~&:@!$]|(?<=www)\./gi, "\\$&");
}

/** Longer than any fence in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${visibleLines(text)}\n${fence}`;
}
