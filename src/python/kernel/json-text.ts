/** A JSON value as it was written, which nobody has parsed: that may take twenty times its memory. */
export class JsonText {
  /** On one line. */
  readonly text: string;

  /** Within texts JSON has no line ends, so that those that are there may go. */
  constructor(written: string) {
    this.text = written.replaceAll(/[\r\n]/g, " ");
  }
}
