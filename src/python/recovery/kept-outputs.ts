import type { Readable } from "node:stream";
import { extract } from "tar-stream";
import type { Engine } from "../../containers/engine.ts";
import { JsonCursor } from "../kernel/json-cursor.ts";
import { isOutput, readOutput } from "../kernel/messages.ts";
import type { Output } from "../python-run.ts";
import { KEPT_FILE, KEPT_FOLDER } from "../sandboxes/paths.ts";

/** Longer than a frame of the kernel's connection may be: the kernel's user can write the file too. */
const LONGEST_LINE = 128 * 1024 * 1024;
const NEWLINE = 0x0a;
const NOTHING = "Countersign: the window that started this run was gone, and what was printed is not kept.";
const CUT = "Countersign: what it printed after this is not kept.";

/**
 * What a run put out whose window is gone, ending with a line that says where not all of it was kept. As untrusted as
 * everything that comes out of a kernel. Read through the engine's archive call, which needs no process in the sandbox.
 */
export async function* keptOutputs(engine: Engine, id: string): AsyncGenerator<Output> {
  let ending = NOTHING;
  try {
    for await (const line of keptLines(await engine.getArchive(id, KEPT_FOLDER))) {
      const kept = read(line);
      if (kept?.output !== undefined) yield kept.output;
      // Where the place ran full, the last line is half a line.
      ending = kept === undefined || kept.type === "cut" ? CUT : "";
    }
  } catch {
    // Where the sandbox is dead, what it printed is gone with it.
  }
  if (ending !== "") yield { type: "stream", stream: "stderr", text: `${ending}\n` };
}

async function* keptLines(archive: Readable): AsyncGenerator<Buffer> {
  const entries = extract();
  archive.on("error", (error: Error) => entries.destroy(error));
  archive.pipe(entries);
  try {
    for await (const entry of entries) {
      const { name, type } = entry.header;
      if (type === "file" && name.endsWith(`/${KEPT_FILE}`)) yield* bounded(entry as unknown as Readable);
      else entry.resume();
    }
  } finally {
    archive.destroy();
  }
}

/** Lines, of which one that is too long is empty. */
async function* bounded(file: Readable): AsyncGenerator<Buffer> {
  let [parts, length]: [Buffer[], number] = [[], 0];
  for await (const chunk of file as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      yield joined([...parts, chunk.subarray(from, at)], length + at - from);
      [parts, length, from] = [[], 0, at + 1];
    }
    length += chunk.length - from;
    if (length <= LONGEST_LINE) parts.push(chunk.subarray(from));
    else parts = [];
  }
  if (length > 0) yield joined(parts, length);
}

function joined(parts: readonly Buffer[], length: number): Buffer {
  return length > LONGEST_LINE ? Buffer.alloc(0) : Buffer.concat(parts);
}

/** Undefined where it is no line of the gateway's. */
function read(line: Buffer): { readonly type: string; readonly output?: Output } | undefined {
  try {
    const cursor = new JsonCursor(line);
    let [type, content]: [string, Buffer | undefined] = ["", undefined];
    for (const member of cursor.members()) {
      if (member === "type") type = cursor.text();
      else if (member === "content") content = cursor.slice();
    }
    if (content === undefined || !isOutput(type)) return { type };
    return { type, output: readOutput(type, new JsonCursor(content)) };
  } catch {
    return undefined;
  }
}
