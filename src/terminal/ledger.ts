import { existsSync } from "node:fs";
import { readFile, readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Broken } from "../approval/ledger/chain.ts";
import type { SignedHead } from "../approval/ledger/signing-key.ts";
import type { ExportVerdict } from "../approval/ledger/verify-export.ts";
import { systemClock, type Log } from "../host.ts";
import { type LedgerArguments, LEDGER_HELP, parseLedgerArguments } from "./ledger-arguments.ts";
import { EXIT, type ExitCode, type Streams } from "./streams.ts";

export interface LedgerParts {
  readonly streams: Streams;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A file's lines, each with the line feed that ends it. @throws what `node:fs` throws */
  readonly lines: (file: string) => AsyncIterable<string>;
}

type Verify = Extract<LedgerArguments, { command: "verify" }>;
type Export = Extract<LedgerArguments, { command: "export" }>;

/** `countersign ledger verify` and `countersign ledger export`. Neither of them decides or changes anything. */
export async function ledger(argv: readonly string[], parts: LedgerParts): Promise<ExitCode> {
  const { streams } = parts;
  let given: LedgerArguments;
  try {
    given = parseLedgerArguments(argv);
  } catch (error) {
    streams.error(`countersign ledger: ${messageOf(error)} See countersign ledger --help.\n`);
    return EXIT.usage;
  }
  if (given.command === "help") {
    streams.out(LEDGER_HELP);
    return EXIT.allow;
  }
  try {
    return given.command === "verify" ? await verify(given, parts) : await exportLedger(given, parts);
  } catch (error) {
    streams.error(`countersign ledger: ${messageOf(error)}\n`);
    return EXIT.unreadable;
  }
}

async function verify(
  { files, key, known, json }: Verify,
  { streams, cwd, lines }: LedgerParts,
): Promise<ExitCode> {
  const { verifyExport } = await import("../approval/ledger/verify-export.ts");
  const publicKey = key === undefined ? undefined : await readFile(resolve(cwd, key), "utf8");
  const heads = await Promise.all(known.map((one) => knownHead(resolve(cwd, one), lines)));
  const paths = files.map((file) => resolve(cwd, file));
  const expected = { ...(publicKey === undefined ? {} : { publicKey }), known: heads };
  const chain = await verifyExport(linesOf(paths, lines), expected);
  const verdict = chain.ok ? ((await changedReport(dirname(paths[0] ?? cwd), chain)) ?? chain) : chain;
  streams.out(json ? `${JSON.stringify(verdict)}\n` : inWords(files.join(", "), verdict, key !== undefined));
  return verdict.ok ? EXIT.allow : EXIT.ask;
}

/** The reports beside an export, where they lie there, are the ones that it names, and there are no others. */
async function changedReport(
  folder: string,
  { reports }: Extract<ExportVerdict, { ok: true }>,
): Promise<Broken | undefined> {
  if (reports.length === 0 || !existsSync(join(folder, "reports"))) return undefined;
  const [{ broken }, { sha256 }] = await Promise.all([
    import("../approval/ledger/chain.ts"),
    import("../approval/actions.ts"),
  ]);
  const names = new Set(reports.map(({ name }) => name));
  for (const { name, sha256: expected } of reports) {
    if (!existsSync(join(folder, name))) return broken(0, `${name} is missing`);
    if (sha256(await readFile(join(folder, name))) !== expected) return broken(0, `${name} was changed`);
  }
  const other = (await readdir(join(folder, "reports"))).find(
    (name) => name.endsWith(".md") && !names.has(`reports/${name}`),
  );
  return other === undefined ? undefined : broken(0, `reports/${other} is not of this export`);
}

/** Of a folder those of the segments in it, in their order, which is that of their names. */
async function* linesOf(paths: readonly string[], lines: LedgerParts["lines"]): AsyncGenerator<string> {
  for (const path of paths) {
    const isFolder = (await stat(path)).isDirectory();
    const names = isFolder ? (await readdir(path)).filter((name) => name.endsWith(".jsonl")).sort() : [""];
    for (const name of names) yield* lines(join(path, name));
  }
}

function inWords(file: string, verdict: ExportVerdict, isKeyGiven: boolean): string {
  if (!verdict.ok) {
    const where = verdict.brokenAt === 0 ? "broken" : `broken at row ${verdict.brokenAt}`;
    return `${file}: ${where}: ${verdict.reason}\n`;
  }
  const signed = isKeyGiven ? "signed by the given key" : "signed by the key in it";
  const old =
    verdict.version === 1 ? "; of version 1, in which nobody signed the header and the reports" : "";
  return `${file}: ${counted(verdict.rows, "row")} hold${verdict.rows === 1 ? "s" : ""}, ${signed}; it ends with ${verdict.head.slice(0, 16)}${old}\n`;
}

/** Of an export its last line, of a kept head all of it. @throws Error with a message for people */
async function knownHead(file: string, lines: LedgerParts["lines"]): Promise<SignedHead> {
  const { headOf } = await import("../approval/ledger/verify-export.ts");
  const head = await headOf(lines(file));
  if (head === undefined) throw new Error(`${file} is neither an export of a ledger nor a kept head.`);
  return head;
}

async function exportLedger({ folder, workspace }: Export, parts: LedgerParts): Promise<ExitCode> {
  const { cwd, environment, streams } = parts;
  const { stateDirectory } = await import("../storage/state-directory.ts");
  const workspaceDir = resolve(cwd, workspace);
  const stateDir = stateDirectory(workspaceDir, environment);
  if (!existsSync(join(stateDir, "countersign.db"))) throw new Error(`${workspaceDir} has no ledger yet.`);
  const { openDatabase } = await import("../storage/open-database.ts");
  const { recordsIn } = await import("../approval/ledger/records-of-database.ts");
  const { database } = openDatabase({ stateDir, log: silent, clock: systemClock });
  try {
    const never = new AbortController().signal;
    const to = resolve(cwd, folder);
    const { rows, reports } = await recordsIn(database, stateDir).exportTo(to, basename(workspaceDir), never);
    streams.out(`${to}: ${counted(rows, "row")} and ${counted(reports, "report")}\n`);
    return EXIT.allow;
  } finally {
    database.dispose();
  }
}

const silent: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // What opening a database tells of is for a window's log.
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
