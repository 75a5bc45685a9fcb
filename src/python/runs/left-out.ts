/** What of a run's output is not where it would be looked for, and what was not kept at all. */
export interface LeftOutOutput {
  /** Figures beyond those that are files; they are in the side file. */
  readonly figures: number;
  /** Images that are not what they say they are; they are in the side file. */
  readonly falseImages: number;
  /** Formats of displays that have more than are kept. */
  readonly formats: number;
}

/** A sentence for each, for people and for the model; none where everything is in its place. */
export function leftOutInWords(left: LeftOutOutput, sideFile: string): readonly string[] {
  const { figures, falseImages, formats } = left;
  const sentences: readonly (readonly [number, string])[] = [
    [
      figures,
      `${counted(figures, "more figure is", "more figures are")} in ${sideFile}, not in the folder figures.`,
    ],
    [
      falseImages,
      `${counted(falseImages, "image was", "images were")} not a readable PNG or JPEG, and put into ${sideFile}.`,
    ],
    [
      formats,
      `${counted(formats, "format", "formats")} of what was displayed left out: only the first of each display are kept.`,
    ],
  ];
  return sentences.filter(([count]) => count > 0).map(([, sentence]) => sentence);
}

function counted(count: number, one: string, more: string): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : more}`;
}
