import type { Output } from "../python/python-run.ts";
import { unheardInWords } from "../python/runs/left-out.ts";
import { beginningOf } from "../python/runs/plain-text.ts";
import { withoutTerminalSequences } from "./plain-text.ts";

/**
 * One piece of a run's output as plain text, its first `most` characters. Of an image it names the file, `figure` by the
 * name that a person can open it by.
 */
export function outputText(output: Output, most: number, figure?: string): string {
  const shown = (text: string): string => withoutTerminalSequences(beginningOf(text, most));
  switch (output.type) {
    case "stream":
      return shown(output.text);
    case "display":
      return `${figure === undefined ? displayText(output.data, shown) : `[${figure}]`}\n`;
    case "error":
      return `${shown(output.traceback.join("\n")) || shown(`${output.name}: ${output.message}`)}\n`;
    case "unheard":
      return `${unheardInWords(output).join("\n")}\n`;
    case "ended":
      return output.status === "ok" ? "— finished\n" : "— ended with an error\n";
  }
}

function displayText(data: Readonly<Record<string, unknown>>, shown: (text: string) => string): string {
  const image = Object.keys(data).find((type) => type.startsWith("image/"));
  if (image !== undefined) return `[${image.slice("image/".length)} image, see the notebook]`;
  const plain = data["text/plain"];
  return typeof plain === "string" ? shown(plain) : "[output, see the notebook]";
}
