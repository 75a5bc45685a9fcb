import { createReadStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Json } from "../../approval/actions.ts";
import { UNTRUSTED } from "./output-record.ts";

/** What viewers stay usable with; the side file holds the rest. */
const MOST_CHARACTERS = 32_000_000;
const TRUSTED = "notebook-trusted.ipynb";

interface SetAside {
  readonly output: number;
  readonly mime: string;
  readonly content: Json;
}

/** The formats that a run displayed and that a viewer would run, with how often each; empty where there are none. */
export async function setAsideFormats(runFolder: string): Promise<ReadonlyMap<string, number>> {
  const formats = new Map<string, number>();
  for await (const { mime } of setAside(runFolder)) formats.set(mime, (formats.get(mime) ?? 0) + 1);
  return formats;
}

/**
 * Writes beside a run's notebook another one that also holds what was set aside, after all other output and in its own order.
 * @returns its absolute path
 * @throws what the disk throws
 */
export async function writeTrustedNotebook(runFolder: string): Promise<string> {
  const notebook = JSON.parse(await readFile(join(runFolder, "notebook.ipynb"), "utf8")) as Notebook;
  const [cell] = notebook.cells;
  let room = MOST_CHARACTERS;
  for await (const { mime, content } of setAside(runFolder)) {
    room -= JSON.stringify(content).length;
    if (room < 0) break;
    cell?.outputs.push({ output_type: "display_data", data: { [mime]: content }, metadata: {} });
  }
  const path = join(runFolder, TRUSTED);
  await writeFile(path, JSON.stringify(notebook, null, 1));
  return path;
}

interface Notebook {
  readonly cells: readonly { readonly outputs: unknown[] }[];
}

/** Reads line by line: the file may be as large as a run's output. Lines that are no output of ours are passed over. */
async function* setAside(runFolder: string): AsyncGenerator<SetAside> {
  const file = createReadStream(join(runFolder, UNTRUSTED), "utf8");
  try {
    for await (const line of createInterface({ input: file })) {
      const found = parsed(line);
      if (found !== undefined) yield found;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  } finally {
    file.destroy();
  }
}

function parsed(line: string): SetAside | undefined {
  try {
    const { output, mime, content } = JSON.parse(line) as Partial<SetAside>;
    if (typeof output !== "number" || typeof mime !== "string" || !fits(mime, content)) return undefined;
    return { output, mime, content: content as Json };
  } catch {
    return undefined;
  }
}

/** As nbformat has it: JSON formats hold values, all others text, whole or in lines. */
function fits(mime: string, content: unknown): boolean {
  if (/^application\/(.*\+)?json$/.test(mime)) return content !== undefined;
  return (
    typeof content === "string" ||
    (Array.isArray(content) && content.every((piece) => typeof piece === "string"))
  );
}
