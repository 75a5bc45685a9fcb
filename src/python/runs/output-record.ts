import { appendFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Output } from "../python-run.ts";
import { tooMuchOutput } from "../run-errors.ts";
import { withoutEscapes } from "./plain-text.ts";

/** Outputs that a notebook may hold: text and raster images, nothing that a viewer runs or that loads from elsewhere. */
export type KeptOutput =
  | { readonly type: "stream"; readonly stream: "stdout" | "stderr"; readonly text: string }
  | {
      readonly type: "display";
      readonly text?: string;
      readonly image?: Image;
      readonly executionCount?: number;
    };

export interface Image {
  readonly mime: "image/png" | "image/jpeg";
  readonly base64: string;
}

type Raised = Extract<Output, { type: "error" }>;

/** What is beyond this in a notebook makes an editor slow; all of it is in the side files. */
const NOTEBOOK_CHARACTERS = 4_000_000;
const NOTEBOOK_IMAGE_CHARACTERS = 16_000_000;
const NOTEBOOK_OUTPUTS = 2_000;
const TOLD_CHARACTERS = 20_000;
/** What an output costs beside its content, so that a flood of empty ones ends too. */
const BYTES_FOR_EACH = 256;
const RASTER = [
  { mime: "image/png", extension: "png", starts: [0x89, 0x50, 0x4e, 0x47] },
  { mime: "image/jpeg", extension: "jpg", starts: [0xff, 0xd8, 0xff] },
] as const;

/** The side files of a run, in its folder. */
const ALL_TEXT = "output.txt";
export const UNTRUSTED = "untrusted-outputs.jsonl";

/** Where a run's output goes, and how many bytes of it. Both folders exist. */
interface Destination {
  readonly folder: string;
  readonly figures: string;
  readonly bytes: number;
}

/**
 * Keeps a run's output as it comes. Bounded in memory and on disk: text beyond what a notebook holds goes to
 * `output.txt`, figures to `figures/`, and formats that a viewer would run (HTML, SVG, JavaScript, widgets) to
 * `untrusted-outputs.jsonl`, one JSON object a line: `{"output": n, "mime": "text/html", "content": …}`.
 */
export class OutputRecord {
  readonly kept: KeptOutput[] = [];
  readonly figures: string[] = [];
  readonly sideFiles = new Set<string>();
  error: Raised | undefined;
  private told = "";
  private characters = 0;
  private imageCharacters = 0;
  private count = 0;
  private room: number;
  private readonly destination: Destination;

  constructor(destination: Destination) {
    this.destination = destination;
    this.room = destination.bytes;
  }

  /** The first lines of the text that was printed, for the model. */
  get text(): string {
    return this.told;
  }

  /**
   * @returns absolute path of the figure that was saved of it
   * @throws `output-too-large` where it is more than the run may leave, and what the disk throws
   */
  async add(output: Output): Promise<string | undefined> {
    if (output.type === "ended") return undefined;
    this.spend(output);
    this.count += 1;
    if (output.type === "stream") await this.addText(output);
    else if (output.type === "error") await this.addError(output);
    else return this.addDisplay(output);
    return undefined;
  }

  /** Once over the limit it stays so: a small output after a large one is not the next thing that was said. */
  private spend(output: Exclude<Output, { type: "ended" }>): void {
    this.room -= BYTES_FOR_EACH + bytesOf(output);
    if (this.room < 0) throw tooMuchOutput(this.destination.bytes);
  }

  private async addText(output: Extract<Output, { type: "stream" }>): Promise<void> {
    this.tell(output.text);
    await this.keepText(output);
  }

  private async keepText(output: Extract<KeptOutput, { type: "stream" }>): Promise<void> {
    const shown = output.text.slice(0, this.textRoom());
    this.characters += output.text.length;
    if (shown !== "") this.appendStream({ ...output, text: shown });
    if (shown.length === output.text.length) return;
    if (!this.sideFiles.has(ALL_TEXT)) this.appendStream(notice(`more output is in ${ALL_TEXT}`));
    await this.append(ALL_TEXT, output.text.slice(shown.length));
  }

  private textRoom(): number {
    if (this.sideFiles.has(ALL_TEXT) || this.kept.length >= NOTEBOOK_OUTPUTS) return 0;
    return Math.max(0, NOTEBOOK_CHARACTERS - this.characters);
  }

  private appendStream(output: Extract<KeptOutput, { type: "stream" }>): void {
    const last = this.kept.at(-1);
    if (last?.type === "stream" && last.stream === output.stream) {
      this.kept[this.kept.length - 1] = { ...last, text: last.text + output.text };
    } else this.kept.push(output);
  }

  private async addError(raised: Raised): Promise<void> {
    const whole = withoutEscapes(raised.traceback.join("\n")) || `${raised.name}: ${raised.message}`;
    this.error = shortened(raised);
    const last = this.kept.at(-1);
    const start = last?.type === "stream" && !last.text.endsWith("\n") ? "\n" : "";
    await this.keepText({ type: "stream", stream: "stderr", text: `${start}${withoutEscapes(whole)}\n` });
  }

  private async addDisplay(output: Extract<Output, { type: "display" }>): Promise<string | undefined> {
    const plain = textOf(output.data["text/plain"]);
    const image = imageOf(output.data);
    if (plain !== undefined) this.tell(`${plain}\n`);
    for (const [mime, content] of Object.entries(output.data)) {
      if (mime !== "text/plain" && mime !== image?.mime) await this.setAside(mime, content);
    }
    const figure = image && (await this.saveFigure(image));
    if (this.kept.length >= NOTEBOOK_OUTPUTS) await this.keepText(plainOf(plain ?? ""));
    else this.keepDisplay(plain, image, output.executionCount);
    return figure;
  }

  private keepDisplay(plain: string | undefined, image: Image | undefined, count: number | undefined): void {
    const shown = image && this.fits(image) ? { image } : {};
    const left =
      image && !("image" in shown) ? `[see ${basename(this.figures.at(-1) ?? "")} in figures]` : "";
    const text = [...(plain === undefined ? [] : [this.within(plain)]), ...(left === "" ? [] : [left])];
    this.kept.push({
      type: "display",
      ...(count === undefined ? {} : { executionCount: count }),
      ...(text.length === 0 ? {} : { text: text.join("\n") }),
      ...shown,
    });
  }

  private fits({ base64 }: Image): boolean {
    if (this.imageCharacters + base64.length > NOTEBOOK_IMAGE_CHARACTERS) return false;
    this.imageCharacters += base64.length;
    return true;
  }

  private within(text: string): string {
    const room = Math.max(0, NOTEBOOK_CHARACTERS - this.characters);
    this.characters += text.length;
    return text.length <= room ? text : `${text.slice(0, room)}…`;
  }

  private async saveFigure(image: Image): Promise<string> {
    const extension = RASTER.find(({ mime }) => mime === image.mime)?.extension ?? "png";
    const path = join(this.destination.figures, `figure-${this.figures.length + 1}.${extension}`);
    await writeFile(path, Buffer.from(image.base64, "base64"), { flag: "wx" });
    this.figures.push(path);
    return path;
  }

  private async setAside(mime: string, content: unknown): Promise<void> {
    await this.append(UNTRUSTED, `${JSON.stringify({ output: this.count, mime, content })}\n`);
  }

  private async append(name: string, text: string): Promise<void> {
    this.sideFiles.add(name);
    await appendFile(join(this.destination.folder, name), text);
  }

  private tell(text: string): void {
    if (this.told.length < TOLD_CHARACTERS) this.told += text.slice(0, TOLD_CHARACTERS - this.told.length);
  }
}

/** Of the content, as UTF-8. */
function bytesOf(output: Exclude<Output, { type: "ended" }>): number {
  if (output.type === "stream") return Buffer.byteLength(output.text);
  return Buffer.byteLength(JSON.stringify(output.type === "error" ? output : output.data));
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

function plainOf(text: string): Extract<KeptOutput, { type: "stream" }> {
  return { type: "stream", stream: "stdout", text: `${text}\n` };
}

function notice(text: string): Extract<KeptOutput, { type: "stream" }> {
  return { type: "stream", stream: "stderr", text: `\nCountersign: ${text}\n` };
}

/** Jupyter sends text as one string or as lines. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Array.isArray(value) && value.every((line) => typeof line === "string") ? value.join("") : undefined;
}

/** The first raster image that is what its type says it is. */
function imageOf(data: Readonly<Record<string, unknown>>): Image | undefined {
  for (const { mime, starts } of RASTER) {
    const base64 = textOf(data[mime]);
    if (base64 === undefined) continue;
    const head = Buffer.from(base64.slice(0, 64), "base64");
    if (starts.every((byte, index) => head[index] === byte)) return { mime, base64 };
  }
  return undefined;
}
