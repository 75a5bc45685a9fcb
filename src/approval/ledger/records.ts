import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CountersignError } from "../../errors.ts";
import { sha256, type Action, type Json } from "../actions.ts";
import type { RequestId } from "../decisions.ts";
import type { Requests } from "../requests.ts";
import type { Head } from "./chain.ts";
import { type ReportLine, reportLine } from "./export-format.ts";
import { exportLines } from "./export.ts";
import type { Redactor } from "../../storage/redaction.ts";
import type { Ledger } from "./ledger.ts";
import { type RequestRecord, reportOf } from "./report.ts";
import type { SigningKey } from "./signing-key.ts";

interface Parts {
  readonly requests: Requests;
  readonly ledger: Ledger;
  /** Absent where the inbox has no state directory: then there is nothing to sign with. */
  readonly key?: SigningKey;
  /** Takes secrets out of what leaves this machine; the ledger's rows have none. */
  readonly redactor: Pick<Redactor, "redact">;
  /** What an action asks for, as people read it; without it, its data. */
  readonly textOf?: (action: Action<Json>) => string;
}

const ROWS_AT_ONCE = 1_000;

/** What is recorded of requests, for people and for whoever is to be shown a proof. */
export class Records {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** @throws `request-not-found` */
  of(id: RequestId): RequestRecord {
    const { requests, ledger } = this.parts;
    const request = requests.get(id);
    return { request, text: this.textOf(request.action), rows: ledger.rows(id) };
  }

  /**
   * Writes `ledger.jsonl`, the public key beside it and a report for each analysis into a new folder, so that nothing is
   * overwritten and no link followed. What happens meanwhile is not in it.
   * @param workspace Its folder, for people.
   * @returns how many rows and reports it wrote
   * @throws `input-refused` where `folder` is there already, the file system's error, and what `signal` is aborted with
   */
  async exportTo(folder: string, workspace: string, signal: AbortSignal): Promise<Exported> {
    const { ledger, key, requests } = this.parts;
    if (key === undefined) throw new Error("A ledger without a state directory has no key");
    const head = ledger.head();
    await makeNew(folder);
    await mkdir(join(folder, "reports"));
    await writeFile(join(folder, "public-key.pem"), key.publicKey, NEW);
    const reports: ReportLine[] = [];
    for (const [index, ids] of requests.idsByAnalysis().entries()) {
      signal.throwIfAborted();
      reports.push(await this.writeReport(folder, index, ids, head));
    }
    const lines = exportLines(ledger, key, workspace, { after: 0, to: head.seq, reports });
    await writeFile(join(folder, "ledger.jsonl"), inPieces(lines, signal), NEW);
    return { rows: head.seq, reports: reports.length };
  }

  /** What the export says of it. */
  private async writeReport(
    folder: string,
    index: number,
    ids: readonly RequestId[],
    head: Head,
  ): Promise<ReportLine> {
    const records = ids.map((id) => this.of(id));
    const said = records.map(({ request, text }) => ({
      id: request.id,
      action: request.hash,
      text: sha256(text),
    }));
    const shown = records.map((record) => this.withoutSecrets(record));
    const report = reportOf(shown, head, said);
    const name = `reports/${fileName(shown, index)}`;
    await writeFile(join(folder, name), report, NEW);
    return reportLine(name, report, said);
  }

  private withoutSecrets(record: RequestRecord): RequestRecord {
    const { redactor } = this.parts;
    const redacted = (_: string, value: unknown) =>
      typeof value === "string" ? redactor.redact(value) : value;
    return JSON.parse(JSON.stringify(record), redacted) as RequestRecord;
  }

  private textOf(action: Action<Json>): string {
    try {
      return this.parts.textOf?.(action) ?? asData(action.payload);
    } catch {
      return asData(action.payload);
    }
  }
}

export interface Exported {
  readonly rows: number;
  readonly reports: number;
}

const NEW = { flag: "wx" };

async function makeNew(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  await mkdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new CountersignError("input-refused", {
      message: `${folder} is there already, and an export overwrites nothing.`,
      kept: "The ledger and what is there.",
      next: "Name a folder that is not there yet.",
    });
  });
}

/** Many rows are one write, and between two of them others come to their turn. */
async function* inPieces(lines: Iterable<string>, signal: AbortSignal): AsyncGenerator<string> {
  let piece: string[] = [];
  for (const line of lines) {
    piece.push(line);
    if (piece.length < ROWS_AT_ONCE) continue;
    yield piece.join("");
    piece = [];
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
  yield piece.join("");
}

/** Texts stay readable; the rest is JSON. */
function asData(payload: Json): string {
  if (typeof payload !== "object" || payload === null || Array.isArray(payload))
    return JSON.stringify(payload);
  return Object.entries(payload)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("\n");
}

function fileName(records: readonly RequestRecord[], index: number): string {
  const question = records[0]?.request.context.question ?? "";
  const slug = question
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 48)
    .replace(/^-|-$/g, "");
  return `${String(index + 1).padStart(4, "0")}-${slug === "" ? "analysis" : slug}.md`;
}
