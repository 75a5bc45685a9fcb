import { parseArgs } from "node:util";

export interface AnalyzeArguments {
  readonly files: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
  readonly mode: string | undefined;
}

export const ANALYZE_HELP = `Usage: countersign analyze [--json] [--mode MODE] FILE…

Tells what Python files and Jupyter notebooks can do, without running anything, and judges that by the policy "effects":
  allow    reads the workspace, writes in the working folder or scratch, reads control channels, computes
  refuse   cannot be parsed, or the given mode forbids it
  ask      everything else

Options:
  --json        one JSON object a line for each file:
                {"file","verdict","effects":[…],"findings":[{"effect","line","column","message"}]}
  --mode MODE   judge as in this execution mode (read_only, simulation, write_access, or one of countersign.yml)
  --help        this text
FILE "-" is the standard input. Lines and columns count from 1.
A notebook is known by what it holds: its cells are judged as if they ran once, from the first to the last. Its findings
also have "cell", counted from 1 among all cells.

Exit codes (the strictest of all files):
  0    every file is allowed
  1    at least one file asks
  2    at least one file is refused
  64   the command line is wrong
  66   a file cannot be read, or is a notebook that cannot be analysed (the others are still analysed)
`;

/** @throws Error with a message for people */
export function parseAnalyzeArguments(argv: readonly string[]): AnalyzeArguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
      mode: { type: "string" },
    },
  });
  if (!values.help && positionals.length === 0) throw new Error("No file was named.");
  return { files: positionals, json: values.json, help: values.help, mode: values.mode };
}
