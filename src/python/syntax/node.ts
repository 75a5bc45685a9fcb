import type { SyntaxNode } from "./tree.ts";

/** A node while its tree is being built: what it is to its parent, and its number, are known later. */
export class ParsedNode implements SyntaxNode {
  id = -1;
  type: string;
  field: string | null = null;
  readonly start: number;
  readonly end: number;
  children: readonly ParsedNode[];

  constructor(type: string, start: number, end: number, children: readonly ParsedNode[] = NONE) {
    this.type = type;
    this.start = start;
    this.end = end;
    this.children = children;
  }
}

const NONE: readonly ParsedNode[] = [];

/** The same node, as this of its parent. */
export function as(field: string, node: ParsedNode): ParsedNode {
  node.field = field;
  return node;
}
