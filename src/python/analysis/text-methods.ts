import { type Template, concatenate, gap, whole, worstHole } from "./text.ts";
import { type Value, type Values, number, text, textOf } from "./values.ts";

type StringMethod = (receiver: string, args: readonly string[]) => string | undefined;

const MOST_CHARACTERS = 100_000;

/** String methods whose result is one string, for receivers and arguments that are known in full. */
const STRING_METHODS: Readonly<Record<string, StringMethod>> = {
  upper: (self) => self.toUpperCase(),
  lower: (self) => self.toLowerCase(),
  casefold: (self) => self.toLowerCase(),
  swapcase: (self) =>
    Array.from(self, (c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join(""),
  title: (self) => self.toLowerCase().replace(/\b\w/g, (letter) => letter.toUpperCase()),
  capitalize: (self) => self.slice(0, 1).toUpperCase() + self.slice(1).toLowerCase(),
  strip: (self, [characters]) => strip(self, characters, true, true),
  lstrip: (self, [characters]) => strip(self, characters, true, false),
  rstrip: (self, [characters]) => strip(self, characters, false, true),
  replace: (self, [from, to]) =>
    from === undefined || to === undefined ? undefined : self.split(from).join(to),
  removeprefix: (self, [prefix]) =>
    prefix !== undefined && self.startsWith(prefix) ? self.slice(prefix.length) : self,
  removesuffix: (self, [suffix]) =>
    suffix !== undefined && suffix !== "" && self.endsWith(suffix) ? self.slice(0, -suffix.length) : self,
  zfill: (self, [width]) => (Number(width) < 1000 ? self.padStart(Number(width), "0") : undefined),
  hex: (self) => Buffer.from(self, "latin1").toString("hex"),
  expandtabs: (self) => self.replaceAll("\t", "        "),
};

/** Methods that keep every character of a template's gaps what they were. */
const KEEPS_GAPS = new Set([
  "upper",
  "lower",
  "casefold",
  "title",
  "capitalize",
  "strip",
  "lstrip",
  "rstrip",
  "swapcase",
]);

/** Folds a method that turns text into text; undefined where it is not one of them. */
export function foldStringMethod(
  receiver: Template,
  bytes: boolean,
  name: string,
  args: readonly Values[],
): Value | undefined {
  const fold = STRING_METHODS[name];
  const self = whole(receiver);
  if (fold === undefined) return undefined;
  const known = args.map((values) => (values.length === 1 ? literalOf(values[0]) : undefined));
  if (self !== undefined && known.every((argument) => argument !== undefined)) {
    const folded = fold(self, known);
    if (folded !== undefined && folded.length <= MOST_CHARACTERS)
      return textOf(folded, bytes && name !== "hex");
  }
  const holes = args.flat().flatMap((value) => (value.kind === "text" ? value.template : []));
  const worst = worstHole([...receiver, ...holes]) ?? "data";
  return text(
    KEEPS_GAPS.has(name) && self === undefined ? gap(worst) : gap(worst === "number" ? "name" : worst),
    bytes,
  );
}

/** The pieces of `split`, `rsplit`, `splitlines` or `partition` of text known in full. */
export function foldSplit(
  receiver: Template,
  bytes: boolean,
  name: string,
  args: readonly Values[],
): Values[] | undefined {
  const self = whole(receiver);
  if (self === undefined || args.length > 1) return undefined;
  const separator = args[0] === undefined ? undefined : literalOf(args[0][0]);
  if (name === "splitlines") return self.split(/\r\n|\r|\n/).map((line) => [textOf(line, bytes)]);
  if (name !== "split" && name !== "rsplit") return undefined;
  const pieces = separator === undefined ? self.trim().split(/\s+/) : self.split(separator);
  return pieces.length > 256 ? undefined : pieces.map((piece) => [textOf(piece, bytes)]);
}

/** `separator.join(pieces)`. */
export function joinTexts(separator: Template, pieces: readonly Template[], bytes: boolean): Value {
  const parts = pieces.flatMap((piece, index) => (index === 0 ? [piece] : [separator, piece]));
  return text(concatenate(...parts), bytes);
}

/** `template.format(...)` and `%`: fields in order or by name; what is not given is a gap. */
export function formatBraces(
  template: string,
  positional: readonly Template[],
  named: ReadonlyMap<string, Template>,
): Template {
  const parts: Template[] = [];
  let next = 0;
  let from = 0;
  for (const match of template.matchAll(/\{\{|\}\}|\{([^{}:!]*)(?:![rsa])?(?::[^{}]*)?\}/g)) {
    parts.push([template.slice(from, match.index)]);
    from = match.index + match[0].length;
    const field = match[1];
    if (field === undefined) parts.push([match[0].slice(0, 1)]);
    else if (field === "") parts.push(positional[next++] ?? gap("data"));
    else parts.push(named.get(field) ?? positional[Number(field)] ?? gap("data"));
  }
  return concatenate(...parts, [template.slice(from)]);
}

export function formatPercent(template: string, values: readonly Template[]): Template {
  const parts: Template[] = [];
  let next = 0;
  let from = 0;
  for (const match of template.matchAll(/%(?:\((\w+)\))?[-+ #0]*(?:\d+|\*)?(?:\.\d+)?([a-zA-Z%])/g)) {
    parts.push([template.slice(from, match.index)]);
    from = match.index + match[0].length;
    if (match[2] === "%") parts.push(["%"]);
    else if (match[2] === "c") parts.push(characterOf(values[next++]));
    else parts.push(values[next++] ?? gap("data"));
  }
  return concatenate(...parts, [template.slice(from)]);
}

/** Text or number as the string that Python would make of it; a gap where it is not known. */
export function templateOf(value: Value): Template {
  switch (value.kind) {
    case "text":
      return value.template;
    case "number":
      return value.value === undefined ? gap("number") : [String(value.value)];
    case "constant":
      return [value.value];
    case "instance":
      return value.target ?? gap("data");
    case "data":
      return gap("data");
    case "container":
      return gap("data");
    default:
      return gap("unknown");
  }
}

export function literalOf(value: Value | undefined): string | undefined {
  if (value?.kind === "text") return whole(value.template);
  return value?.kind === "number" && value.value !== undefined ? String(value.value) : undefined;
}

export const lengthOf = (template: Template): Value | undefined => {
  const self = whole(template);
  return self === undefined ? undefined : number(self.length);
};

function characterOf(template: Template | undefined): Template {
  const code = template === undefined ? NaN : Number(whole(template));
  return Number.isInteger(code) && code >= 0 && code < 0x110000
    ? [String.fromCodePoint(code)]
    : (template ?? gap("data"));
}

function strip(self: string, characters: string | undefined, left: boolean, right: boolean): string {
  const drop = (character: string | undefined) =>
    character !== undefined &&
    (characters === undefined ? /\s/.test(character) : characters.includes(character));
  let start = 0;
  let end = self.length;
  while (left && start < end && drop(self[start])) start += 1;
  while (right && end > start && drop(self[end - 1])) end -= 1;
  return self.slice(start, end);
}
