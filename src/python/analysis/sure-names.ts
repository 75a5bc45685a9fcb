import { boundByImport, identifier, namesIn } from "./bound-names.ts";
import { capturesOf } from "./patterns.ts";
import type { Scope } from "./scopes.ts";
import { type SyntaxNode, childOf, childrenOf } from "../syntax/tree.ts";

type Names = ReadonlySet<string>;
/** What is bound where a piece of code goes on behind itself; `leaves` where it never does. */
type After = Names | "leaves";

const NONE: Names = new Set();
const LEAVES = new Set(["raise_statement", "return_statement", "break_statement", "continue_statement"]);

/**
 * Tells the names of the module and of its classes where in branches, loops and behind them they are surely bound, so that there they
 * do not mean the built-in of that name: in `for input in inputs:`, behind an `if` of which every branch binds it.
 */
export class SureNames {
  private readonly source: string;
  private readonly scopeOf: (node: SyntaxNode) => Scope | undefined;

  constructor(source: string, scopeOf: (node: SyntaxNode) => Scope | undefined) {
    this.source = source;
    this.scopeOf = scopeOf;
  }

  /** Of a module, of a block. */
  tell(block: SyntaxNode, scope: Scope): After {
    const bound = new Set<string>();
    let leaves = false;
    for (const statement of block.children) {
      const after = this.after(statement, scope);
      leaves ||= after === "leaves";
      for (const name of after === "leaves" ? NONE : after) {
        if (!bound.has(name)) scope.bindWithin(name, { from: statement.end, to: block.end });
        bound.add(name);
      }
    }
    return leaves ? "leaves" : bound;
  }

  private after(statement: SyntaxNode, scope: Scope): After {
    switch (statement.type) {
      case "expression_statement":
        return this.named(statement.children.flatMap(assigned));
      case "import_statement":
      case "import_from_statement":
        return this.named(childrenOf(statement, "name").flatMap((name) => boundByImport(name, statement)));
      case "function_definition":
      case "class_definition":
        return this.afterDefinition(statement);
      case "decorated_definition":
        return this.oneAfterTheOther(statement.children, scope);
      case "with_statement":
        return this.afterWith(statement, scope);
      case "for_statement":
        this.insideBlocks(statement, scope, childOf(statement, "left"));
        return NONE;
      case "if_statement":
        return this.afterIf(statement, scope);
      case "try_statement":
        return this.afterTry(statement, scope);
      default:
        this.insideBlocks(statement, scope);
        return LEAVES.has(statement.type) ? "leaves" : NONE;
    }
  }

  private afterDefinition(definition: SyntaxNode): Names {
    const body = childOf(definition, "body");
    const scope = definition.type === "class_definition" ? this.scopeOf(definition) : undefined;
    if (body !== undefined && scope !== undefined) this.tell(body, scope);
    return this.named(childrenOf(definition, "name"));
  }

  /** What stands in it may end early, and be kept from failing by what it stands with. */
  private afterWith(statement: SyntaxNode, scope: Scope): Names {
    const targets = statement.children
      .flatMap(({ type, children }) => (type === "with_clause" ? children : []))
      .flatMap(({ children }) => children)
      .flatMap((item) => (item.type === "as_pattern" ? childrenOf(item, "alias") : []));
    const body = childOf(statement, "body");
    const names = this.named(targets.flatMap(namesIn));
    if (body !== undefined) this.bindAll(names, scope, body);
    this.insideBlocks(statement, scope);
    return names;
  }

  private afterIf(statement: SyntaxNode, scope: Scope): After {
    const otherwise = childrenOf(statement, "alternative");
    const branches = [statement, ...otherwise].map((branch) => this.tellBlock(branch, scope));
    return otherwise.at(-1)?.type === "else_clause" ? anyOf(branches) : NONE;
  }

  private afterTry(statement: SyntaxNode, scope: Scope): After {
    const clauses = (...types: readonly string[]) =>
      statement.children
        .filter(({ type }) => types.includes(type))
        .map((clause) => this.tellBlock(clause, scope));
    const whole = together(this.tellBlock(statement, scope), ...clauses("else_clause"));
    const ended = anyOf([whole, ...clauses("except_clause")]);
    return together(ended, ...clauses("finally_clause"));
  }

  private tellBlock(clause: SyntaxNode, scope: Scope): After {
    const block = clause.children.find(({ type }) => type === "block");
    return block === undefined ? NONE : this.tell(block, scope);
  }

  /** Of loops and the like: in their blocks, and not behind them, these targets are bound. */
  private insideBlocks(statement: SyntaxNode, scope: Scope, target?: SyntaxNode): void {
    for (const child of statement.children) {
      if (child.type === "case_clause") this.insideCase(child, scope);
      else if (child.type === "else_clause") this.tellBlock(child, scope);
      else if (child.type === "block") {
        if (target !== undefined) this.bindAll(this.named(namesIn(target)), scope, child);
        if (statement.type === "match_statement") this.insideBlocks(child, scope);
        else this.tell(child, scope);
      }
    }
  }

  private insideCase(clause: SyntaxNode, scope: Scope): void {
    const block = clause.children.find(({ type }) => type === "block");
    if (block === undefined) return;
    this.bindAll(this.named(capturesOf(clause)), scope, block);
    this.tell(block, scope);
  }

  private bindAll(names: Names, scope: Scope, { start, end }: SyntaxNode): void {
    for (const name of names) scope.bindWithin(name, { from: start, to: end });
  }

  private oneAfterTheOther(statements: readonly SyntaxNode[], scope: Scope): After {
    return together(...statements.map((statement) => this.after(statement, scope)));
  }

  private named(nodes: readonly SyntaxNode[]): Names {
    return new Set(nodes.map((node) => identifier(this.source, node)));
  }
}

/** The targets of `a = b = value`; an annotation without a value binds nothing. */
function assigned(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.type === "augmented_assignment") return childrenOf(node, "left").flatMap(namesIn);
  const targets: SyntaxNode[] = [];
  for (let one: SyntaxNode | undefined = node; one?.type === "assignment"; one = childOf(one, "right"))
    if (childOf(one, "right") !== undefined) targets.push(...childrenOf(one, "left").flatMap(namesIn));
  return targets;
}

/** Behind several ways, of which one was gone. */
function anyOf(ways: readonly After[]): After {
  const [first, ...others] = ways.filter((way) => way !== "leaves");
  if (first === undefined) return "leaves";
  return new Set([...first].filter((name) => others.every((other) => other.has(name))));
}

function together(...parts: readonly After[]): After {
  const names = parts.filter((part) => part !== "leaves");
  return names.length < parts.length ? "leaves" : new Set(names.flatMap((part) => [...part]));
}
