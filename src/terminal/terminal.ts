import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { exactLines } from "./exact-lines.ts";
import { buffer } from "node:stream/consumers";
import { readConfiguration } from "../config/load.ts";
import { analyze } from "./analyze.ts";
import { ledger } from "./ledger.ts";
import { EXIT, type ExitCode, type Streams } from "./streams.ts";

const HELP = `Usage: countersign COMMAND …

Commands:
  analyze   tells what Python files can do, and whether they would be allowed, asked about or refused
  ledger    exports a workspace's ledger, and verifies an exported one

countersign COMMAND --help says more.
`;

export interface TerminalProcess {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadableStream;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/** The side door: runs one command and answers with its exit code. Writes to the process's streams, nowhere else. */
export async function runTerminal(process: TerminalProcess): Promise<ExitCode> {
  const [command, ...rest] = process.argv;
  if (command === "analyze")
    return analyze(rest, {
      streams: streamsOf(process),
      analyser: () => analyserOf(process),
      configuration: () => configurationOf(process),
    });
  if (command === "ledger")
    return ledger(rest, {
      streams: streamsOf(process),
      cwd: process.cwd,
      environment: process.environment,
      lines: (file) => exactLines(createReadStream(file)),
    });
  if (command === undefined || command === "--help" || command === "-h" || command === "help") {
    process.out(HELP);
    return command === undefined ? EXIT.usage : EXIT.allow;
  }
  process.error(`countersign: there is no command "${command}". See countersign --help.\n`);
  return EXIT.usage;
}

function streamsOf({ out, error, stdin }: TerminalProcess): Streams {
  return { out, error, read: (file) => (file === "-" ? buffer(stdin) : readFile(file)) };
}

async function analyserOf(process: TerminalProcess) {
  const { Analyser } = await import("../python/analysis/analyser.ts");
  return new Analyser((await configurationOf(process)).analysis);
}

async function configurationOf({ cwd, environment }: TerminalProcess) {
  const file = join(cwd, "countersign.yml");
  return (await readConfiguration({ file, workspaceDir: cwd, processEnvironment: environment }))
    .configuration;
}
