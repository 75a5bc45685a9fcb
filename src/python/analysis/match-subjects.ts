import { type SyntaxNode, type SyntaxTree, childOf, descendants } from "./syntax.ts";

/**
 * The grammar takes `match [x]:`, `case [y]:` and an expression below for one annotated assignment to `match[x]`, which
 * Python never does: an annotation holds no colon. With its subject in parentheses it is read as what it is. Undefined
 * where there is nothing to make clear.
 */
export function withSubjectsInParentheses(source: string, tree: SyntaxTree): string | undefined {
  const subjects = [...descendants(tree.root)].flatMap((node) => subjectOf(node, source) ?? []);
  if (subjects.length === 0) return undefined;
  // One that stands inside another is seen when the outer one has been read anew.
  const outer = subjects.filter(({ end }, at) => !subjects.slice(0, at).some((other) => other.within >= end));
  return outer.reduceRight(
    (text, { start, end }) => `${text.slice(0, start)} (${text.slice(start, end)})${text.slice(end)}`,
    source,
  );
}

interface Subject {
  readonly start: number;
  readonly end: number;
  /** Where the whole statement ends. */
  readonly within: number;
}

function subjectOf(node: SyntaxNode, source: string): Subject | undefined {
  const left = node.type === "assignment" ? childOf(node, "left") : undefined;
  const annotation = childOf(node, "type");
  if (left === undefined || annotation === undefined || !holdsColon(annotation)) return undefined;
  let first = left;
  while (first.children[0] !== undefined) first = first.children[0];
  if (source.slice(first.start, first.end) !== "match") return undefined;
  return { start: first.end, end: left.end, within: node.end };
}

function holdsColon(annotation: SyntaxNode): boolean {
  return [...descendants(annotation)].some(({ type }) => type === "constrained_type");
}
