import type { Language, Tree } from "web-tree-sitter";
import type { HighlightClass, HighlightSpan } from "./analysis.ts";

const LEAVES: Readonly<Record<string, HighlightClass>> = {
  comment: "comment",
  integer: "number",
  float: "number",
  string_start: "string",
  string_content: "string",
  string_end: "string",
  identifier: "variable",
  true: "keyword",
  false: "keyword",
  none: "keyword",
};

/** Colours for every token, in text order, without overlaps. */
export function highlightTree(tree: Tree, language: Language): readonly HighlightSpan[] {
  const cursor = tree.walk();
  const spans: HighlightSpan[] = [];
  try {
    const parents: string[] = [];
    for (;;) {
      const type = language.types[cursor.nodeTypeId] ?? "ERROR";
      const found =
        type === "string_content" ? "string" : classOf(type, cursor.currentFieldName, parents.at(-1) ?? "");
      const isLeaf = found === "string" || !cursor.gotoFirstChild();
      if (!isLeaf) {
        parents.push(type);
        continue;
      }
      if (found !== undefined && cursor.endIndex > cursor.startIndex)
        spans.push({ start: cursor.startIndex, end: cursor.endIndex, class: found });
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) return spans;
        parents.pop();
      }
    }
  } finally {
    cursor.delete();
  }
}

function classOf(type: string, field: string | null, parent: string): HighlightClass | undefined {
  if (type === "identifier") {
    if (parent === "function_definition" && field === "name") return "function";
    if (parent === "class_definition" && field === "name") return "type";
    if ((parent === "call" && field === "function") || parent === "decorator") return "function";
    return parent === "type" ? "type" : "variable";
  }
  if (Object.hasOwn(LEAVES, type)) return LEAVES[type];
  if (/^[a-z]+( [a-z]+)?$/.test(type) && KEYWORDS.has(type)) return "keyword";
  return /^[-+*/%@&|^~<>=!:]+$/.test(type) ? "operator" : undefined;
}

const KEYWORDS: ReadonlySet<string> = new Set(
  "and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try type while with yield exec print".split(
    " ",
  ),
);
