import { type Arguments, argumentAt, furtherArguments } from "./evaluator.ts";
import type { ArgumentPlace } from "./knowledge-domain.ts";
import { decoded, fromBase64, fromHex } from "./exact-bytes.ts";
import { type ExactNumber, float, floatOf, integer, integerOf } from "./exact-numbers.ts";
import { dedented, isWellFormed, rot13 } from "./exact-text.ts";
import { type Template, concatenate, gap, joinPaths, splitPath, whole, worstHole } from "./text.ts";
import { characterAt, codecOf, encoded, exactText, literalOf, templateOf } from "./text-methods.ts";
import { exactNumber, number, wholeNumber } from "./numbers.ts";
import { type Value, type ValueOf, type Values, instance, text, textOf, unique } from "./values.ts";

type Fold = (args: Arguments) => Values | undefined;

const MOST_COMBINATIONS = 32;
const first: ArgumentPlace = [0];

/**
 * Functions of text, numbers and paths whose result follows from their arguments alone, by dotted path. Where it is not certain
 * to be what CPython computes there is none.
 */
const FOLDS: Readonly<Record<string, Fold>> = {
  "builtins.chr": eachNumber(characterOf),
  "builtins.ord": eachText((self) =>
    self.length === 1 ? number(integerHere(self.charCodeAt(0))) : undefined,
  ),
  "builtins.len": eachText((self) => number(integerHere(self.length))),
  "builtins.hex": eachNumber(({ value, isFloat }) =>
    isFloat ? undefined : textOf(`${value < 0 ? "-" : ""}0x${Math.abs(value).toString(16)}`),
  ),
  "builtins.int": (args) => toInteger(args),
  "builtins.float": (args) => toFloat(args),
  "builtins.abs": eachNumber(({ value, isFloat }) => number({ value: Math.abs(value), isFloat })),
  "builtins.str": (args) => asText(args),
  "builtins.repr": (args) => asText(args)?.map(() => text(gap("data"))),
  "builtins.bytes": (args) => asBytes(args),
  "builtins.bytearray": changeable((args) => asBytes(args)),
  "builtins.bytes.fromhex": bytesFrom((self) => fromHex(self, true)),
  "builtins.bytearray.fromhex": changeable(bytesFrom((self) => fromHex(self, true))),
  "base64.b64decode": bytesFrom(fromBase64),
  "base64.standard_b64decode": bytesFrom(fromBase64),
  "base64.urlsafe_b64decode": bytesFrom((self) => fromBase64(self, true)),
  "base64.decodebytes": bytesFrom(fromBase64),
  "base64.b16decode": bytesFrom((self) => fromHex(self, false)),
  "base64.b32decode": eachText(() => text(gap("unknown"), true)),
  "binascii.unhexlify": bytesFrom((self) => fromHex(self, false)),
  "binascii.a2b_hex": bytesFrom((self) => fromHex(self, false)),
  "binascii.a2b_base64": bytesFrom(fromBase64),
  "codecs.decode": (args) => recoded(args, decodeWith),
  "codecs.encode": (args) => recoded(args, encodeWith),
  "ast.literal_eval": eachText(quotedText),
  "json.loads": eachText(jsonText),
  "textwrap.dedent": eachText((self) => apply(dedented(self), textOf)),
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

/** A file's own name never leaves its folder. */
export function nameOnly(template: Template): Template {
  return template.map((part) =>
    typeof part === "string" || part.hole === "number" ? part : { hole: "name" as const },
  );
}

function eachText(fold: (self: string) => Value | undefined): Fold {
  return (args) => each(argumentAt(args, first), (value) => apply(exactText(value), fold));
}

function eachNumber(fold: (value: ExactNumber) => Value | undefined): Fold {
  return (args) => each(argumentAt(args, first), (value) => apply(exactNumber(value), fold));
}

function eachPath(fold: (path: Template) => Value): Fold {
  return (args) => each(argumentAt(args, first), (value) => fold(templateOf(value)));
}

function samePath(args: Arguments): Values | undefined {
  return each(argumentAt(args, first), (value) =>
    value.kind === "instance" ? value : text(templateOf(value)),
  );
}

function bytesFrom(decode: (self: string) => string | undefined): Fold {
  return eachText((self) => {
    const bytes = decode(self);
    return bytes === undefined ? undefined : textOf(bytes, true);
  });
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

function apply<T, R>(value: T | undefined, fold: (value: T) => R | undefined): R | undefined {
  return value === undefined ? undefined : fold(value);
}

const integerHere = (value: number): ExactNumber => ({ value, isFloat: false });

function characterOf({ value, isFloat }: ExactNumber): Value | undefined {
  return isFloat ? undefined : apply(characterAt(value), textOf);
}

function toInteger(args: Arguments): Values | undefined {
  const given = argumentAt(args, [1, "base"]);
  const base = given.length === 0 ? undefined : (wholeNumber(given[0]) ?? 0);
  if (given.length > 1) return undefined;
  return each(argumentAt(args, first), (value) => {
    const exact = exactNumber(value);
    if (exact !== undefined)
      return base === undefined ? apply(integer(Math.trunc(exact.value)), number) : undefined;
    const self = exactText(value);
    return self === undefined ? undefined : apply(integerOf(self, base ?? 10), number);
  });
}

function toFloat(args: Arguments): Values | undefined {
  return each(argumentAt(args, first), (value) => {
    const exact = exactNumber(value);
    if (exact !== undefined) return apply(float(exact.value), number);
    return apply(apply(exactText(value), floatOf), number);
  });
}

function asText(args: Arguments): Values | undefined {
  const codecs = argumentAt(args, [1, "encoding"]);
  return each(argumentAt(args, first), (value) => {
    if (value.kind === "text" && value.bytes) return text(decodedText(value, codecs));
    return ["text", "number", "constant"].includes(value.kind) ||
      (value.kind === "instance" && value.target !== undefined)
      ? text(templateOf(value))
      : undefined;
  });
}

/** Without a codec it is how bytes are written. */
function decodedText(value: ValueOf<"text">, codecs: Values): Template {
  const codec = codecs.length === 1 ? literalOf(codecs[0]) : undefined;
  const bytes = whole(value.template);
  const folded = codec === undefined || bytes === undefined ? undefined : decoded(bytes, codec);
  return folded === undefined ? gap(worstHole(value.template) ?? "data") : [folded];
}

function asBytes(args: Arguments): Values | undefined {
  const codec = codecOf(argumentAt(args, [1, "encoding"]));
  return each(argumentAt(args, first), (value) => {
    if (value.kind === "text") return value.bytes ? value : text(encoded(value.template, codec), true);
    const sequence = value.kind === "container" ? value.definition.sequence : undefined;
    const codes = sequence?.map((values) => (values.length === 1 ? wholeNumber(values[0]) : undefined));
    const bytes = codes?.every((code) => code !== undefined && code >= 0 && code < 256) ? codes : undefined;
    return bytes === undefined
      ? undefined
      : textOf(String.fromCharCode(...bytes.map((code) => code ?? 0)), true);
  });
}

function recoded(
  args: Arguments,
  recode: (value: Value, codec: string) => Value | undefined,
): Values | undefined {
  const codec = codecOf(argumentAt(args, [1, "encoding"]));
  return each(argumentAt(args, first), (value) => recode(value, codec));
}

function decodeWith(value: Value, codec: string): Value | undefined {
  const self = exactText(value);
  if (self === undefined) return undefined;
  const name = codec.toLowerCase().replaceAll(/[-_]/g, "");
  if (name === "rot13") return apply(rot13(self), textOf);
  if (name === "hex" || name === "hexcodec")
    return apply(fromHex(self, false), (bytes) => textOf(bytes, true));
  if (name === "base64" || name === "base64codec")
    return apply(fromBase64(self), (bytes) => textOf(bytes, true));
  return apply(decoded(self, codec), textOf);
}

function encodeWith(value: Value, codec: string): Value | undefined {
  if (value.kind !== "text" || value.bytes) return undefined;
  if (/^rot_?13$/i.test(codec)) return apply(apply(exactText(value), rot13), textOf);
  return text(encoded(value.template, codec), true);
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

/** Text after text: `+` of two values; undefined where neither is one. */
export function added(left: Value, right: Value): Value | undefined {
  if (left.kind !== "text" && right.kind !== "text") return undefined;
  const bytes = left.kind === "text" ? left.bytes : false;
  return text(concatenate(templateOf(left), templateOf(right)), bytes);
}

/** A literal of text alone; what else `literal_eval` reads is data. */
function quotedText(written: string): Value | undefined {
  const match = /^[ \t]*(['"])((?:(?!\1)[^\\\n])*)\1[ \t\n]*$/.exec(written);
  return match === null ? undefined : textOf(match[2] ?? "");
}

function jsonText(written: string): Value | undefined {
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === "string" && isWellFormed(value) ? textOf(value) : undefined;
  } catch {
    return undefined;
  }
}
