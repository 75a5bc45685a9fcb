import { type SyntaxNode, childOf } from "../syntax/tree.ts";

/** Python compares identifiers after NFKC (PEP 3131), so `𝓮𝔁𝓮𝓬` is `exec`. */
export function identifier(source: string, node: SyntaxNode): string {
  return source.slice(node.start, node.end).normalize("NFKC");
}

/** The names that a target binds or deletes. */
export function namesIn(target: SyntaxNode): readonly SyntaxNode[] {
  if (target.type === "identifier") return [target];
  return isPartOfObject(target) ? [] : target.children.flatMap(namesIn);
}

/** `a.b`, `a[b]`, `a()`: it binds no name. */
export function isPartOfObject({ type }: SyntaxNode): boolean {
  return type === "attribute" || type === "subscript" || type === "call";
}

/** What one of the names of an import binds: `b` of `import a as b`, `a` of `import a.b`, `b` of `from a import b`. */
export function boundByImport(name: SyntaxNode, statement: SyntaxNode): readonly SyntaxNode[] {
  const alias = childOf(name, "alias");
  const bound = alias ?? (statement.type === "import_statement" ? name.children[0] : name.children.at(-1));
  return bound === undefined ? [] : [bound];
}
