import { decoded } from "./json-escapes.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const SPACE = 0x20;
/** Longer ones are nobody's. */
const NAME_BYTES = 256;

/**
 * Reads of a JSON text what is asked for and passes over the rest: parsed, values may take twenty times the memory of their
 * text. What is passed over is not checked beyond its quotes and brackets.
 */
export class JsonCursor {
  private at = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Names in the object that is here, the cursor at the value of each; undefined for one that is too long. @throws SyntaxError */
  *members(): Generator<string | undefined> {
    this.take(OPEN_BRACE);
    if (this.accepts(CLOSE_BRACE)) return;
    do {
      const name = this.name();
      this.take(COLON);
      yield* this.visit(name);
    } while (this.accepts(COMMA));
    this.take(CLOSE_BRACE);
  }

  /** For each element of the array that is here, the cursor at it, whether it is a text. @throws SyntaxError */
  *elements(): Generator<boolean> {
    this.take(OPEN_BRACKET);
    if (this.accepts(CLOSE_BRACKET)) return;
    do yield* this.visit(this.isAtText);
    while (this.accepts(COMMA));
    this.take(CLOSE_BRACKET);
  }

  get isAtText(): boolean {
    return this.next() === QUOTE;
  }

  get isAtArray(): boolean {
    return this.next() === OPEN_BRACKET;
  }

  /** The text that is here, whose bytes are nobody's any more. @throws SyntaxError */
  text(): string {
    if (!this.isAtText) throw malformed("a text", this.at);
    return decoded(this.slice());
  }

  /** The value that is here, as it is written. @throws SyntaxError */
  slice(): Buffer {
    this.next();
    const start = this.at;
    this.at = this.end(start);
    return this.bytes.subarray(start, this.at);
  }

  private *visit<T>(what: T): Generator<T> {
    this.next();
    const start = this.at;
    yield what;
    if (this.at === start) this.slice();
  }

  private name(): string | undefined {
    if (!this.isAtText) throw malformed("a name", this.at);
    const value = this.slice();
    return value.length > NAME_BYTES ? undefined : decoded(value);
  }

  /** The next byte that is no white space. */
  private next(): number | undefined {
    while ((this.bytes[this.at] ?? COMMA) <= SPACE) this.at += 1;
    return this.bytes[this.at];
  }

  private accepts(byte: number): boolean {
    if (this.next() !== byte) return false;
    this.at += 1;
    return true;
  }

  private take(byte: number): void {
    if (!this.accepts(byte)) throw malformed(String.fromCharCode(byte), this.at);
  }

  private end(start: number): number {
    const first = this.bytes[start];
    if (first === QUOTE) return this.endOfText(start);
    if (first === OPEN_BRACE || first === OPEN_BRACKET) return this.endOfContainer(start);
    let at = start;
    while (!isEndOfScalar(this.bytes[at])) at += 1;
    if (at === start) throw malformed("a value", at);
    return at;
  }

  private endOfText(start: number): number {
    const { bytes } = this;
    for (let at = start + 1; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === QUOTE) return at + 1;
      if (byte === BACKSLASH) at += 1;
    }
    throw malformed("the end of a text", bytes.length);
  }

  private endOfContainer(start: number): number {
    const { bytes } = this;
    let depth = 0;
    for (let at = start; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === QUOTE) at = this.endOfText(at) - 1;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
      else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at + 1;
    }
    throw malformed("a closing bracket", bytes.length);
  }
}

function isEndOfScalar(byte: number | undefined): boolean {
  return (
    byte === undefined || byte <= SPACE || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET
  );
}

function malformed(wanted: string, at: number): SyntaxError {
  return new SyntaxError(`Byte ${at} of a kernel's message should be ${wanted}`);
}
