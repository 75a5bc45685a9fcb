import { open, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { JsonText } from "../kernel/json-text.ts";
import type { Output } from "../python-run.ts";
import { tooMuchOutput } from "../run-errors.ts";
import { leftOutInWords } from "./left-out.ts";
import { NotebookOutputs, type KeptOutput, type KeptText } from "./notebook-outputs.ts";
import { beginningOf, piecesOf, withoutEscapes } from "./plain-text.ts";
import { isRaster, rasterOf, type Raster } from "./raster.ts";

type Raised = Extract<Output, { type: "error" }>;
type Display = Extract<Output, { type: "display" }>;

const TOLD_CHARACTERS = 20_000;
/** What an output costs beside its content, so that a flood of empty ones ends too. */
const BYTES_FOR_EACH = 256;
/** Of what is written at once: a large text is not held once more as its bytes. */
const PIECE_CHARACTERS = 1024 * 1024;
/** A folder with more is slow to open, and nobody looks at them one by one. */
const MOST_FIGURES = 500;

/** The side files of a run, in its folder. */
export const ALL_TEXT = "output.txt";
export const UNTRUSTED = "untrusted-outputs.jsonl";
/** In its folder of figures. */
export const FIGURE_NAME = /^figure-\d+\.(png|jpg)$/;

/** Where a run's output goes, and how many bytes of it. Both folders exist. */
interface Destination {
  readonly folder: string;
  readonly figures: string;
  readonly bytes: number;
}

/**
 * Keeps a run's output as it comes. Bounded in memory and on disk: text beyond what a notebook holds goes to `output.txt`,
 * figures to `figures/`, and to `untrusted-outputs.jsonl` formats that a viewer would run (HTML, SVG, JavaScript, widgets),
 * figures beyond the first and what only says that it is an image, one JSON object a line:
 * `{"output": n, "mime": "text/html", "content": …}`.
 */
export class OutputRecord {
  readonly figures: string[] = [];
  readonly sideFiles = new Set<string>();
  /** What is not where it would be looked for, counted. */
  readonly leftOut = { figures: 0, falseImages: 0, formats: 0, malformed: 0, missing: 0 };
  error: Raised | undefined;
  private told = "";
  private readonly notebook = new NotebookOutputs();
  private count = 0;
  private room: number;
  private isOver = false;
  private readonly destination: Destination;

  constructor(destination: Destination) {
    this.destination = destination;
    this.room = destination.bytes;
  }

  /** For the notebook. */
  get kept(): readonly KeptOutput[] {
    return this.notebook.kept;
  }

  /** The first lines of the text that was printed, for the model. */
  get text(): string {
    return this.told;
  }

  /** What is to be said of `leftOut`, a sentence each. */
  get notes(): readonly string[] {
    return leftOutInWords(this.leftOut, UNTRUSTED);
  }

  /**
   * @returns absolute path of the figure that was saved of it
   * @throws `output-too-large` where it is more than the run may leave: what fits of it is kept, and nothing that comes
   * after it; and what the disk throws
   */
  async add(output: Output): Promise<string | undefined> {
    if (output.type === "ended") return undefined;
    if (output.type === "unheard") {
      this.leftOut.malformed += output.malformed;
      this.leftOut.missing += output.missing;
      return undefined;
    }
    this.count += 1;
    const figure = this.takes(BYTES_FOR_EACH) ? await this.keep(output) : undefined;
    if (this.isOver) throw tooMuchOutput(this.destination.bytes);
    return figure;
  }

  private async keep(output: KeptText | Raised | Display): Promise<string | undefined> {
    if (output.type === "display") return this.addDisplay(output);
    if (output.type === "error") await this.addError(output);
    else await this.addText(output);
    return undefined;
  }

  /** Once over the limit it stays so: a small output after a large one is not the next thing that was said. */
  private takes(bytes: number): boolean {
    this.isOver ||= bytes > this.room;
    if (!this.isOver) this.room -= bytes;
    return !this.isOver;
  }

  /** As much of the text as the run may leave. */
  private fitting(text: string): string {
    if (this.isOver) return "";
    return this.takes(Buffer.byteLength(text)) ? text : firstBytes(text, this.room);
  }

  private async addText(output: KeptText): Promise<void> {
    const text = this.fitting(output.text);
    this.tell(text);
    await this.keepText({ ...output, text });
  }

  private async addError(raised: Raised): Promise<void> {
    this.error = shortened(raised);
    const whole = withoutEscapes(raised.traceback.join("\n")) || `${raised.name}: ${raised.message}`;
    const text = this.fitting(`${this.notebook.onNewLine(withoutEscapes(whole))}\n`);
    await this.keepText({ type: "stream", stream: "stderr", text });
  }

  /** Where text was cut, what comes after it goes the same way, or the order would be lost. */
  private async keepText(output: KeptText): Promise<void> {
    const rest = this.sideFiles.has(ALL_TEXT) ? output.text : this.notebook.addText(output);
    if (rest !== "") await this.spill(rest);
  }

  private async spill(...texts: readonly string[]): Promise<void> {
    if (!this.sideFiles.has(ALL_TEXT)) this.notebook.say(`more output is in ${ALL_TEXT}`);
    await this.append(ALL_TEXT, ...texts);
  }

  private async addDisplay({
    data,
    executionCount,
    formatsLeftOut = 0,
  }: Display): Promise<string | undefined> {
    this.leftOut.formats += formatsLeftOut;
    const whole = textOf(data["text/plain"]);
    const text = whole === undefined ? undefined : this.fitting(whole);
    if (text !== undefined) {
      this.tell(text);
      this.tell("\n");
    }
    const found = imageOf(data);
    const image = found && (await this.saveImage(found));
    for (const [mime, content] of Object.entries(data)) {
      if (mime === "text/plain" || mime === found?.mime) continue;
      if (isRaster(mime) && found === undefined) this.leftOut.falseImages += 1;
      await this.setAside(mime, content);
    }
    if (this.isOver && image === undefined && !text) return undefined;
    await this.show(text, image, executionCount);
    return image?.path;
  }

  private async show(
    text: string | undefined,
    image: SavedImage | undefined,
    executionCount: number | undefined,
  ): Promise<void> {
    if (this.notebook.isFull) {
      if (text !== undefined) await this.keepText({ type: "stream", stream: "stdout", text: `${text}\n` });
      return;
    }
    if (!this.notebook.addDisplay({ text, image, executionCount })) await this.spill(text ?? "", "\n");
  }

  private async saveImage(raster: Raster): Promise<SavedImage | undefined> {
    if (!this.takes(raster.bytes.length)) return undefined;
    if (this.figures.length >= MOST_FIGURES) {
      this.leftOut.figures += 1;
      await this.writeAside(raster.mime, Buffer.from(`"${raster.bytes.toString("base64")}"`));
      return { raster, at: UNTRUSTED, path: undefined };
    }
    const path = join(this.destination.figures, `figure-${this.figures.length + 1}.${raster.extension}`);
    await writeFile(path, raster.bytes, { flag: "wx" });
    this.figures.push(path);
    return { raster, at: `${basename(path)} in figures`, path };
  }

  private async setAside(mime: string, content: unknown): Promise<void> {
    const json = content instanceof JsonText ? content.bytes : Buffer.from(JSON.stringify(content));
    if (this.takes(json.length)) await this.writeAside(mime, json);
  }

  /** Piece by piece: joined to one line, what is large would be held once more. */
  private async writeAside(mime: string, json: Buffer): Promise<void> {
    const begin = `{"output":${this.count},"mime":${JSON.stringify(mime)},"content":`;
    await this.append(UNTRUSTED, begin, json, "}\n");
  }

  private async append(name: string, ...pieces: readonly (string | Buffer)[]): Promise<void> {
    this.sideFiles.add(name);
    await using file = await open(join(this.destination.folder, name), "a");
    for (const piece of pieces)
      for (const part of typeof piece === "string" ? piecesOf(piece, PIECE_CHARACTERS) : [piece])
        await file.appendFile(part);
  }

  private tell(text: string): void {
    if (this.told.length < TOLD_CHARACTERS)
      this.told += beginningOf(text, TOLD_CHARACTERS - this.told.length);
  }
}

interface SavedImage {
  readonly raster: Raster;
  readonly at: string;
  /** Absolute, where it is a file of its own. */
  readonly path: string | undefined;
}

/** As much of the text as so many bytes of UTF-8 hold. */
function firstBytes(text: string, bytes: number): string {
  return Buffer.from(text.slice(0, bytes))
    .subarray(0, bytes)
    .toString()
    .replace(/\uFFFD$/, "");
}

/** What the model and the database get of an error: the end of a traceback says most. */
function shortened({ type, name, message, traceback }: Raised): Raised {
  const text = traceback.join("\n");
  return {
    type,
    name: name.slice(0, 200),
    message: message.slice(0, 4_000),
    traceback: text.length <= TOLD_CHARACTERS ? traceback : [`…${text.slice(-TOLD_CHARACTERS)}`],
  };
}

/** Jupyter sends text as one string or as lines. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Array.isArray(value) && value.every((line) => typeof line === "string") ? value.join("") : undefined;
}

/** The first raster image that is what its type says it is. */
function imageOf(data: Readonly<Record<string, unknown>>): Raster | undefined {
  for (const [mime, content] of Object.entries(data)) {
    if (!isRaster(mime)) continue;
    const base64 = textOf(content);
    const raster = base64 === undefined ? undefined : rasterOf(mime, base64);
    if (raster !== undefined) return raster;
  }
  return undefined;
}
