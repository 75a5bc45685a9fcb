import { show } from "./functions.ts";
import type { Evaluator, Place } from "./evaluator.ts";
import { type SyntaxNode, childOf } from "../syntax/tree.ts";
import { numberOf } from "./exact-numbers.ts";
import { isWellFormed } from "./exact-text.ts";
import { combinations } from "./folds.ts";
import { inserted } from "./formats.ts";
import { type Template, concatenate, gap } from "./text.ts";
import { templateOf } from "./text-methods.ts";
import { largeNumber, number } from "./numbers.ts";
import { NUMBER, type Value, type Values, text } from "./values.ts";

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

/** Values whose text leads to the code's own globals, or to a library's: what they are is said elsewhere. */
const LEADS_ON: ReadonlySet<Value["kind"]> = new Set([
  "object",
  "class",
  "function",
  "known",
  "foreign",
  "unknown",
]);

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
  const literal = { raw, bytes, interpolated: prefix.includes("f") };
  const [, only, end] = node.children;
  if (only?.type === "string_content" && end?.type === "string_end")
    return [text(concatenate(contentOf(ev.source, only, literal)), bytes)];
  const parts: Values[] = [];
  for (const child of node.children) {
    if (child.type === "string_content") parts.push([text(contentOf(ev.source, child, literal), bytes)]);
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
  if (values.length === 0) return [text(gap(ev.settled ? "unknown" : "data"))];
  const written = (part: SyntaxNode | undefined): string =>
    part === undefined ? "" : ev.source.slice(part.start + 1, part.end);
  const conversion = childOf(node, "type_conversion");
  // `{value=}` writes the expression too.
  const isNamed = /^\s*=/.test(ev.source.slice(expression?.end ?? node.end, conversion?.start ?? node.end));
  return values.map((value) =>
    LEADS_ON.has(value.kind)
      ? value
      : text(isNamed ? gap("data") : inserted(value, written(conversion), written(format))),
  );
}

interface Literal {
  readonly raw: boolean;
  readonly bytes: boolean;
  /** An f-string, where braces are written twice. */
  readonly interpolated: boolean;
}

/** What a literal holds. Where it holds what text here cannot, or a name of a character, it is not known. */
function contentOf(source: string, node: SyntaxNode, literal: Literal): Template {
  const written = source.slice(node.start, node.end).replaceAll(/\r\n?/g, "\n");
  const single = literal.interpolated ? written.replaceAll("{{", "{").replaceAll("}}", "}") : written;
  const content = literal.raw || !single.includes("\\") ? single : unescaped(single, literal.bytes);
  return content !== undefined && isWellFormed(content) ? [content] : gap("data");
}

function unescaped(written: string, bytes: boolean): string | undefined {
  const unknown: string[] = [];
  const content = written.replaceAll(
    /\\(?:\n|([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(N\{[^}]+\})|([\s\S]))/g,
    (whole, octal?: string, hex?: string, four?: string, eight?: string, name?: string, simple?: string) => {
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & (bytes ? 255 : 511));
      if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
      if (simple !== undefined) return ESCAPES[simple] ?? whole;
      if (whole === "\\\n") return "";
      if (bytes) return whole;
      const code = parseInt(four ?? eight ?? "", 16);
      if (name === undefined && code < 0x110000) return String.fromCodePoint(code);
      unknown.push(whole);
      return whole;
    },
  );
  return unknown.length === 0 ? content : undefined;
}

export function evaluateNumber(written: string): Value {
  const exact = numberOf(written);
  if (exact !== undefined) return number(exact);
  const size = Number(written.replaceAll("_", ""));
  return Number.isInteger(size) ? largeNumber(size) : NUMBER;
}
