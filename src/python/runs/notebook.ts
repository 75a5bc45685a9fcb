import { createHash } from "node:crypto";
import type { Json } from "../../approval/actions.ts";
import type { KeptOutput } from "./output-record.ts";

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

/** An nbformat 4.5 notebook with the code exactly as approved and what it put out. */
export function buildNotebook(
  code: string,
  outputs: readonly KeptOutput[],
  metadata: NotebookMetadata,
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
        id: createHash("sha256").update(metadata.runId).digest("hex").slice(0, 12),
        cell_type: "code",
        execution_count: 1,
        metadata: {},
        source: lines(code),
        outputs: outputs.map(toNotebookOutput),
      },
    ],
  };
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
