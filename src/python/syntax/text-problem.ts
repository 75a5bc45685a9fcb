/** Something in the text itself, before anybody asks what it means, that is no Python or reads as something else. */
export interface TextProblem {
  /** UTF-16 offsets; end is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly message: string;
}
