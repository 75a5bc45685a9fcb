import { type Arguments, argumentAt, furtherArguments } from "./evaluator.ts";
import type { ArgumentPlace } from "./knowledge-domain.ts";
import { type Template, concatenate, gap, joinPaths, splitPath, whole, worstHole } from "./text.ts";
import { literalOf, templateOf } from "./text-methods.ts";
import { type Value, type Values, instance, number, text, textOf, unique } from "./values.ts";

type Fold = (args: Arguments) => Values | undefined;

const MOST_COMBINATIONS = 32;
const first: ArgumentPlace = [0];

/** Functions of text, numbers and paths whose result follows from their arguments alone, by dotted path. */
const FOLDS: Readonly<Record<string, Fold>> = {
  "builtins.chr": eachNumber((code) =>
    code >= 0 && code < 0x110000 ? textOf(String.fromCodePoint(code)) : undefined,
  ),
  "builtins.ord": eachText((self) => number(self.codePointAt(0) ?? 0)),
  "builtins.len": eachText((self) => number(self.length)),
  "builtins.hex": eachNumber((value) => textOf(`0x${value.toString(16)}`)),
  "builtins.int": (args) => toInteger(args),
  "builtins.float": eachNumber(number),
  "builtins.abs": eachNumber((value) => number(Math.abs(value))),
  "builtins.str": (args) => asText(args),
  "builtins.repr": (args) =>
    asText(args)?.map((value) => (value.kind === "text" ? text(gap("data")) : value)),
  "builtins.bytes": (args) => asBytes(args),
  "builtins.bytearray": changeable((args) => asBytes(args)),
  "builtins.bytes.fromhex": fromEncoding("hex"),
  "builtins.bytearray.fromhex": changeable(fromEncoding("hex")),
  "base64.b64decode": fromEncoding("base64"),
  "base64.standard_b64decode": fromEncoding("base64"),
  "base64.urlsafe_b64decode": fromEncoding("base64url"),
  "base64.decodebytes": fromEncoding("base64"),
  "base64.b16decode": fromEncoding("hex"),
  "base64.b32decode": eachText(() => text(gap("unknown"), true)),
  "binascii.unhexlify": fromEncoding("hex"),
  "binascii.a2b_hex": fromEncoding("hex"),
  "binascii.a2b_base64": fromEncoding("base64"),
  "codecs.decode": (args) => decodeWith(args),
  "codecs.encode": (args) => decodeWith(args),
  "ast.literal_eval": eachText(quotedText),
  "json.loads": eachText(jsonText),
  "textwrap.dedent": eachText((self) => textOf(dedented(self))),
  "os.path.join": (args) => joined(args),
  "os.path.abspath": samePath,
  "os.path.realpath": samePath,
  "os.path.normpath": samePath,
  "os.path.expanduser": samePath,
  "os.fspath": samePath,
  "os.path.basename": eachPath((path) => text(nameOnly(splitPath(path).name))),
  "os.path.dirname": eachPath((path) => text(splitPath(path).folder)),
  "pathlib.Path": (args) => path(args),
  "pathlib.PurePath": (args) => path(args),
  "pathlib.Path.cwd": () => [instance("pathlib.Path", ["."])],
  "pathlib.Path.home": () => [instance("pathlib.Path", ["~"])],
};

/** The result of a function of text, numbers or paths; undefined where nothing folds. */
export function foldCall(dotted: string, args: Arguments): Values | undefined {
  return Object.hasOwn(FOLDS, dotted) ? FOLDS[dotted]?.(args) : undefined;
}

export const folds = (dotted: string): boolean => Object.hasOwn(FOLDS, dotted);

/** Decodes text with a codec that Node knows, and rot13. */
export function decode(self: string, codec: string): string | undefined {
  const name = codec.toLowerCase().replaceAll(/[-_]/g, "");
  if (name === "rot13") return rot13(self);
  if (name === "hex" || name === "hexcodec") return Buffer.from(self, "hex").toString("latin1");
  if (name === "base64" || name === "base64codec") return Buffer.from(self, "base64").toString("latin1");
  if (name === "utf8" || name === "u8" || name === "utf") return Buffer.from(self, "latin1").toString("utf8");
  return ["ascii", "latin1", "iso88591", "cp1252"].includes(name) ? self : undefined;
}

/** A file's own name never leaves its folder. */
export function nameOnly(template: Template): Template {
  return template.map((part) =>
    typeof part === "string" || part.hole === "number" ? part : { hole: "name" as const },
  );
}

function eachText(fold: (self: string) => Value | undefined): Fold {
  return (args) => each(argumentAt(args, first), (value) => apply(literalText(value), fold));
}

function eachNumber(fold: (value: number) => Value | undefined): Fold {
  return (args) =>
    each(argumentAt(args, first), (value) => apply(value.kind === "number" ? value.value : undefined, fold));
}

function eachPath(fold: (path: Template) => Value): Fold {
  return (args) => each(argumentAt(args, first), (value) => fold(templateOf(value)));
}

function samePath(args: Arguments): Values | undefined {
  return each(argumentAt(args, first), (value) =>
    value.kind === "instance" ? value : text(templateOf(value)),
  );
}

function fromEncoding(encoding: BufferEncoding): Fold {
  return eachText((self) =>
    textOf(Buffer.from(self.replaceAll(/\s/g, ""), encoding).toString("latin1"), true),
  );
}

/** What it is made of, and anything that may be written into it later. */
function changeable(fold: Fold): Fold {
  return (args) => {
    const folded = fold(args);
    return folded === undefined ? undefined : [...folded, text(gap("unknown"), true)];
  };
}

/** Folds every value, or none: a value that does not fold makes the result unknown, said by the knowledge. */
function each(values: Values, fold: (value: Value) => Value | undefined): Values | undefined {
  const folded = values.map(fold);
  return values.length === 0 || folded.includes(undefined)
    ? undefined
    : unique(folded.filter((value) => value !== undefined));
}

function apply<T>(value: T | undefined, fold: (value: T) => Value | undefined): Value | undefined {
  return value === undefined ? undefined : fold(value);
}

function toInteger(args: Arguments): Values | undefined {
  const base = literalOf(argumentAt(args, [1, "base"])[0]);
  return each(argumentAt(args, first), (value) => {
    const self = literalOf(value);
    const parsed =
      self === undefined
        ? NaN
        : base === undefined
          ? Math.trunc(Number(self))
          : parseInt(self, Number(base) || 10);
    return Number.isFinite(parsed) ? number(parsed) : undefined;
  });
}

function asText(args: Arguments): Values | undefined {
  return each(argumentAt(args, first), (value) => {
    if (value.kind === "text" && value.bytes && args.positional.length > 1) return text(value.template);
    return ["text", "number", "constant"].includes(value.kind) ||
      (value.kind === "instance" && value.target !== undefined)
      ? text(templateOf(value))
      : undefined;
  });
}

function asBytes(args: Arguments): Values | undefined {
  return each(argumentAt(args, first), (value) => {
    if (value.kind === "text") return text(value.template, true);
    const sequence = value.kind === "container" ? value.definition.sequence : undefined;
    const codes = sequence?.map((values) => (values[0]?.kind === "number" ? values[0].value : undefined));
    if (codes === undefined || codes.includes(undefined)) return undefined;
    return textOf(String.fromCharCode(...codes.map((code) => (code ?? 0) & 255)), true);
  });
}

function decodeWith(args: Arguments): Values | undefined {
  const codec = literalOf(argumentAt(args, [1, "encoding"])[0]) ?? "utf-8";
  return each(argumentAt(args, first), (value) => {
    const self = literalText(value);
    const decoded = self === undefined ? undefined : decode(self, codec);
    return decoded === undefined ? undefined : textOf(decoded);
  });
}

function joined(args: Arguments): Values | undefined {
  if (furtherArguments(args).length > 0) return undefined;
  return combinations(args.positional).map((parts) => text(joinPaths(parts.map(templateOf))));
}

function path(args: Arguments): Values | undefined {
  if (furtherArguments(args).length > 0) return undefined;
  if (args.positional.length === 0) return [instance("pathlib.Path", ["."])];
  return combinations(args.positional).map((parts) =>
    instance("pathlib.Path", joinPaths(parts.map(templateOf))),
  );
}

/** One of each, in every way; too many ways become gaps. */
export function combinations(options: readonly Values[]): readonly Values[] {
  const ways = options.reduce((count, values) => count * values.length, 1);
  // Found out first: where one is never given, the others' ways would all be gone through for nothing.
  if (ways === 0) return [];
  if (ways === 1) return [options.flat()];
  if (ways > MOST_COMBINATIONS) {
    return [options.map((values) => text(gap(worstHole(values.flatMap(templateOf)) ?? "data")))];
  }
  return options.reduce<Values[]>(
    (rows, values) => rows.flatMap((row) => values.map((value) => [...row, value])),
    [[]],
  );
}

function literalText(value: Value): string | undefined {
  return value.kind === "text" ? whole(value.template) : undefined;
}

function rot13(self: string): string {
  return self.replaceAll(/[a-z]/gi, (letter) => {
    const base = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}

/** Text after text, numbers added: `+` of two values; undefined where it is neither. */
export function added(left: Value, right: Value): Value | undefined {
  if (left.kind === "text" || right.kind === "text") {
    const bytes = left.kind === "text" ? left.bytes : false;
    return text(concatenate(templateOf(left), templateOf(right)), bytes);
  }
  return undefined;
}

/** A literal of text alone; what else `literal_eval` reads is data. */
function quotedText(written: string): Value | undefined {
  const match = /^\s*(['"])((?:(?!\1)[^\\\n])*)\1\s*$/.exec(written);
  return match === null ? undefined : textOf(match[2] ?? "");
}

function jsonText(written: string): Value | undefined {
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === "string" ? textOf(value) : undefined;
  } catch {
    return undefined;
  }
}

/** Without the white space that all lines begin with that hold more than that, as `textwrap.dedent` does. */
function dedented(self: string): string {
  const lines = self.split("\n").map((line) => (line.trim() === "" ? "" : line));
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
