const LINE_ENDS = [0x0a, 0x0d];
const SPACE = 0x20;

/** A JSON value as it was written, which nobody has parsed: that may take twenty times its memory. */
export class JsonText {
  /** UTF-8, on one line. */
  readonly bytes: Buffer;

  /** `written` becomes its own. Within texts JSON has no line ends, so that those that are there may go. */
  constructor(written: Buffer) {
    for (const end of LINE_ENDS)
      for (let at = written.indexOf(end); at >= 0; at = written.indexOf(end, at + 1)) written[at] = SPACE;
    this.bytes = written;
  }
}
