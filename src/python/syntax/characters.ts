/** What a character can begin, by its code. */
export const BLANK = 1;
export const LETTER = 2;
export const DIGIT = 3;
export const QUOTE = 4;
export const OPERATOR = 5;
export const LINE_END = 6;
export const COMMENT = 7;
export const BACKSLASH = 8;

const OPERATORS =
  "**= //= >>= <<= ... ** // >> << <= >= == != -> := += -= *= /= %= @= &= |= ^= + - * / % @ & | ^ ~ < > ( ) [ ] { } , : . ; =";

const KINDS = new Uint8Array(128);
const BY_CODE: string[][] = Array.from({ length: 128 }, () => []);

mark(" \t\f", BLANK);
mark("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", LETTER);
mark("0123456789", DIGIT);
mark("'\"", QUOTE);
mark("\r\n", LINE_END);
mark("#", COMMENT);
mark("\\", BACKSLASH);
// `!` begins only `!=`; alone it is no operator.
for (const operator of OPERATORS.split(" ")) {
  mark(operator.slice(0, 1), OPERATOR);
  BY_CODE[operator.charCodeAt(0)]?.push(operator);
}

function mark(characters: string, kind: number): void {
  for (let index = 0; index < characters.length; index += 1) KINDS[characters.charCodeAt(index)] = kind;
}

/** 0 where it begins nothing, or is not ASCII. */
export function kindOf(code: number): number {
  return KINDS[code] ?? 0;
}

/** The longest operator that stands here; undefined where none does. */
export function operatorAt(source: string, at: number): string | undefined {
  const operators = BY_CODE[source.charCodeAt(at)] ?? [];
  for (const operator of operators) if (source.startsWith(operator, at)) return operator;
  return undefined;
}

const IDENTIFIER = /[\p{XID_Start}_]\p{XID_Continue}*/uy;

/** Where the identifier that begins here ends (PEP 3131); `at` itself where none does. */
export function endOfIdentifier(source: string, at: number): number {
  let end = at;
  for (;;) {
    const code = source.charCodeAt(end);
    if (code >= 128) break;
    const kind = KINDS[code];
    if (kind !== LETTER && (kind !== DIGIT || end === at)) return end;
    end += 1;
  }
  IDENTIFIER.lastIndex = at;
  return IDENTIFIER.test(source) ? IDENTIFIER.lastIndex : end;
}

const NUMBER =
  /0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:(?:\d(?:_?\d)*)?\.\d(?:_?\d)*|\d(?:_?\d)*\.?)(?:[eE][+-]?\d(?:_?\d)*)?[jJ]?/y;

/** Where the number that begins here ends. */
export function endOfNumber(source: string, at: number): number {
  NUMBER.lastIndex = at;
  return NUMBER.test(source) ? NUMBER.lastIndex : at + 1;
}

/** `U+200B`, as people look characters up. */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
