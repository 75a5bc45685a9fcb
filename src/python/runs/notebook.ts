import { createHash } from "node:crypto";
import type { Json } from "../../approval/actions.ts";
import { printable } from "./file-names.ts";
import type { KeptOutput } from "./notebook-outputs.ts";
import type { RenamedFile } from "./collector.ts";

const MOST_NAMES = 200;
const NAMES_HEADING =
  "Kept under other names than the code gave them (what it gives a later step has its own name there):";

/** What the notebook says about its approval; the proof is in the ledger, not here. */
export interface NotebookMetadata {
  readonly question: string;
  readonly requestId: string;
  readonly approvedHash: string;
  readonly approvedBy: string;
  readonly mode: string;
  readonly runId: string;
  readonly attempt: number;
}

/** An nbformat 4.5 notebook with the code exactly as approved, what it put out, and which of its files have other names here. */
export function buildNotebook(
  code: string,
  outputs: readonly KeptOutput[],
  metadata: NotebookMetadata,
  renamed: readonly RenamedFile[] = [],
): Json {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: "python3", display_name: "Python 3", language: "python" },
      language_info: { name: "python", file_extension: ".py", mimetype: "text/x-python" },
      countersign: { ...metadata },
    },
    cells: [
      {
        id: cellId(metadata.runId),
        cell_type: "code",
        execution_count: 1,
        metadata: {},
        source: lines(code),
        outputs: outputs.map(toNotebookOutput),
      },
      ...namesCell(metadata.runId, renamed),
    ],
  };
}

/** Raw, so that no viewer reads a name as markup. */
function namesCell(runId: string, renamed: readonly RenamedFile[]): readonly Json[] {
  if (renamed.length === 0) return [];
  const told = renamed.slice(0, MOST_NAMES).map(({ name, path }) => `${printable(name)} → out/${path}`);
  const more = renamed.length - told.length;
  const source = [NAMES_HEADING, ...told, ...(more > 0 ? [`and ${more} more, see run.json`] : [])];
  return [{ id: cellId(`${runId} names`), cell_type: "raw", metadata: {}, source: lines(source.join("\n")) }];
}

function cellId(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 12);
}

/** No `error` outputs: a viewer may take markup out of a traceback and show it as HTML. Errors are text on stderr. */
function toNotebookOutput(output: KeptOutput): Json {
  return output.type === "stream"
    ? { output_type: "stream", name: output.stream, text: lines(output.text) }
    : toDisplay(output);
}

function toDisplay(output: Extract<KeptOutput, { type: "display" }>): Json {
  const data = {
    ...(output.text === undefined ? {} : { "text/plain": lines(output.text) }),
    ...(output.image ? { [output.image.mime]: output.image.base64 } : {}),
  };
  return output.executionCount === undefined
    ? { output_type: "display_data", data, metadata: {} }
    : { output_type: "execute_result", data, metadata: {}, execution_count: output.executionCount };
}

/** nbformat's multi-line strings: each line with its own line end. */
function lines(text: string): readonly string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}
