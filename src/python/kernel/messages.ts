import type { Output } from "../python-run.ts";
import { JsonCursor } from "./json-cursor.ts";
import { JsonText } from "./json-text.ts";

type Display = Extract<Output, { type: "display" }>;
type Formats = Pick<Display, "data" | "formatsLeftOut">;

/** Of one display. Rich ones have about five. */
const MOST_FORMATS = 32;
/** Formats that a notebook shows, taken wherever they stand, and as text where they are lines of text. */
const SHOWN: ReadonlySet<string> = new Set(["text/plain", "image/png", "image/jpeg"]);
/** Of a traceback, whose end says most. */
const MOST_LINES = 10_000;

const READERS: ReadonlyMap<string, (content: JsonCursor) => Output> = new Map([
  ["stream", readStream],
  ["display_data", readDisplay],
  ["update_display_data", readDisplay],
  ["execute_result", readDisplay],
  ["error", readError],
]);

/** Whether messages of this type are output. */
export function isOutput(type: string): boolean {
  return READERS.has(type);
}

/** The content of a message as output. @throws SyntaxError where it is none, or has not the shape that its type asks for */
export function readOutput(type: string, content: JsonCursor): Output {
  const read = READERS.get(type);
  if (read === undefined) throw new SyntaxError(`${type} is no output`);
  return read(content);
}

/** Whether the code ended itself as a script does that is done: `sys.exit(0)`, which IPython calls an error. */
export function endsWell(output: Output | undefined): boolean {
  if (output?.type !== "error" || output.name !== "SystemExit") return false;
  return ["", "0", "None", "False"].includes(output.message);
}

function readStream(content: JsonCursor): Output {
  let name: string | undefined;
  let text: string | undefined;
  for (const member of content.members()) {
    if (member === "name") name = content.text();
    else if (member === "text") text = content.text();
  }
  if (name === undefined || text === undefined) throw new SyntaxError("A stream without its name or text");
  return { type: "stream", stream: name === "stderr" ? "stderr" : "stdout", text };
}

function readDisplay(content: JsonCursor): Output {
  let formats: Formats | undefined;
  let count: number | undefined;
  for (const member of content.members()) {
    if (member === "data") formats = readFormats(content);
    else if (member === "execution_count") count = Number(content.slice().toString());
  }
  if (formats === undefined) throw new SyntaxError("A display without data");
  return {
    type: "display",
    ...formats,
    ...(count === undefined || Number.isNaN(count) ? {} : { executionCount: count }),
  };
}

function readFormats(data: JsonCursor): Formats {
  const taken: [string, string | JsonText][] = [];
  let formatsLeftOut = 0;
  for (const mime of data.members()) {
    if (mime === undefined || (taken.length >= MOST_FORMATS && !SHOWN.has(mime))) formatsLeftOut += 1;
    else taken.push([mime, readFormat(mime, data)]);
  }
  return { data: Object.fromEntries(taken), ...(formatsLeftOut === 0 ? {} : { formatsLeftOut }) };
}

function readFormat(mime: string, value: JsonCursor): string | JsonText {
  if (value.isAtText) return value.text();
  const written = value.slice();
  const lines = SHOWN.has(mime) ? linesOf(written) : undefined;
  return lines ?? new JsonText(isMostOfItsFrame(written) ? written : Buffer.from(written));
}

/** Then holding all of the frame costs less than a copy; a piece of a large one would keep it from being let go. */
function isMostOfItsFrame(piece: Buffer): boolean {
  return 2 * piece.length > piece.buffer.byteLength;
}

/** Jupyter sends text as one string or as lines. */
function linesOf(written: Buffer): string | undefined {
  const value = new JsonCursor(written);
  if (!value.isAtArray || !holdsTextsOnly(written)) return undefined;
  let text = "";
  for (const isText of value.elements()) if (isText) text += value.text();
  return text;
}

/** Looked at before any of it is taken, which leaves nothing of its bytes. */
function holdsTextsOnly(written: Buffer): boolean {
  for (const isText of new JsonCursor(written).elements()) if (!isText) return false;
  return true;
}

function readError(content: JsonCursor): Output {
  let [name, message] = ["", ""];
  let traceback: readonly string[] = [];
  for (const member of content.members()) {
    if (member === "ename") name = content.text();
    else if (member === "evalue") message = content.text();
    else if (member === "traceback") traceback = readTraceback(content);
  }
  return { type: "error", name, message, traceback };
}

function readTraceback(content: JsonCursor): readonly string[] {
  const lines: string[] = [];
  for (const isText of content.elements()) {
    if (!isText) throw new SyntaxError("A line of a traceback that is no text");
    lines.push(content.text());
    if (lines.length > 2 * MOST_LINES) lines.splice(0, MOST_LINES);
  }
  return lines;
}
