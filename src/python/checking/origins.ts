import { boundByImport, identifier, namesIn } from "../analysis/bound-names.ts";
import { type SyntaxNode, type SyntaxTree, childOf, childrenOf } from "../syntax/tree.ts";

/** Binds names in a scope of its own, or in a way that is not followed. */
const OTHER_BINDINGS: Readonly<Record<string, string>> = {
  class_definition: "name",
  named_expression: "name",
  for_statement: "left",
  augmented_assignment: "left",
  default_parameter: "name",
};

/** What names stand for that the code binds in one way only: a module, what is made by calls of it, a function of the code. */
export class Origins {
  private readonly source: string;
  private readonly paths = new Map<string, Set<string>>();
  private readonly functions = new Map<string, SyntaxNode>();

  constructor(source: string, { nodes }: SyntaxTree) {
    this.source = source;
    for (const node of nodes) this.collect(node);
  }

  /** `asyncio.get_event_loop().run_forever` of `loop.run_forever`; undefined where that is not known. */
  pathOf(node: SyntaxNode): string | undefined {
    if (node.type === "identifier") return this.only(this.nameOf(node));
    if (node.type === "call") return this.extended(childOf(node, "function"), "()");
    const attribute = node.type === "attribute" ? childOf(node, "attribute") : undefined;
    return attribute && this.extended(childOf(node, "object"), `.${this.nameOf(attribute)}`);
  }

  /** The code's own function of that name, where nothing else is bound to it. */
  functionNamed(name: SyntaxNode): SyntaxNode | undefined {
    const written = name.type === "identifier" ? this.nameOf(name) : "";
    return this.only(written) === ownPath(written) ? this.functions.get(written) : undefined;
  }

  private extended(node: SyntaxNode | undefined, by: string): string | undefined {
    const path = node && this.pathOf(node);
    return path === undefined || path.length > 200 ? undefined : `${path}${by}`;
  }

  private collect(node: SyntaxNode): void {
    const bound = OTHER_BINDINGS[node.type];
    if (bound !== undefined) this.bindAll(childrenOf(node, bound), `${node.id}`);
    else if (node.type === "assignment") this.collectAssignment(node);
    else if (node.type === "as_pattern")
      this.bindAll(childrenOf(node, "alias"), this.valueOf(node.children[0]));
    else if (node.type === "parameters") this.bindAll(node.children, `${node.id}`);
    else if (node.type === "function_definition") this.collectFunction(node);
    else if (node.type === "import_statement" || node.type === "import_from_statement")
      this.collectImport(node);
  }

  private collectAssignment(node: SyntaxNode): void {
    const right = childOf(node, "right");
    if (right !== undefined) this.bindAll(childrenOf(node, "left"), this.valueOf(right));
  }

  /** What is not followed differs from everything else. */
  private valueOf(node: SyntaxNode | undefined): string {
    return (node && this.pathOf(node)) ?? `${node?.id ?? ""}`;
  }

  private collectFunction(node: SyntaxNode): void {
    for (const name of childrenOf(node, "name").map((one) => this.nameOf(one))) {
      // Of two of one name, either may be meant.
      this.bind(name, this.functions.has(name) ? `${node.id}` : ownPath(name));
      this.functions.set(name, node);
    }
  }

  private collectImport(statement: SyntaxNode): void {
    const module = childOf(statement, "module_name");
    for (const name of childrenOf(statement, "name")) {
      const whole = childOf(name, "name") ?? name;
      const isAliased = childOf(name, "alias") !== undefined;
      for (const bound of boundByImport(name, statement)) {
        const own = isAliased ? this.nameOf(whole) : this.nameOf(bound);
        this.bind(this.nameOf(bound), module === undefined ? own : `${this.nameOf(module)}.${own}`);
      }
    }
  }

  private bindAll(targets: readonly SyntaxNode[], path: string): void {
    const isOne = targets[0]?.type === "identifier" || targets[0]?.type === "as_pattern_target";
    for (const name of targets.flatMap(namesIn)) this.bind(this.nameOf(name), isOne ? path : `${name.id}`);
  }

  private bind(name: string, path: string): void {
    this.paths.set(name, (this.paths.get(name) ?? new Set()).add(path));
  }

  private only(name: string): string | undefined {
    const paths = this.paths.get(name);
    return paths?.size === 1 ? [...paths][0] : undefined;
  }

  private nameOf(node: SyntaxNode): string {
    return identifier(this.source, node);
  }
}

function ownPath(name: string): string {
  return `def ${name}`;
}
