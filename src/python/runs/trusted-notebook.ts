import { constants, createReadStream } from "node:fs";
import { lstat, open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Json } from "../../approval/actions.ts";
import { UNTRUSTED } from "./output-record.ts";

/** What viewers stay usable with; the side file holds the rest. */
const MOST_CHARACTERS = 32_000_000;
const MOST_TRUSTED = 100;

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
  return writeBeside(runFolder, JSON.stringify(notebook, null, 1));
}

/** Under the first free name, where none has this content yet: what lies there may be a person's, or a link. */
async function writeBeside(runFolder: string, content: string): Promise<string> {
  await checkFolder(runFolder);
  for (let again = 1; again <= MOST_TRUSTED; again += 1) {
    const path = join(runFolder, again === 1 ? "notebook-trusted.ipynb" : `notebook-trusted-${again}.ipynb`);
    if ((await writeNew(path, content)) || (await holds(path, content))) return path;
  }
  throw new Error(`${runFolder} holds ${MOST_TRUSTED} notebooks of this kind already`);
}

async function writeNew(path: string, content: string): Promise<boolean> {
  try {
    await using file = await open(path, "wx");
    await file.writeFile(content);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function holds(path: string, content: string): Promise<boolean> {
  if (!(await lstat(path)).isFile()) return false;
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  const { size } = await file.stat();
  return size === Buffer.byteLength(content) && (await file.readFile("utf8")) === content;
}

/** The folders of the attempt and of its analysis, and the one for runs: what the host made there were no links. */
async function checkFolder(runFolder: string): Promise<void> {
  const analysis = dirname(runFolder);
  for (const folder of [runFolder, analysis, dirname(analysis)]) {
    if (!(await lstat(folder)).isDirectory())
      throw new Error(`${folder} is not a folder, so nothing is written there`);
  }
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
