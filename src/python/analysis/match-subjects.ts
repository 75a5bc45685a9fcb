import { type SyntaxNode, type SyntaxTree, childOf, descendants } from "./syntax.ts";

/**
 * The grammar takes `match [x]:`, `case [y]:` and an expression below for one annotated assignment to `match[x]`, which
 * Python never does: an annotation holds no colon. With its subject in parentheses it is read as what it is. Undefined
 * where there is nothing to make clear.
 */
export function withSubjectsInParentheses(source: string, tree: SyntaxTree): string | undefined {
  const pieces: string[] = [];
  let [from, within] = [0, -1];
  for (const node of tree.nodes) {
    const subject = subjectOf(node, source);
    // One that stands inside another is seen when the outer one has been read anew.
    if (subject === undefined || subject.end <= within) continue;
    pieces.push(source.slice(from, subject.start), " (", source.slice(subject.start, subject.end), ")");
    from = subject.end;
    within = subject.within;
  }
  return pieces.length === 0 ? undefined : pieces.join("") + source.slice(from);
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
