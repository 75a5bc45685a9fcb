import type { Language, Tree, TreeCursor } from "web-tree-sitter";

/** A syntax node as plain data: walking it costs no calls into WebAssembly. */
export interface SyntaxNode {
  readonly id: number;
  readonly type: string;
  readonly field: string | null;
  /** UTF-16 offsets; end is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly children: SyntaxNode[];
}

export interface SyntaxTree {
  readonly root: SyntaxNode;
  /** Every node but comments, in text order. */
  readonly nodes: readonly SyntaxNode[];
  /** First nodes that the grammar could not place, at most ten. */
  readonly errors: readonly SyntaxNode[];
  /** Nodes below which the code was not kept because it is nested too deeply to be walked. */
  readonly tooDeep: readonly SyntaxNode[];
  readonly comments: readonly SyntaxNode[];
  readonly count: number;
}

/** Deeper than any code that CPython compiles within its own limits, and shallow enough for this process's stack. */
export const DEEPEST = 400;
const MOST_ERRORS = 10;
/** Named tokens, below which there is nothing. */
const LEAVES = [
  ["identifier", "integer", "float", "true", "false", "none", "ellipsis", "comment"],
  ["string_start", "string_end", "escape_sequence"],
].flat();

/** What the grammar says of its nodes, by the number of their type; tree-sitter's ERROR has one outside these tables. */
interface Grammar {
  readonly types: readonly string[];
  readonly named: readonly boolean[];
  readonly leaves: readonly boolean[];
  readonly fields: readonly (string | null)[];
}

/** Copies tree-sitter's tree without recursion. Punctuation is dropped; operators, having a field, are kept. */
export class TreeCopier {
  private readonly grammar: Grammar;

  constructor(language: Language) {
    const { types, fields } = language;
    const named = types.map((_, id) => language.nodeTypeIsNamed(id));
    const leaves = types.map((type, id) => named[id] === false || LEAVES.includes(type));
    this.grammar = { types, named, leaves, fields };
  }

  copy(tree: Tree): SyntaxTree {
    const cursor = tree.walk();
    try {
      return new Copy(cursor, tree.rootNode.hasError, this.grammar).run();
    } finally {
      cursor.delete();
    }
  }
}

/** Stands for what is dropped; it has no children. */
const PUNCTUATION: SyntaxNode = { id: -1, type: "punctuation", field: null, start: 0, end: 0, children: [] };

class Copy {
  private count = 0;
  private readonly errors: SyntaxNode[] = [];
  private readonly tooDeep: SyntaxNode[] = [];
  private readonly comments: SyntaxNode[] = [];
  private readonly cursor: TreeCursor;
  private readonly hasError: boolean;
  private readonly grammar: Grammar;

  constructor(cursor: TreeCursor, hasError: boolean, grammar: Grammar) {
    this.cursor = cursor;
    this.hasError = hasError;
    this.grammar = grammar;
  }

  run(): SyntaxTree {
    const root = this.node(this.cursor.nodeTypeId, null);
    const nodes = [root];
    const parents = [root];
    let isLeaf = false;
    while (this.advance(parents, isLeaf)) {
      const typeId = this.cursor.nodeTypeId;
      isLeaf = this.grammar.leaves[typeId] === true;
      parents.push(this.place(typeId, parents.at(-1) ?? root, nodes));
    }
    const { errors, tooDeep, comments, count } = this;
    return { root, nodes, errors, tooDeep, comments, count };
  }

  /** Moves to the next node in text order; false after the last. Leaves the new node's parents on the stack. */
  private advance(parents: SyntaxNode[], isLeaf: boolean): boolean {
    // Every question to the cursor is a call into WebAssembly, and most nodes are leaves.
    if (!isLeaf && this.cursor.gotoFirstChild()) {
      if (parents.length <= DEEPEST) return true;
      this.tooDeep.push(...parents.slice(-1));
      this.cursor.gotoParent();
    }
    parents.pop();
    while (!this.cursor.gotoNextSibling()) {
      if (!this.cursor.gotoParent()) return false;
      parents.pop();
    }
    return true;
  }

  private place(typeId: number, parent: SyntaxNode, nodes: SyntaxNode[]): SyntaxNode {
    const { named, fields } = this.grammar;
    const fieldId = this.cursor.currentFieldId;
    const isKept = named[typeId] !== false || fieldId !== 0;
    // A third of all nodes is punctuation.
    if (!isKept && !this.hasError) return PUNCTUATION;
    const node = this.node(typeId, fieldId === 0 ? null : (fields[fieldId] ?? null));
    if (node.type === "comment") this.comments.push(node);
    else if (isKept) {
      parent.children.push(node);
      nodes.push(node);
    }
    return node;
  }

  private node(typeId: number, field: string | null): SyntaxNode {
    const { cursor } = this;
    const type = this.grammar.types[typeId] ?? "ERROR";
    const node = {
      id: this.count,
      type,
      field,
      start: cursor.startIndex,
      end: cursor.endIndex,
      children: [],
    };
    this.count += 1;
    if (this.hasError && this.errors.length < MOST_ERRORS && (type === "ERROR" || cursor.nodeIsMissing)) {
      this.errors.push(node);
    }
    return node;
  }
}

export function childOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
  for (const child of node.children) if (child.field === field) return child;
  return undefined;
}

export function childrenOf(node: SyntaxNode, field: string): readonly SyntaxNode[] {
  return node.children.filter((child) => child.field === field);
}

/** A node and all below it, in text order, without recursion. */
export function* descendants(root: SyntaxNode): Generator<SyntaxNode> {
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node;
    for (let index = node.children.length - 1; index >= 0; index -= 1) {
      const child = node.children[index];
      if (child !== undefined) stack.push(child);
    }
  }
}
