import type { TextProblem } from "./text-problem.ts";

/**
 * What stands in the code, as plain data. Types and fields are named as in tree-sitter's grammar of Python, which people
 * know; punctuation and keywords have no nodes, operators do.
 */
export interface SyntaxNode {
  /** Counts up in text order. */
  readonly id: number;
  readonly type: string;
  /** What it is to its parent. */
  readonly field: string | null;
  /** UTF-16 offsets; end is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly children: readonly SyntaxNode[];
}

export interface SyntaxTree {
  readonly root: SyntaxNode;
  /** Every node, in text order. */
  readonly nodes: readonly SyntaxNode[];
  /** Why the code is no Python; then the tree is empty. */
  readonly error: TextProblem | undefined;
  /** Nodes below which the code was not kept because it is nested too deeply to be walked. */
  readonly tooDeep: readonly SyntaxNode[];
}

export function childOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
  for (const child of node.children) if (child.field === field) return child;
  return undefined;
}

export function childrenOf(node: SyntaxNode, field: string): readonly SyntaxNode[] {
  return node.children.filter((child) => child.field === field);
}
