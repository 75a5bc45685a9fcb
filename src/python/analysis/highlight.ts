import { tokenize } from "../syntax/lexer.ts";
import { parsePython } from "../syntax/parser.ts";
import { KEYWORDS, type Tokens } from "../syntax/tokens.ts";
import type { SyntaxNode } from "../syntax/tree.ts";
import type { HighlightClass, HighlightSpan } from "./analysis.ts";

const KINDS: Readonly<Record<string, HighlightClass>> = {
  number: "number",
  string: "string",
  "f-start": "string",
  "f-text": "string",
  "f-end": "string",
  True: "keyword",
  False: "keyword",
  None: "keyword",
};
const SOFT_KEYWORDS: Readonly<Record<string, string>> = {
  match_statement: "match",
  case_clause: "case",
  type_alias_statement: "type",
};

/** Colours for every token, in text order, without overlaps; code that is no Python has them as well. */
export function highlightPython(source: string): readonly HighlightSpan[] {
  const tokens = tokenize(source);
  const told = namesToldByPlace(source);
  const spans: HighlightSpan[] = tokens.comments.map((comment) => ({ ...comment, class: "comment" }));
  for (const [index, kind] of tokens.kinds.entries()) {
    const [start, end] = [tokens.starts[index] ?? 0, tokens.ends[index] ?? 0];
    const found = kind === "name" ? (told.get(start) ?? nameClass(tokens, index)) : classOf(kind);
    if (found !== undefined && end > start) spans.push({ start, end, class: found });
  }
  return spans.sort((a, b) => a.start - b.start);
}

function classOf(kind: string): HighlightClass | undefined {
  if (Object.hasOwn(KINDS, kind)) return KINDS[kind];
  if (KEYWORDS.has(kind)) return "keyword";
  return /^[-+*/%@&|^~<>=!:]+$/.test(kind) ? "operator" : undefined;
}

/** What the neighbours of a name say of it. */
function nameClass({ kinds }: Tokens, index: number): HighlightClass {
  const [before, after] = [kinds[index - 1], kinds[index + 1]];
  if (before === "class") return "type";
  const isCalled = after === "(" && before !== ".";
  return before === "def" || isCalled || (before === "@" && after === "newline") ? "function" : "variable";
}

/** Names that only their place in the tree says something of: types in annotations, and words that are keywords there alone. */
function namesToldByPlace(source: string): ReadonlyMap<number, HighlightClass> {
  const told = new Map<number, HighlightClass>();
  for (const node of parsePython(source).nodes) {
    if (Object.hasOwn(SOFT_KEYWORDS, node.type)) told.set(node.start, "keyword");
    else if (node.type === "type") for (const name of typeNames(node)) told.set(name.start, "type");
  }
  return told;
}

/** The type and, where it is subscripted, what it is a type of. */
function typeNames(type: SyntaxNode): readonly SyntaxNode[] {
  return type.children.flatMap((child) => {
    if (child.type === "identifier") return [child];
    return child.type === "subscript" ? typeNames(child) : [];
  });
}
