import { isPlain } from "./exact-text.ts";
import { type Template, concatenate, gap, worstHole } from "./text.ts";
import { characterAt, templateOf } from "./text-methods.ts";
import { exactNumber, wholeNumber } from "./numbers.ts";
import type { Value } from "./values.ts";

const BRACES = /\{\{|\}\}|\{([^{}:!]*)(?:!([^{}:]*))?(?::([^{}]*))?\}|[{}]/g;
const PERCENT = /%(?:\((\w+)\))?([-+ #0]*)(\d+|\*)?(\.(?:\d+|\*)?)?([a-zA-Z%])/g;

/** `format.format(...)`: fields in order or by name; what is not given, or not computed here, is a gap. */
export function formatBraces(
  format: string,
  positional: readonly Value[],
  named: ReadonlyMap<string, Value>,
): Template {
  const parts: Template[] = [];
  let next = 0;
  let from = 0;
  for (const match of format.matchAll(BRACES)) {
    const [written, field, conversion = "", specification = ""] = match;
    parts.push([format.slice(from, match.index)]);
    from = match.index + written.length;
    if (written === "{" || written === "}") return anyOf([...positional, ...named.values()]);
    if (field === undefined) parts.push([written.slice(0, 1)]);
    else {
      const value = field === "" ? positional[next++] : (named.get(field) ?? positionalAt(positional, field));
      parts.push(inserted(value, conversion, specification));
    }
  }
  return concatenate(...parts, [format.slice(from)]);
}

function positionalAt(positional: readonly Value[], field: string): Value | undefined {
  return /^\d+$/.test(field) ? positional[Number(field)] : undefined;
}

function anyOf(values: readonly Value[]): Template {
  const worst = worstHole(values.flatMap(templateOf)) ?? "data";
  return gap(worst === "number" ? "data" : worst);
}

/** One value between braces, of a format or of an f-string: as it is, or as a conversion or a format specification changes it. */
export function inserted(value: Value | undefined, conversion: string, specification: string): Template {
  if (value === undefined) return gap("data");
  const written = templateOf(value);
  // What fills the room may be a path's separator.
  const isFilled = specification.includes("/");
  if (isNumber(value, written)) return specification === "" ? written : gap(isFilled ? "data" : "number");
  const isConverted = conversion !== "" && conversion !== "s";
  const isFormatted = specification !== "" && !(specification === "s" && value.kind === "text");
  const isBytes = value.kind === "text" && value.bytes;
  if (!isConverted && !isFormatted && !isBytes) return written;
  const hole = worstHole(written) ?? "data";
  return gap(isFilled && hole !== "unknown" ? "data" : hole);
}

/** One, or text of which all that is not known is one. */
function isNumber(value: Value, written: Template): boolean {
  const isGap =
    written.length > 0 && written.every((part) => typeof part !== "string" && part.hole === "number");
  return value.kind === "number" || isGap;
}

/** `format % values`. */
export function formatPercent(format: string, values: readonly Value[]): Template {
  const parts: Template[] = [];
  let next = 0;
  let from = 0;
  for (const match of format.matchAll(PERCENT)) {
    const [written, , flags = "", width = "", precision = "", type = ""] = match;
    parts.push([format.slice(from, match.index)]);
    from = match.index + written.length;
    if (width === "*" || precision === ".*") return anyOf(values);
    const isAsItIs = flags === "" && width === "" && precision === "";
    parts.push(type === "%" ? (isAsItIs ? ["%"] : gap("data")) : percentOf(values[next++], type, isAsItIs));
  }
  return concatenate(...parts, [format.slice(from)]);
}

function percentOf(value: Value | undefined, type: string, isAsItIs: boolean): Template {
  if (value === undefined) return gap("data");
  const written = templateOf(value);
  if (type === "c" && isAsItIs) return characterOf(value);
  if (type === "s" && isAsItIs) return inserted(value, "", "");
  const exact = exactNumber(value);
  if (exact === undefined) return value.kind === "number" ? gap("number") : gap(worstHole(written) ?? "data");
  const isInteger = ["d", "i", "u"].includes(type) && isAsItIs && !exact.isFloat;
  return isInteger ? written : gap("number");
}

function characterOf(value: Value): Template {
  const code = wholeNumber(value);
  if (code === undefined) return value.kind === "text" ? value.template : gap("data");
  const character = characterAt(code);
  return character !== undefined && isPlain(character) ? [character] : gap("data");
}
