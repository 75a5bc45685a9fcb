/** What of a run's output never came. */
export interface Unheard {
  /** Messages that nothing could read. */
  readonly malformed: number;
  /** Outputs that the kernel sent and that did not come. */
  readonly missing: number;
}

/** What of it is not where it would be looked for, and what was not kept at all. */
export interface LeftOutOutput extends Unheard {
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
  return [
    ...said(figures, "more figure is", "more figures are", `in ${sideFile}, not in the folder figures.`),
    ...said(falseImages, "image was", "images were", `not a readable PNG or JPEG, and put into ${sideFile}.`),
    ...said(formats, "format was", "formats were", "left out of displays that have more than 32."),
    ...unheardInWords(left),
  ];
}

export function unheardInWords({ malformed, missing }: Unheard): readonly string[] {
  return [
    ...said(malformed, "message of the code was", "messages of the code were", "malformed and left out."),
    ...said(missing, "output was", "outputs were", "sent by the code and did not arrive."),
  ];
}

function said(count: number, one: string, more: string, what: string): readonly string[] {
  return count === 0 ? [] : [`${count.toLocaleString("en")} ${count === 1 ? one : more} ${what}`];
}
