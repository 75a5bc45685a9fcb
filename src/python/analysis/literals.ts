import { show } from "./functions.ts";
import type { Evaluator, Place } from "./evaluator.ts";
import { type SyntaxNode, childOf } from "../syntax/tree.ts";
import { type Template, concatenate, gap } from "./text.ts";
import { templateOf } from "./text-methods.ts";
import { combinations } from "./folds.ts";
import { NUMBER, type Value, type Values, number, text } from "./values.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

/** A string, bytes or f-string literal, and literals that stand beside each other. */
export function evaluateString(ev: Evaluator, node: SyntaxNode, place: Place): Values {
  if (node.type === "concatenated_string") {
    const parts = node.children.map((child) => evaluateString(ev, child, place));
    const bytes = parts[0]?.[0]?.kind === "text" && parts[0][0].bytes;
    return combinations(parts).map((values) => text(concatenate(...values.map(templateOf)), bytes));
  }
  const prefix = ev.source.slice(node.start, node.children[0]?.end ?? node.start + 1).toLowerCase();
  const raw = prefix.includes("r");
  const bytes = prefix.startsWith("b") || prefix.startsWith("rb");
  const [, only, end] = node.children;
  if (only?.type === "string_content" && end?.type === "string_end")
    return [text(concatenate([contentOf(ev.source, only, raw, bytes)]), bytes)];
  const parts: Values[] = [];
  for (const child of node.children) {
    if (child.type === "string_content") parts.push([text([contentOf(ev.source, child, raw, bytes)], bytes)]);
    else if (child.type === "interpolation") parts.push(interpolated(ev, child, place));
  }
  return combinations(parts).map((values) => text(concatenate(...values.map(templateOf)), bytes));
}

function interpolated(ev: Evaluator, node: SyntaxNode, place: Place): Values {
  const expression = childOf(node, "expression");
  const values = expression === undefined ? [] : ev.evaluate(expression, place);
  show(ev, values, { ...place, node });
  const format = childOf(node, "format_specifier");
  for (const inner of format?.children ?? []) for (const part of inner.children) ev.evaluate(part, place);
  const converted = childOf(node, "type_conversion") !== undefined || format !== undefined;
  if (values.length === 0) return [text(gap(ev.settled ? "unknown" : "data"))];
  return converted ? values.map(formattedValue) : values;
}

/** A format changes how a value looks, not what it can hold. */
function formattedValue(value: Value): Value {
  const template: Template = templateOf(value);
  const isNumber =
    value.kind === "number" || template.every((part) => typeof part !== "string" && part.hole === "number");
  return isNumber ? text(gap("number")) : value;
}

function contentOf(source: string, node: SyntaxNode, raw: boolean, bytes: boolean): string {
  const written = source.slice(node.start, node.end);
  if (raw || !/\\|\{\{|\}\}/.test(written)) return written;
  return written.replaceAll(
    /\\(?:\r?\n|([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{([^}]+)\}|([\s\S]))/g,
    (whole, octal?: string, hex?: string, four?: string, eight?: string, name?: string, simple?: string) => {
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
      if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
      if (bytes && simple === undefined && !whole.includes("\n")) return whole;
      const code = parseInt(four ?? eight ?? "", 16);
      if (!Number.isNaN(code)) return code < 0x110000 ? String.fromCodePoint(code) : whole;
      if (name !== undefined) return whole;
      return simple === undefined ? "" : (ESCAPES[simple] ?? whole);
    },
  );
}

export function evaluateNumber(written: string): Value {
  if (/^[1-9]\d{0,8}$/.test(written)) return number(Number(written));
  const digits = written.replaceAll("_", "").toLowerCase();
  if (digits.endsWith("j")) return NUMBER;
  const value = Number(
    /^0\d/.test(digits) && !/[.e]/.test(digits) ? digits.replace(/^0+(?=\d)/, "") : digits,
  );
  return Number.isNaN(value) ? NUMBER : number(value);
}
