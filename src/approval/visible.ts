/** More than this of a path, an address or a value is not read by anybody before a decision. */
const LONGEST = 200;
const KEPT_AT_END = 60;
/** Control, format (bidirectional ones too), line-separating, private and invisible characters, and odd spaces. */
const HIDDEN = /(?! )[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;
/** Many spaces would push what follows onto a line of its own where lines wrap. */
const MORE_SPACES = /(?<= ) /g;
/** What may have to be written otherwise: most text holds none of it, and is told so ten times as fast. */
const ODD = /[^ -~]| {2}/;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Text from code or from a file's name as one line that hides nothing: what breaks, reorders or vanishes from a line is
 * written as an escape (`\n`, `\u202e`). Made visible twice it stays the same.
 */
export function visible(text: string): string {
  if (!ODD.test(text)) return text;
  return text.replace(HIDDEN, escaped).replace(MORE_SPACES, "\\x20");
}

/** Text of several lines in which nothing is hidden either; its lines and its indentation stay as they are. */
export function visibleLines(text: string): string {
  return text.replace(HIDDEN, (character) => (/[\n\t]/.test(character) ? character : escaped(character)));
}

/** The same, of at most 200 characters: the middle is left out, because an address is told by its start and a path by its end. */
export function briefly(text: string): string {
  const characters = Array.from(visible(text));
  if (characters.length <= LONGEST) return characters.join("");
  const start = characters.slice(0, LONGEST - KEPT_AT_END - 1).join("");
  return `${start}…${characters.slice(-KEPT_AT_END).join("")}`;
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return SHORT[character] ?? (code > 0xffff ? `\\u{${hex(code, 1)}}` : `\\u${hex(code, 4)}`);
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
