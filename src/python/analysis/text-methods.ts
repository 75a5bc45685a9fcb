import { utf8Of } from "./exact-bytes.ts";
import { writtenNumber } from "./exact-numbers.ts";
import { foldMethod, foldSplit, isFoldedMethod, isPlain } from "./exact-text.ts";
import { type Template, concatenate, display, gap, whole, worstHole } from "./text.ts";
import { exactNumber } from "./numbers.ts";
import { type Value, type ValueOf, type Values, text, textOf } from "./values.ts";

type TextValue = ValueOf<"text">;

/** Methods whose results are still made of what they were made of, letter by letter. */
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
/** Methods that change text in ways that are not computed here. */
const CHANGES_TEXT = new Set(["zfill", "expandtabs", "center", "ljust", "rjust"]);

/** Folds a method that turns text into text; undefined where it is not one of them. */
export function foldStringMethod(
  { template, bytes }: TextValue,
  name: string,
  args: readonly Value[],
): Value | undefined {
  if (name === "hex" && bytes) return hexOf(template);
  if (!isFoldedMethod(name) && !CHANGES_TEXT.has(name)) return undefined;
  const self = whole(template);
  const known = args.map((argument) => (argument.kind === "text" ? whole(argument.template) : undefined));
  const every = known.filter((argument) => argument !== undefined);
  if (self !== undefined && every.length === args.length) {
    const folded = foldMethod(self, name, every);
    if (folded !== undefined) return textOf(folded, bytes);
  }
  const holes = args.flatMap((value) => (value.kind === "text" ? value.template : []));
  const worst = worstHole([...template, ...holes]) ?? "data";
  return text(
    KEEPS_GAPS.has(name) && self === undefined ? gap(worst) : gap(worst === "number" ? "name" : worst),
    bytes,
  );
}

function hexOf(template: Template): Value {
  const bytes = whole(template);
  return bytes === undefined ? text(gap("name")) : textOf(Buffer.from(bytes, "latin1").toString("hex"));
}

/** The pieces of `split`, `rsplit` or `splitlines` of text known in full. */
export function piecesOf(value: TextValue, name: string, args: readonly Values[]): Values[] | undefined {
  const self = exactText(value);
  const [separators, ...more] = args;
  if (self === undefined || more.length > 0 || (separators?.length ?? 1) !== 1) return undefined;
  const separator = separators?.[0];
  if (separator !== undefined && separator.kind !== "text") return undefined;
  const by = separator === undefined ? undefined : whole(separator.template);
  if (separator !== undefined && by === undefined) return undefined;
  return foldSplit(self, name, by)?.map((piece) => [textOf(piece, value.bytes)]);
}

/** `separator.join(pieces)`. */
export function joinTexts(separator: Template, pieces: readonly Template[], bytes: boolean): Value {
  const parts = pieces.flatMap((piece, index) => (index === 0 ? [piece] : [separator, piece]));
  return text(concatenate(...parts), bytes);
}

/** UTF-8 where none is given; one that is not known is none that anything is computed with. */
export function codecOf(given: Values): string {
  if (given.length === 0) return "utf-8";
  return given.length === 1 ? (literalOf(given[0]) ?? "") : "";
}

const CODECS_OF_PLAIN = new Set(["utf8", "ascii", "latin1", "iso88591", "cp1252"]);

/** `text.encode(codec)`: literal parts in that codec, gaps as they are. */
export function encoded(template: Template, codec: string): Template {
  const name = codec.toLowerCase().replaceAll(/[-_ ]/g, "");
  const isComputed = template.every(
    (part) => typeof part !== "string" || name === "utf8" || (CODECS_OF_PLAIN.has(name) && isPlain(part)),
  );
  if (!isComputed || !CODECS_OF_PLAIN.has(name)) return gap(worstHole(template) ?? "data");
  return template.map((part) => (typeof part === "string" ? utf8Of(part) : part));
}

/** Text or number as the string that Python would make of it; a gap where it is not known. */
export function templateOf(value: Value): Template {
  switch (value.kind) {
    case "text":
      return value.template;
    case "number": {
      const exact = exactNumber(value);
      return exact === undefined ? gap("number") : [writtenNumber(exact)];
    }
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
  const exact = exactNumber(value);
  return exact === undefined ? undefined : writtenNumber(exact);
}

/** As Python would print it, for people; undefined where it is not known. */
export function printed(value: Value): string | undefined {
  if (value.kind === "text")
    return value.template.every((part) => typeof part === "string") ? display(value.template) : undefined;
  const exact = exactNumber(value);
  if (exact !== undefined) return writtenNumber(exact);
  return value.kind === "constant" ? value.value : undefined;
}

/** Text from which anything can be computed exactly: plain, or bytes. */
export function exactText(value: Value): string | undefined {
  if (value.kind !== "text") return undefined;
  const self = whole(value.template);
  return self !== undefined && (value.bytes || isPlain(self)) ? self : undefined;
}

/** Some text that was made of this one. */
export function unknownText({ template, bytes }: TextValue): Value {
  return text(gap(worstHole(template) ?? "data"), bytes);
}

/** `chr(code)`; none for half of a surrogate pair. */
export function characterAt(code: number): string | undefined {
  const isCharacter = Number.isInteger(code) && code >= 0 && code < 0x110000;
  return isCharacter && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : undefined;
}
