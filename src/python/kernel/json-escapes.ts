const BACKSLASH = 0x5c;
const U = 0x75;
const REPLACEMENT = 0xfffd;
const SHORT_ESCAPES: ReadonlyMap<number, number> = new Map(
  Object.entries({ '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }).map(
    ([name, stands]) => [name.charCodeAt(0), stands.charCodeAt(0)],
  ),
);

/**
 * A text of JSON, decoded where it is: what an escape stands for is never longer, and a large text is not held once more.
 * `written` has its quotes still, and is nobody's text any more. Halves of surrogate pairs become U+FFFD, as everywhere
 * where text is written in UTF-8. @throws SyntaxError
 */
export function decoded(written: Buffer): string {
  const first = written.indexOf(BACKSLASH);
  const end = written.length - 1;
  return written.toString("utf8", 1, first < 0 ? end : decodeFrom(first, written, end));
}

/** @returns where the decoded text ends */
function decodeFrom(first: number, bytes: Buffer, end: number): number {
  let [from, to] = [first, first];
  while (from < end) {
    const byte = bytes[from];
    if (byte !== BACKSLASH) {
      bytes[to] = byte ?? 0;
      from += 1;
      to += 1;
    } else if (bytes[from + 1] === U) {
      const point = codePoint(bytes, from);
      from += point > 0xffff ? 12 : 6;
      to += bytes.write(String.fromCodePoint(point), to);
    } else {
      bytes[to] = shortEscape(bytes[from + 1]);
      from += 2;
      to += 1;
    }
  }
  return to;
}

function shortEscape(name: number | undefined): number {
  const stands = name === undefined ? undefined : SHORT_ESCAPES.get(name);
  if (stands === undefined) throw new SyntaxError("A kernel's message has an escape that JSON does not know");
  return stands;
}

/** Of the escape `\uXXXX` at `at`, or of it and the one behind it. */
function codePoint(bytes: Buffer, at: number): number {
  const unit = codeUnit(bytes, at);
  if (!isSurrogate(unit)) return unit;
  if (unit >= 0xdc00 || bytes[at + 6] !== BACKSLASH || bytes[at + 7] !== U) return REPLACEMENT;
  const second = codeUnit(bytes, at + 6);
  return second >= 0xdc00 && second <= 0xdfff
    ? 0x10000 + ((unit - 0xd800) << 10) + second - 0xdc00
    : REPLACEMENT;
}

function codeUnit(bytes: Buffer, at: number): number {
  const digits = bytes.toString("latin1", at + 2, at + 6);
  if (!/^[\da-f]{4}$/i.test(digits)) throw new SyntaxError(`A kernel's message has the escape \\u${digits}`);
  return Number.parseInt(digits, 16);
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
