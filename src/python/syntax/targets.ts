import type { ParsedNode } from "./node.ts";
import type { TokenStream } from "./token-stream.ts";

const PATTERNS: Readonly<Record<string, string>> = {
  tuple: "tuple_pattern",
  list: "list_pattern",
  list_splat: "list_splat_pattern",
  expression_list: "pattern_list",
  parenthesized_expression: "parenthesized_expression",
};
const PLAIN = new Set(["identifier", "attribute", "subscript"]);

const NAMES: Readonly<Record<string, string>> = {
  call: "function call",
  await: "await expression",
  true: "True",
  false: "False",
  none: "None",
  ellipsis: "ellipsis",
  conditional_expression: "conditional expression",
  comparison_operator: "comparison",
  named_expression: "named expression",
  lambda: "lambda",
  dictionary: "dict literal",
  set: "set display",
  generator_expression: "generator expression",
  yield: "yield expression",
};

/** An expression as what is assigned to. Others are no Python. */
export function toTarget(stream: TokenStream, node: ParsedNode): ParsedNode {
  const pattern = PATTERNS[node.type];
  if (pattern !== undefined) {
    node.type = pattern;
    for (const child of node.children) toTarget(stream, child);
  } else if (!PLAIN.has(node.type)) cannot(stream, "assign to", node);
  return node;
}

/** What `del` takes. */
export function checkDeletable(stream: TokenStream, node: ParsedNode): void {
  if (node.type !== "list_splat" && PATTERNS[node.type] !== undefined)
    for (const child of node.children) checkDeletable(stream, child);
  else if (!PLAIN.has(node.type)) cannot(stream, "delete", node);
}

function cannot(stream: TokenStream, what: string, node: ParsedNode): never {
  const name =
    NAMES[node.type] ?? (/^(?:string|integer|float|concatenated)/.test(node.type) ? "literal" : "expression");
  return stream.fail(`cannot ${what} ${name} here`, node.start, node.end);
}
