// Control sequences (CSI), operating system commands (OSC) and two-character escapes of ECMA-48.
// eslint-disable-next-line no-control-regex -- that is what escapes are made of
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]/g;

/** Text without terminal escapes, for models and for places that show plain text. */
export function withoutEscapes(text: string): string {
  return text.replace(ESCAPES, "");
}

/** Its first characters, as a text of their own: a slice would keep all of a large text in memory. */
export function beginningOf(text: string, characters: number): string {
  if (text.length <= characters) return text;
  return Buffer.from(text.slice(0, characters), "utf16le").toString("utf16le");
}

/** The text in pieces of so many characters at most, none of which ends within a surrogate pair. */
export function* piecesOf(text: string, characters: number): Generator<string> {
  for (let at = 0, end; at < text.length; at = end) {
    end = Math.min(at + characters, text.length);
    if (end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end -= 1;
    yield text.slice(at, end);
  }
}
