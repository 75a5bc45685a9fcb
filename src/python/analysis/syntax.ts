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

/** Copies tree-sitter's tree without recursion. Punctuation is dropped; operators, having a field, are kept. */
export class TreeCopier {
  private readonly types: readonly string[];
  private readonly named: readonly boolean[];
  private readonly fields: readonly (string | null)[];

  constructor(language: Language) {
    this.types = language.types;
    this.named = language.types.map((_, id) => language.nodeTypeIsNamed(id));
    this.fields = language.fields;
  }

  copy(tree: Tree): SyntaxTree {
    const cursor = tree.walk();
    try {
      return new Copy(cursor, tree.rootNode.hasError, this.types, this.named, this.fields).run();
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
  private readonly types: readonly string[];
  private readonly named: readonly boolean[];
  private readonly fields: readonly (string | null)[];

  constructor(
    cursor: TreeCursor,
    hasError: boolean,
    types: readonly string[],
    named: readonly boolean[],
    fields: readonly (string | null)[],
  ) {
    this.cursor = cursor;
    this.hasError = hasError;
    this.types = types;
    this.named = named;
    this.fields = fields;
  }

  run(): SyntaxTree {
    const root = this.node(this.cursor.nodeTypeId, null);
    const parents: SyntaxNode[] = [];
    let node = root;
    do {
      node = this.place(node, parents);
      parents.push(node);
    } while (this.advance(parents));
    return { root, errors: this.errors, tooDeep: this.tooDeep, comments: this.comments, count: this.count };
  }

  /** Moves to the next node in text order; false after the last. Leaves the new node's parents on the stack. */
  private advance(parents: SyntaxNode[]): boolean {
    if (this.cursor.gotoFirstChild()) {
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

  private place(root: SyntaxNode, parents: readonly SyntaxNode[]): SyntaxNode {
    const parent = parents.at(-1);
    if (parent === undefined) return root;
    const typeId = this.cursor.nodeTypeId;
    const fieldId = this.cursor.currentFieldId;
    const isKept = this.named[typeId] !== false || fieldId !== 0;
    // Every question to the cursor is a call into WebAssembly, and a third of all nodes is punctuation.
    if (!isKept && !this.hasError) return PUNCTUATION;
    const node = this.node(typeId, fieldId === 0 ? null : (this.fields[fieldId] ?? null));
    if (node.type === "comment") this.comments.push(node);
    else if (isKept) parent.children.push(node);
    return node;
  }

  private node(typeId: number, field: string | null): SyntaxNode {
    const { cursor } = this;
    // tree-sitter's ERROR has an id outside the language's table.
    const type = this.types[typeId] ?? "ERROR";
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
  return node.children.find((child) => child.field === field);
}

export function childrenOf(node: SyntaxNode, field: string): readonly SyntaxNode[] {
  return node.children.filter((child) => child.field === field);
}

/** Every node, in text order, without recursion. */
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
