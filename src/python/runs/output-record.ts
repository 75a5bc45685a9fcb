import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Output } from "../python-run.ts";

/** Outputs that a notebook may hold: text and raster images, nothing that a viewer runs or that loads from elsewhere. */
export type KeptOutput =
  | { readonly type: "stream"; readonly stream: "stdout" | "stderr"; readonly text: string }
  | {
      readonly type: "display";
      readonly text?: string;
      readonly image?: Image;
      readonly executionCount?: number;
    }
  | Extract<Output, { type: "error" }>;

export interface Image {
  readonly mime: "image/png" | "image/jpeg";
  readonly base64: string;
}

/** What is beyond this in a notebook makes an editor slow; all of it is in the side files. */
const NOTEBOOK_CHARACTERS = 4_000_000;
const TOLD_CHARACTERS = 20_000;
const RASTER = [
  { mime: "image/png", extension: "png", starts: [0x89, 0x50, 0x4e, 0x47] },
  { mime: "image/jpeg", extension: "jpg", starts: [0xff, 0xd8, 0xff] },
] as const;

/** The side files of a run, in its folder. */
const ALL_TEXT = "output.txt";
const UNTRUSTED = "untrusted-outputs.jsonl";

/**
 * Keeps a run's output as it comes. Bounded in memory: text beyond what a notebook holds goes to `output.txt`, figures
 * to `figures/`, and formats that a viewer would run (HTML, SVG, JavaScript, widgets) to `untrusted-outputs.jsonl`, one
 * JSON object a line: `{"output": n, "mime": "text/html", "content": …}`.
 */
export class OutputRecord {
  readonly kept: KeptOutput[] = [];
  readonly figures: string[] = [];
  readonly sideFiles = new Set<string>();
  error: Extract<Output, { type: "error" }> | undefined;
  private told = "";
  private characters = 0;
  private count = 0;
  private readonly folder: string;
  private readonly figuresFolder: string;

  /** Both folders exist. */
  constructor(folder: string, figuresFolder: string) {
    this.folder = folder;
    this.figuresFolder = figuresFolder;
  }

  /** The first lines of the text that was printed, for the model. */
  get text(): string {
    return this.told;
  }

  /** @throws what the disk throws */
  async add(output: Output): Promise<void> {
    if (output.type === "ended") return;
    this.count += 1;
    if (output.type === "stream") await this.addText(output);
    else if (output.type === "error") this.addError(output);
    else await this.addDisplay(output);
  }

  private async addText(output: Extract<Output, { type: "stream" }>): Promise<void> {
    this.tell(output.text);
    const room = Math.max(0, NOTEBOOK_CHARACTERS - this.characters);
    this.characters += output.text.length;
    const shown = output.text.slice(0, room);
    if (shown !== "") this.appendStream({ ...output, text: shown });
    if (shown.length === output.text.length) return;
    if (!this.sideFiles.has(ALL_TEXT)) this.appendStream(notice(`more output is in ${ALL_TEXT}`));
    await this.append(ALL_TEXT, output.text.slice(room));
  }

  private appendStream(output: Extract<KeptOutput, { type: "stream" }>): void {
    const last = this.kept.at(-1);
    if (last?.type === "stream" && last.stream === output.stream) {
      this.kept[this.kept.length - 1] = { ...last, text: last.text + output.text };
    } else this.kept.push(output);
  }

  private addError(output: Extract<Output, { type: "error" }>): void {
    this.error = output;
    this.kept.push(output);
  }

  private async addDisplay(output: Extract<Output, { type: "display" }>): Promise<void> {
    const plain = textOf(output.data["text/plain"]);
    const image = imageOf(output.data);
    if (plain !== undefined) this.tell(`${plain}\n`);
    for (const [mime, content] of Object.entries(output.data)) {
      if (mime !== "text/plain" && mime !== image?.mime) await this.setAside(mime, content);
    }
    if (image) await this.saveFigure(image);
    const counted = output.executionCount === undefined ? {} : { executionCount: output.executionCount };
    this.kept.push({
      type: "display",
      ...counted,
      ...(plain === undefined ? {} : { text: this.within(plain) }),
      ...(image ? { image } : {}),
    });
  }

  private within(text: string): string {
    const room = Math.max(0, NOTEBOOK_CHARACTERS - this.characters);
    this.characters += text.length;
    return text.length <= room ? text : `${text.slice(0, room)}…`;
  }

  private async saveFigure(image: Image): Promise<void> {
    const extension = RASTER.find(({ mime }) => mime === image.mime)?.extension ?? "png";
    const path = join(this.figuresFolder, `figure-${this.figures.length + 1}.${extension}`);
    await writeFile(path, Buffer.from(image.base64, "base64"), { flag: "wx" });
    this.figures.push(path);
  }

  private async setAside(mime: string, content: unknown): Promise<void> {
    await this.append(UNTRUSTED, `${JSON.stringify({ output: this.count, mime, content })}\n`);
  }

  private async append(name: string, text: string): Promise<void> {
    this.sideFiles.add(name);
    await appendFile(join(this.folder, name), text);
  }

  private tell(text: string): void {
    if (this.told.length < TOLD_CHARACTERS) this.told += text.slice(0, TOLD_CHARACTERS - this.told.length);
  }
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
