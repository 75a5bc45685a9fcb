import { capturesOf } from "./patterns.ts";
import type { Reading } from "./reading.ts";
import { Scope } from "./scopes.ts";
import { type SyntaxNode, childOf, childrenOf } from "../syntax/tree.ts";

/** Scopes by the node that opens them. */
export type Scopes = ReadonlyMap<number, Scope>;

const COMPREHENSIONS = new Set([
  "list_comprehension",
  "set_comprehension",
  "dictionary_comprehension",
  "generator_expression",
]);
const OPENS: Readonly<Record<string, Scope["kind"]>> = {
  function_definition: "function",
  lambda: "function",
  class_definition: "class",
};
const STRAIGHT = new Set(["module", "expression_statement", "decorated_definition", "assignment"]);

interface Visit {
  readonly node: SyntaxNode;
  readonly scope: Scope;
  /** Not inside a branch, loop or function: bound for sure once passed. */
  readonly certain: boolean;
}

/** Finds every name that the code binds, and in which scope, without recursion. */
export class BindingCollector {
  private readonly scopes = new Map<number, Scope>();
  private readonly source: string;

  private readonly reading: Reading;

  constructor(source: string, reading: Reading) {
    this.source = source;
    this.reading = reading;
  }

  collect(root: SyntaxNode): Scopes {
    const module = new Scope("module", undefined, this.reading);
    this.scopes.set(root.id, module);
    this.declareGlobals(root, module);
    const visits: Visit[] = [{ node: root, scope: module, certain: true }];
    for (let visit = visits.pop(); visit !== undefined; visit = visits.pop()) this.visit(visit, visits);
    return this.scopes;
  }

  private visit({ node, scope, certain }: Visit, visits: Visit[]): void {
    this.bind(node, scope, certain);
    const inner = this.opened(node, scope);
    const straight = certain && STRAIGHT.has(node.type);
    for (let index = node.children.length - 1; index >= 0; index -= 1) {
      const child = node.children[index];
      // Half of all nodes hold nothing, and so bind nothing.
      if (child === undefined || (child.children.length === 0 && child.field !== "parameters")) continue;
      visits.push({ node: child, scope: this.scopeOf(child, node, scope, inner), certain: straight });
    }
  }

  /** Defaults, decorators and base classes belong to the scope around; the body to the scope within. */
  private scopeOf(child: SyntaxNode, node: SyntaxNode, outer: Scope, inner: Scope): Scope {
    if (inner === outer) return outer;
    if (node.type === "class_definition" || node.type === "function_definition" || node.type === "lambda") {
      if (child.field === "parameters") this.bindParameters(child, inner);
      return child.field === "body" ? inner : outer;
    }
    return inner;
  }

  private opened(node: SyntaxNode, scope: Scope): Scope {
    const kind = COMPREHENSIONS.has(node.type) ? "comprehension" : OPENS[node.type];
    if (kind === undefined) return scope;
    const inner = new Scope(kind, scope, this.reading);
    this.scopes.set(node.id, inner);
    const body = childOf(node, "body");
    if (body !== undefined && kind === "function") this.declareGlobals(body, inner);
    return inner;
  }

  private bindParameters(parameters: SyntaxNode, scope: Scope): void {
    for (const parameter of parameters.children) {
      const name = parameterName(parameter);
      if (name !== undefined) this.declareNames(name, scope, true);
    }
  }

  private bind(node: SyntaxNode, scope: Scope, certain: boolean): void {
    switch (node.type) {
      case "assignment":
      case "augmented_assignment":
      case "for_statement":
      case "for_in_clause":
        this.declareTargets(childOf(node, "left"), scope, certain);
        break;
      case "named_expression":
        this.declareTargets(childOf(node, "name"), withoutComprehensions(scope), false);
        break;
      case "function_definition":
      case "class_definition":
        this.declareTargets(childOf(node, "name"), scope, certain);
        break;
      case "as_pattern":
        this.declareTargets(childOf(node, "alias"), scope, false);
        break;
      case "import_statement":
      case "import_from_statement":
        this.bindImports(node, scope, certain);
        break;
      case "case_clause":
        this.bindCapture(node, scope);
        break;
      default:
        break;
    }
  }

  private bindImports(node: SyntaxNode, scope: Scope, certain: boolean): void {
    for (const name of childrenOf(node, "name")) {
      const alias = childOf(name, "alias");
      const bound = alias ?? (node.type === "import_statement" ? name.children[0] : name.children.at(-1));
      if (bound !== undefined) scope.declare(this.nameOf(bound), node, "import", certain);
    }
  }

  private bindCapture(clause: SyntaxNode, scope: Scope): void {
    for (const name of capturesOf(clause)) scope.declare(this.nameOf(name), name, "assignment", false);
  }

  private declareTargets(target: SyntaxNode | undefined, scope: Scope, certain: boolean): void {
    if (target !== undefined) this.declareNames(target, scope, certain);
  }

  private declareNames(target: SyntaxNode, scope: Scope, certain: boolean): void {
    const stack = [target];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (node.type === "identifier") scope.declare(this.nameOf(node), node, "assignment", certain);
      else if (node.type !== "attribute" && node.type !== "subscript" && node.type !== "call")
        stack.push(...node.children);
    }
  }

  /** `global` and `nonlocal` hold for the whole function, wherever they stand in it. */
  private declareGlobals(body: SyntaxNode, scope: Scope): void {
    const stack = [body];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (node.type === "global_statement")
        for (const name of node.children) scope.globals.add(this.nameOf(name));
      else if (node.type === "nonlocal_statement")
        for (const name of node.children) scope.nonlocals.add(this.nameOf(name));
      else stack.push(...node.children.filter((child) => mayHoldGlobals(child)));
    }
  }

  private nameOf(node: SyntaxNode): string {
    return identifier(this.source, node);
  }
}

/** Python compares identifiers after NFKC (PEP 3131), so `𝓮𝔁𝓮𝓬` is `exec`. */
export function identifier(source: string, node: SyntaxNode): string {
  return source.slice(node.start, node.end).normalize("NFKC");
}

/** The pattern that a parameter binds. */
export function parameterName(parameter: SyntaxNode): SyntaxNode | undefined {
  if (parameter.type === "identifier") return parameter;
  return (
    childOf(parameter, "name") ?? (parameter.type.endsWith("separator") ? undefined : parameter.children[0])
  );
}

function mayHoldGlobals(node: SyntaxNode): boolean {
  return /(_statement|_clause|^block)$/.test(node.type);
}

function withoutComprehensions(scope: Scope): Scope {
  return scope.kind === "comprehension" && scope.parent !== undefined
    ? withoutComprehensions(scope.parent)
    : scope;
}
