import { parseArgs } from "node:util";

export type LedgerArguments =
  | { readonly command: "help" }
  | { readonly command: "export"; readonly folder: string; readonly workspace: string }
  | {
      readonly command: "verify";
      /** Exports, and folders of segments. */
      readonly files: readonly string[];
      readonly key: string | undefined;
      readonly known: readonly string[];
      readonly json: boolean;
    };

export const LEDGER_HELP = `Usage: countersign ledger verify FILE… [--key KEY] [--known FILE]… [--json]
       countersign ledger export FOLDER [--workspace FOLDER]

verify  checks an exported ledger (ledger.jsonl): every row, their order, and the signed end. Needs nothing else. A
        mirror's segments are checked together: name their folder.
export  writes a workspace's ledger with its public key, and a report of each analysis, into a folder

Options:
  --key KEY            a file with the public key (PEM) that must have signed; without it the export's own key is
                       believed, which proves that nothing was changed since, but not whose ledger it is
  --known FILE         an earlier export, or a ledger-head.json: the ledger must come by where that one ended, so that
                       a ledger that was cut, or begun anew, is found
  --workspace FOLDER   the workspace whose ledger is exported; this folder unless said
  --json               the verdict as one JSON object
  --help               this text

Exit codes:
  0    the ledger holds, or was written
  1    the ledger is broken; the first row that shows it is named
  64   the command line is wrong
  66   a file cannot be read or written, or the workspace has no ledger
`;

/** @throws Error with a message for people */
export function parseLedgerArguments([command, ...rest]: readonly string[]): LedgerArguments {
  const { values, positionals } = parseArgs({
    args: [...rest],
    allowPositionals: true,
    options: {
      key: { type: "string" },
      known: { type: "string", multiple: true, default: [] },
      workspace: { type: "string", default: "." },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help || command === undefined || ["--help", "-h", "help"].includes(command))
    return { command: "help" };
  const [first, ...more] = positionals;
  if (command !== "verify" && command !== "export")
    throw new Error(`There is no command "ledger ${command}".`);
  if (first === undefined)
    throw new Error(command === "verify" ? "No file was named." : "No folder was named.");
  if (command === "verify")
    return { command, files: positionals, key: values.key, known: values.known, json: values.json };
  if (more.length > 0) throw new Error(`"${more.join(" ")}" is too much.`);
  return { command, folder: first, workspace: values.workspace };
}
