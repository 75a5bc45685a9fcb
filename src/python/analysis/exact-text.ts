/** `self` and all arguments are plain text. */
type Method = (self: string, args: readonly string[]) => string | undefined;

/** What is the same in JavaScript and in Python, whatever is done with it: printable ASCII, line ends and tabs. */
const PLAIN = /^[\t\n\x20-\x7e]*$/;
const LETTERS = /[a-zA-Z]+/g;
const MOST_CHARACTERS = 100_000;
const MOST_PIECES = 256;

/** Whether something can be computed from this text exactly. Of bytes, which are held one a character, everything can. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

/** String methods whose result is one string; bytes have those of them that `bytes` has too. */
const METHODS: Readonly<Record<string, Method>> = {
  upper: (self) => self.toUpperCase(),
  lower: (self) => self.toLowerCase(),
  casefold: (self) => self.toLowerCase(),
  swapcase: (self) =>
    self.replaceAll(LETTERS, (word) =>
      Array.from(word, (letter) => (letter < "a" ? letter.toLowerCase() : letter.toUpperCase())).join(""),
    ),
  title: (self) => self.replaceAll(LETTERS, capitalized),
  capitalize: capitalized,
  strip: (self, [characters]) => strip(self, characters, true, true),
  lstrip: (self, [characters]) => strip(self, characters, true, false),
  rstrip: (self, [characters]) => strip(self, characters, false, true),
  replace: (self, [from, to, ...more]) =>
    from === undefined || from === "" || to === undefined || more.length > 0
      ? undefined
      : self.replaceAll(from, () => to),
  removeprefix: (self, [prefix]) =>
    prefix === undefined ? undefined : self.startsWith(prefix) ? self.slice(prefix.length) : self,
  removesuffix: (self, [suffix]) =>
    suffix === undefined
      ? undefined
      : suffix !== "" && self.endsWith(suffix)
        ? self.slice(0, -suffix.length)
        : self,
};

/** Folds a method that turns text into text; undefined where its result is not known to be the same as CPython's. */
export function foldMethod(self: string, name: string, args: readonly string[]): string | undefined {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  if (method === undefined || ![self, ...args].every(isPlain)) return undefined;
  const folded = method(self, args);
  return folded !== undefined && folded.length <= MOST_CHARACTERS ? folded : undefined;
}

export const isFoldedMethod = (name: string): boolean => Object.hasOwn(METHODS, name);

/** The pieces of `split` and `rsplit`, with a separator or at white space, and of `splitlines`. */
export function foldSplit(
  self: string,
  name: string,
  separator: string | undefined,
): readonly string[] | undefined {
  if (!isPlain(self) || separator === "" || (separator !== undefined && !isPlain(separator)))
    return undefined;
  const pieces = piecesOf(self, name, separator);
  return pieces !== undefined && pieces.length <= MOST_PIECES ? pieces : undefined;
}

function piecesOf(self: string, name: string, separator: string | undefined): readonly string[] | undefined {
  if (name === "splitlines") {
    const lines = self.split("\n");
    return separator !== undefined ? undefined : lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  }
  if (name !== "split" && name !== "rsplit") return undefined;
  return separator === undefined
    ? self.split(/[ \t\n]+/).filter((piece) => piece !== "")
    : self.split(separator);
}

function capitalized(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();
}

function strip(self: string, characters: string | undefined, left: boolean, right: boolean): string {
  const dropped = characters ?? " \t\n";
  let start = 0;
  let end = self.length;
  while (left && start < end && dropped.includes(self.charAt(start))) start += 1;
  while (right && end > start && dropped.includes(self.charAt(end - 1))) end -= 1;
  return self.slice(start, end);
}

/** Without the white space that all lines begin with that hold more than that, as `textwrap.dedent` does. */
export function dedented(self: string): string | undefined {
  if (!isPlain(self)) return undefined;
  const lines = self.split("\n").map((line) => (/^[ \t]*$/.test(line) ? "" : line));
  const margins = lines.filter((line) => line !== "").map((line) => /^[ \t]*/.exec(line)?.[0] ?? "");
  const [first = ""] = margins;
  const shared = margins.reduce((margin, one) => commonStart(margin, one), first);
  return lines.map((line) => line.slice(line === "" ? 0 : shared.length)).join("\n");
}

function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}

export function rot13(self: string): string | undefined {
  if (!isPlain(self)) return undefined;
  return self.replaceAll(/[a-z]/gi, (letter) => {
    const base = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}

/** No half of a surrogate pair: Python holds one as a character of its own. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
