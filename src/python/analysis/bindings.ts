import { boundByImport, identifier, isPartOfObject, namesIn } from "./bound-names.ts";
import { capturesOf } from "./patterns.ts";
import type { Reading } from "./reading.ts";
import { Scope } from "./scopes.ts";
import { SureNames } from "./sure-names.ts";
import { type SyntaxNode, childOf, childrenOf } from "../syntax/tree.ts";

/** Scopes by the node that opens them. */
export type Scopes = ReadonlyMap<number, Scope>;

const OPENS: Readonly<Record<string, Scope["kind"]>> = {
  function_definition: "function",
  lambda: "function",
  class_definition: "class",
  list_comprehension: "comprehension",
  set_comprehension: "comprehension",
  dictionary_comprehension: "comprehension",
  generator_expression: "generator",
};
/** What stands in these happens whenever they do; of blocks, that is only said of a function's or a class's own. */
const STRAIGHT = new Set(["module", "block", "expression_statement", "decorated_definition", "assignment"]);

interface Visit {
  readonly node: SyntaxNode;
  readonly scope: Scope;
  /** Not inside a branch or loop: it happens once, and for sure, in every run of the scope. */
  readonly certain: boolean;
  /** Of the first loop of a comprehension: what it goes over belongs there. */
  readonly around?: Scope;
}

/** Behind `end` it is bound; to nothing of what it was before where it is bound `anew`. */
interface SureBinding {
  readonly end: number;
  readonly anew: boolean;
}

/** Finds every name that the code binds, and in which scope, without recursion. */
export class BindingCollector {
  private readonly scopes = new Map<number, Scope>();
  private readonly deletions: { readonly name: string; readonly scope: Scope }[] = [];
  private readonly source: string;
  private readonly reading: Reading;
  private readonly runsOnce: boolean;

  constructor(source: string, reading: Reading, runsOnce: boolean) {
    this.source = source;
    this.reading = reading;
    this.runsOnce = runsOnce;
  }

  collect(root: SyntaxNode): Scopes {
    const module = new Scope("module", undefined, this.reading, this.runsOnce);
    this.scopes.set(root.id, module);
    this.declareGlobals(root, module);
    const visits: Visit[] = [{ node: root, scope: module, certain: true }];
    for (let visit = visits.pop(); visit !== undefined; visit = visits.pop()) this.visit(visit, visits);
    for (const { name, scope } of this.deletions) scope.delete(name);
    new SureNames(this.source, (node) => this.scopes.get(node.id)).tell(root, module);
    return this.scopes;
  }

  private visit(visit: Visit, visits: Visit[]): void {
    const { node, scope, certain } = visit;
    this.bind(node, scope, certain);
    const inner = this.opened(node, scope);
    for (let index = node.children.length - 1; index >= 0; index -= 1) {
      const child = node.children[index];
      // Half of all nodes hold nothing, and so bind nothing.
      if (child === undefined || (child.children.length === 0 && child.field !== "parameters")) continue;
      visits.push({
        node: child,
        scope:
          child.field === "right" && visit.around ? visit.around : this.scopeOf(child, node, scope, inner),
        certain: child.field === "body" ? isDefinition(node) : certain && STRAIGHT.has(node.type),
        ...(isFirstLoop(child, node) && { around: scope }),
      });
    }
  }

  /** Defaults, decorators and base classes belong to the scope around; the body to the scope within. */
  private scopeOf(child: SyntaxNode, node: SyntaxNode, outer: Scope, inner: Scope): Scope {
    if (inner === outer) return outer;
    if (!isDefinition(node) && node.type !== "lambda") return inner;
    if (child.field === "parameters") this.bindParameters(child, inner);
    return child.field === "body" ? inner : outer;
  }

  private opened(node: SyntaxNode, scope: Scope): Scope {
    const kind = OPENS[node.type];
    if (kind === undefined) return scope;
    const inner = new Scope(kind, scope, this.reading);
    this.scopes.set(node.id, inner);
    const body = childOf(node, "body");
    if (body !== undefined && isDefinition(node)) this.declareGlobals(body, inner);
    return inner;
  }

  private bindParameters(parameters: SyntaxNode, scope: Scope): void {
    for (const parameter of parameters.children) {
      const name = parameterName(parameter);
      if (name !== undefined) this.declareNames(name, scope, { end: name.end, anew: true });
    }
  }

  private bind(node: SyntaxNode, scope: Scope, certain: boolean): void {
    switch (node.type) {
      case "assignment":
      case "augmented_assignment":
      case "for_statement":
      case "for_in_clause":
        this.bindTargets(node, scope, certain);
        break;
      case "named_expression":
        this.declareTargets(childOf(node, "name"), withoutComprehensions(scope));
        break;
      case "function_definition":
      case "class_definition":
        this.declareTargets(
          childOf(node, "name"),
          scope,
          certain ? { end: node.end, anew: true } : undefined,
        );
        break;
      case "as_pattern":
        this.declareTargets(childOf(node, "alias"), scope);
        break;
      case "import_statement":
      case "import_from_statement":
        this.bindImports(node, scope, certain);
        break;
      case "case_clause":
        this.bindCapture(node, scope);
        break;
      case "delete_statement":
        this.deleteNames(node, scope);
        break;
      case "except_clause":
        // Its name is gone when it ends.
        for (const child of node.children) this.deleteNames(childOf(child, "alias"), scope);
        break;
      default:
        break;
    }
  }

  private bindTargets(node: SyntaxNode, scope: Scope, certain: boolean): void {
    const targets = childOf(node, "left");
    if (targets === undefined) return;
    // What is assigned, or gone over, is read before anything is bound.
    const { end } = childOf(node, "right") ?? targets;
    const anew = isBoundAnew(node, targets);
    const bound = { end: anew ? node.end : end, anew };
    // A loop may have nothing to go over.
    const isSure = certain && node.type !== "for_statement";
    this.declareNames(targets, scope, isSure ? bound : undefined);
  }

  private bindImports(node: SyntaxNode, scope: Scope, certain: boolean): void {
    for (const name of childrenOf(node, "name")) {
      const binding = { boundAt: node, boundBy: "import" } as const;
      for (const bound of boundByImport(name, node))
        if (certain) scope.declare(this.nameOf(bound), binding, node.end, bound);
        else scope.declare(this.nameOf(bound), binding);
    }
  }

  private bindCapture(clause: SyntaxNode, scope: Scope): void {
    for (const name of capturesOf(clause)) this.declareNames(name, scope);
  }

  private deleteNames(target: SyntaxNode | undefined, scope: Scope): void {
    for (const name of target === undefined ? [] : namesIn(target))
      this.deletions.push({ name: this.nameOf(name), scope });
  }

  private declareTargets(target: SyntaxNode | undefined, scope: Scope, bound?: SureBinding): void {
    if (target !== undefined) this.declareNames(target, scope, bound);
  }

  private declareNames(target: SyntaxNode, scope: Scope, bound?: SureBinding): void {
    for (const name of namesIn(target)) {
      const binding = { boundAt: name, boundBy: "assignment" } as const;
      scope.declare(this.nameOf(name), binding, bound?.end, bound?.anew === true ? name : undefined);
    }
  }

  /** `global` and `nonlocal` hold for the whole function or class, wherever they stand in it. */
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

/**
 * Whether the statement binds only names, and reads none of them once it has bound one: `x = x.next = y` and `x: x() = y` do, `x += 1`
 * goes on with what there was, a loop may have nothing to bind.
 */
function isBoundAnew(node: SyntaxNode, targets: SyntaxNode): boolean {
  const right = childOf(node, "right");
  if (node.type !== "assignment" || right === undefined || right.type === "assignment") return false;
  return node.field !== "right" && childOf(node, "type") === undefined && bindsOnlyNames(targets);
}

function bindsOnlyNames(target: SyntaxNode): boolean {
  return !isPartOfObject(target) && target.children.every(bindsOnlyNames);
}

function isDefinition({ type }: SyntaxNode): boolean {
  return type === "function_definition" || type === "class_definition";
}

/** Whether it is the first of a comprehension: what that goes over is read outside, `[f for f in [f]]`. */
function isFirstLoop(clause: SyntaxNode, comprehension: SyntaxNode): boolean {
  if (clause.type !== "for_in_clause") return false;
  return comprehension.children.find(({ type }) => type === "for_in_clause") === clause;
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
  return (scope.kind === "comprehension" || scope.kind === "generator") && scope.parent !== undefined
    ? withoutComprehensions(scope.parent)
    : scope;
}
