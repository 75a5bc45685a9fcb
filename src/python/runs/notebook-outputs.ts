import { beginningOf } from "./plain-text.ts";
import type { Raster } from "./raster.ts";

/** Outputs that a notebook may hold: text and raster images, nothing that a viewer runs or that loads from elsewhere. */
export type KeptOutput =
  | { readonly type: "stream"; readonly stream: "stdout" | "stderr"; readonly text: string }
  | {
      readonly type: "display";
      readonly text?: string;
      readonly image?: Image;
      readonly executionCount?: number;
    };

export type KeptText = Extract<KeptOutput, { type: "stream" }>;

/** In base64 that this process wrote, so that nothing else can be in it. */
export interface Image {
  readonly mime: Raster["mime"];
  readonly base64: string;
}

/** A display before it is known how much of it a notebook takes. `image.at` is where a person finds it otherwise. */
export interface Shown {
  readonly text: string | undefined;
  readonly image: { readonly raster: Raster; readonly at: string } | undefined;
  readonly executionCount: number | undefined;
}

/** What is beyond this in a notebook makes an editor slow; all of it is in the side files. */
const CHARACTERS = 1_000_000;
const LINES = 20_000;
const IMAGE_CHARACTERS = 16_000_000;
const OUTPUTS = 2_000;

/** The beginning of a run's output, as much of it as a notebook takes that an editor is to open. */
export class NotebookOutputs {
  readonly kept: KeptOutput[] = [];
  private characters = CHARACTERS;
  private lines = LINES;
  private imageCharacters = IMAGE_CHARACTERS;

  get isFull(): boolean {
    return this.kept.length >= OUTPUTS;
  }

  /** @returns what it does not take of the text */
  addText(output: KeptText): string {
    const shown = this.isFull ? "" : this.take(output.text);
    if (shown !== "") this.join({ ...output, text: shown });
    return output.text.slice(shown.length);
  }

  /** What the host says about the output: beyond all limits, or nobody would read it. */
  say(text: string): void {
    this.join({ type: "stream", stream: "stderr", text: `\nCountersign: ${text}\n` });
  }

  /** The text on a line of its own, where the text before it has not ended its own. */
  onNewLine(text: string): string {
    const last = this.kept.at(-1);
    return last?.type === "stream" && !last.text.endsWith("\n") ? `\n${text}` : text;
  }

  /** @returns whether it takes all of the text */
  addDisplay({ text, image, executionCount }: Shown): boolean {
    const begin = text === undefined ? undefined : this.take(text);
    const isWhole = begin?.length === text?.length;
    const isShown = image !== undefined && this.takesImage(image.raster);
    const lines = [
      ...(begin === undefined ? [] : [isWhole ? begin : `${begin}…`]),
      ...(image === undefined || isShown ? [] : [`[see ${image.at}]`]),
    ];
    this.kept.push({
      type: "display",
      ...(executionCount === undefined ? {} : { executionCount }),
      ...(lines.length === 0 ? {} : { text: lines.join("\n") }),
      ...(isShown ? { image: encoded(image.raster) } : {}),
    });
    return isWhole;
  }

  private join(output: KeptText): void {
    const last = this.kept.at(-1);
    if (last?.type === "stream" && last.stream === output.stream) {
      this.kept[this.kept.length - 1] = { ...last, text: last.text + output.text };
    } else this.kept.push(output);
  }

  private take(text: string): string {
    const begin = beginningOf(text, Math.min(this.characters, this.endOfLines(text)));
    this.characters -= begin.length;
    return begin;
  }

  /** Where in the text the last line ends that there is room for. */
  private endOfLines(text: string): number {
    let end = -1;
    while (this.lines > 0) {
      end = text.indexOf("\n", end + 1);
      if (end < 0) return text.length;
      this.lines -= 1;
    }
    return end + 1;
  }

  private takesImage({ bytes }: Raster): boolean {
    const characters = 4 * Math.ceil(bytes.length / 3);
    if (characters > this.imageCharacters) return false;
    this.imageCharacters -= characters;
    return true;
  }
}

function encoded({ mime, bytes }: Raster): Image {
  return { mime, base64: bytes.toString("base64") };
}
