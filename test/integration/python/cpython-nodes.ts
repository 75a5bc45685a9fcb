import type { SyntaxNode } from "../../../src/python/syntax/tree.ts";

/** What is left out has no node of its own in CPython's tree, or has it otherwise. */
const KINDS: Readonly<Record<string, string>> = {
  attribute: "attribute",
  call: "call",
  subscript: "subscript",
  binary_operator: "operator",
  unary_operator: "operator",
  not_operator: "operator",
  comparison_operator: "comparison",
  conditional_expression: "conditional",
  lambda: "lambda",
  await: "await",
  named_expression: "walrus",
  list: "list",
  list_pattern: "list",
  set: "set",
  dictionary: "dictionary",
  list_comprehension: "list comprehension",
  set_comprehension: "set comprehension",
  dictionary_comprehension: "dictionary comprehension",
  generator_expression: "generator",
  list_splat: "starred",
  list_splat_pattern: "starred",
  keyword_argument: "keyword",
  aliased_import: "alias",
  function_definition: "definition",
  class_definition: "definition",
  return_statement: "return",
  assignment: "assignment",
  augmented_assignment: "assignment",
  for_statement: "loop",
  while_statement: "loop",
  if_statement: "branch",
  elif_clause: "branch",
  with_statement: "with",
  try_statement: "try",
  except_clause: "handler",
};

interface Seen {
  readonly node: SyntaxNode;
  /** The parent first. */
  readonly above: readonly SyntaxNode[];
}

/** The nodes that CPython's tree has as well, as `cpython_syntax.py` writes them: kind, start and end, sorted. */
export function nodesOf(root: SyntaxNode): readonly string[] {
  const found: string[] = [];
  const visit = (seen: Seen): void => {
    const kind = kindOf(seen);
    if (kind !== undefined) found.push(`${kind} ${seen.node.start} ${endOf(seen)}`);
    if (["aliased_import", "dotted_name", "string", "case_pattern"].includes(seen.node.type)) return;
    for (const child of seen.node.children) visit({ node: child, above: [seen.node, ...seen.above] });
  };
  visit({ node: root, above: [] });
  return found.sort();
}

/** An `elif` is an `if` of its own to CPython, which goes on to the end of the whole. */
function endOf({ node, above: [parent] }: Seen): number {
  return node.type === "elif_clause" && parent !== undefined ? parent.end : node.end;
}

function kindOf({ node, above }: Seen): string | undefined {
  const [parent] = above;
  const isImported = parent?.type.includes("import") === true && node.field === "name";
  if (isImported || node.type === "wildcard_import") return "alias";
  // `a = b = c` is one assignment to two targets.
  if (node.type === "assignment" && parent?.type === "assignment") return undefined;
  if (node.type === "list_splat_pattern" && isInParameters(above)) return undefined;
  if (node.type === "identifier") return isNameOfItsOwn(node, above) ? "name" : undefined;
  return KINDS[node.type];
}

/** Attributes, parameters, and what statements declare are text to CPython. */
function isNameOfItsOwn({ field }: SyntaxNode, above: readonly SyntaxNode[]): boolean {
  const [parent, grandparent, greatGrandparent] = above;
  if (field === "attribute" || (field === "name" && parent?.type !== "named_expression")) return false;
  if (parent?.type === "global_statement" || parent?.type === "nonlocal_statement") return false;
  if (parent?.type === "as_pattern_target" && greatGrandparent?.type === "except_clause") return false;
  const isSplat = parent?.type.endsWith("splat_pattern") === true;
  return !(isInParameters(above) || (isSplat && isInParameters([grandparent, greatGrandparent])));
}

function isInParameters([parent]: readonly (SyntaxNode | undefined)[]): boolean {
  return /^(?:parameters|lambda_parameters|typed_parameter)$/.test(parent?.type ?? "");
}
