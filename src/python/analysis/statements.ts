import { type Evaluator, type Place, positional } from "./evaluator.ts";
import { findEndlessIteration, findEndlessLoop } from "./exhaustion.ts";
import { BEHIND_THE_SCENES } from "./introspection.ts";
import { evaluateImport } from "./imports.ts";
import { inPlaceMethod, operate } from "./operators.ts";
import { decorate } from "./decorators.ts";
import { methodsOf } from "./inheritance.ts";
import { evaluateAnnotation } from "./annotations.ts";
import { bindCaptures, capturable } from "./patterns.ts";
import { type SyntaxNode, childOf, childrenOf } from "../syntax/tree.ts";
import {
  LIBRARY_DATA,
  NONE,
  type Value,
  type ValueOf,
  type Values,
  classValue,
  functionValue,
  objectOf,
  unique,
} from "./values.ts";

type Execute = (ev: Evaluator, node: SyntaxNode, place: Place) => void;

const STATEMENTS: Readonly<Record<string, Execute>> = {
  assignment: (ev, node, place) => void assignment(ev, node, place),
  augmented_assignment: augmentedAssignment,
  for_statement: forStatement,
  while_statement: whileStatement,
  with_item: withItem,
  return_statement: returnStatement,
  function_definition: (ev, node, place) => define(ev, node, place, []),
  class_definition: (ev, node, place) => define(ev, node, place, []),
  decorated_definition: decoratedDefinition,
  import_statement: evaluateImport,
  import_from_statement: evaluateImport,
  delete_statement: deleteStatement,
  match_statement: matchStatement,
  except_clause: exceptClause,
  future_import_statement: () => undefined,
  global_statement: () => undefined,
  nonlocal_statement: () => undefined,
  type_alias_statement: () => undefined,
};

/** Statements that hold statements: their parts are executed in order. */
const HOLDERS = new Set([
  "module",
  "block",
  "if_statement",
  "elif_clause",
  "else_clause",
  "try_statement",
  "finally_clause",
  "with_statement",
  "with_clause",
  "expression_statement",
]);

export function executeStatement(ev: Evaluator, node: SyntaxNode, place: Place): void {
  const execute = Object.hasOwn(STATEMENTS, node.type) ? STATEMENTS[node.type] : undefined;
  if (execute !== undefined) execute(ev, node, place);
  else if (HOLDERS.has(node.type)) for (const child of node.children) executeStatement(ev, child, place);
  else if (node.type.endsWith("_statement")) for (const child of node.children) ev.evaluate(child, place);
  else ev.evaluate(node, place);
}

function assignment(ev: Evaluator, node: SyntaxNode, place: Place): Values {
  const left = childOf(node, "left");
  const right = childOf(node, "right");
  evaluateAnnotation(ev, childOf(node, "type"), place);
  if (left === undefined) return [];
  if (right === undefined) return left.type === "identifier" ? [] : ev.evaluate(left, place);
  const values = right.type === "assignment" ? assignment(ev, right, place) : ev.evaluate(right, place);
  ev.assign(left, values, { ...place, node });
  return values;
}

function augmentedAssignment(ev: Evaluator, node: SyntaxNode, place: Place): void {
  const left = childOf(node, "left");
  const right = childOf(node, "right");
  const operator = childOf(node, "operator");
  if (left === undefined || right === undefined) return;
  const before = ev.evaluate(left, place);
  const values = ev.evaluate(right, place);
  for (const value of before) {
    if (value.kind === "container") ev.callMember(value, "__iadd__", positional(values), { ...place, node });
    else if (value.kind === "instance") changeInPlace(ev, value, values, { ...place, node });
  }
  const sign = operator === undefined ? "+" : ev.source.slice(operator.start, operator.end - 1);
  const changed = before.flatMap((value) =>
    value.kind === "object" ? methodsOf(value, inPlaceMethod(sign)) : [],
  );
  ev.assign(
    left,
    unique([
      ...changed.flatMap((method) => ev.call(method, positional(values), { ...place, node })),
      ...operate(ev, sign, before, values, { ...place, node }),
      ...before.filter((value) => value.kind === "container"),
    ]),
    place,
  );
}

function changeInPlace(ev: Evaluator, value: ValueOf<"instance">, values: Values, place: Place): void {
  if (ev.knowledge.member(value.type, "__iadd__") !== undefined)
    ev.callMember(value, "__iadd__", positional(values), place);
}

function forStatement(ev: Evaluator, node: SyntaxNode, place: Place): void {
  const left = childOf(node, "left");
  const right = childOf(node, "right");
  const iterated = right === undefined ? [] : ev.evaluate(right, place);
  findEndlessIteration(ev, node, iterated, place);
  if (left !== undefined)
    ev.assign(left, unique(iterated.flatMap((value) => ev.elements(value, place))), place);
  for (const child of node.children)
    if (child.field === "body" || child.field === "alternative") executeStatement(ev, child, place);
}

function whileStatement(ev: Evaluator, node: SyntaxNode, place: Place): void {
  const condition = childOf(node, "condition");
  const values = condition === undefined ? [] : ev.evaluate(condition, place);
  if (condition?.type === "true" || condition?.type === "integer")
    findEndlessLoop(ev, node, values, { ...place, node: condition });
  for (const child of node.children)
    if (child.field === "body" || child.field === "alternative") executeStatement(ev, child, place);
}

function withItem(ev: Evaluator, node: SyntaxNode, place: Place): void {
  const value = childOf(node, "value");
  if (value === undefined) return;
  const isNamed = value.type === "as_pattern";
  const manager = isNamed ? value.children[0] : value;
  const alias = isNamed ? childOf(value, "alias") : undefined;
  const values = manager === undefined ? [] : ev.evaluate(manager, place);
  const entered = unique(values.flatMap((one) => enter(ev, one, { ...place, node })));
  if (alias !== undefined) ev.assign(alias, entered, place);
}

/** What `with` binds. Files, paths and generators in clothing are what they were. */
function enter(ev: Evaluator, value: Value, place: Place): Values {
  if (value.kind === "object") {
    const results = [...methodsOf(value, "__enter__"), ...methodsOf(value, "__aenter__")].flatMap((one) =>
      ev.call(one, positional(), place),
    );
    return results.length === 0 ? [value] : results;
  }
  return value.kind === "container" ? [value, ...value.definition.elements.values] : [value];
}

function returnStatement(ev: Evaluator, node: SyntaxNode, place: Place): void {
  const values = node.children.flatMap((child) => ev.evaluate(child, place));
  if (place.inside !== undefined) ev.grow(place.inside.returns, node.children.length === 0 ? [NONE] : values);
}

function define(ev: Evaluator, node: SyntaxNode, place: Place, decorators: readonly SyntaxNode[]): void {
  const name = childOf(node, "name");
  if (name === undefined) return;
  const owner = place.scope.kind === "class" ? ev.classOf(place.scope) : undefined;
  for (const parameter of childOf(node, "parameters")?.children ?? [])
    evaluateAnnotation(ev, childOf(parameter, "type"), place);
  evaluateAnnotation(ev, childOf(node, "return_type"), place);
  const own =
    node.type === "class_definition"
      ? classValue(ev.class(node, place))
      : functionValue(ev.function(node, place, owner));
  ev.assign(name, decorate(ev, own, decorators, place), { ...place, node });
  if (
    BEHIND_THE_SCENES.has(ev.nameOf(name)) &&
    ev.nameOf(name) !== "__del__" &&
    place.scope.kind === "class"
  ) {
    const message = `\`${ev.nameOf(name)}\` is called behind the scenes, when the object is pickled or read`;
    ev.found(
      { kind: "introspects", target: ev.nameOf(name), certainty: "whole", message },
      { ...place, node: name },
    );
  }
}

function decoratedDefinition(ev: Evaluator, node: SyntaxNode, place: Place): void {
  const definition = childOf(node, "definition");
  const decorators = node.children.filter((child) => child.type === "decorator");
  if (definition !== undefined) define(ev, definition, place, decorators);
}

function deleteStatement(ev: Evaluator, node: SyntaxNode, place: Place): void {
  for (const target of node.children.flatMap(deletedIn)) {
    const object = childOf(target, "value");
    if (target.type !== "subscript" || object === undefined) {
      if (target.type !== "identifier") ev.evaluate(target, place);
      continue;
    }
    const keys = childrenOf(target, "subscript").flatMap((subscript) => ev.evaluate(subscript, place));
    for (const value of ev.evaluate(object, place)) {
      if (value.kind === "container") value.definition.mutate();
      const removes =
        value.kind === "object" ||
        (value.kind === "instance" && ev.knowledge.member(value.type, "__delitem__") !== undefined);
      if (removes) ev.callMember(value, "__delitem__", positional(keys), { ...place, node: target });
    }
  }
}

/** `del a, (b, [c])`. */
function deletedIn(target: SyntaxNode): readonly SyntaxNode[] {
  return COLLECTIONS.has(target.type) ? target.children.flatMap(deletedIn) : [target];
}

const COLLECTIONS = new Set(["expression_list", "tuple", "list", "parenthesized_expression"]);

/** `except X as e` binds an instance of what is caught. */
function exceptClause(ev: Evaluator, node: SyntaxNode, place: Place): void {
  for (const child of node.children) {
    if (child.field !== "value") executeStatement(ev, child, place);
    else if (child.type !== "as_pattern") ev.evaluate(child, place);
    else catchAs(ev, child, place);
  }
}

function catchAs(ev: Evaluator, pattern: SyntaxNode, place: Place): void {
  const [caught] = pattern.children;
  const alias = childOf(pattern, "alias");
  const types = caught === undefined ? [] : ev.evaluate(caught, place);
  const each = types.flatMap((type) =>
    type.kind === "container" ? type.definition.elements.values : [type],
  );
  const raised = each.map((type) =>
    type.kind === "class" ? objectOf(type.definition) : type.kind === "known" ? LIBRARY_DATA : type,
  );
  if (alias !== undefined) ev.assign(alias, unique(raised), place);
}

/** Captures of a `match` can be the subject or anything in it. */
function matchStatement(ev: Evaluator, node: SyntaxNode, place: Place): void {
  const subjects = childrenOf(node, "subject").flatMap((subject) => ev.evaluate(subject, place));
  const parts = capturable(ev, subjects, place);
  for (const clause of childOf(node, "body")?.children ?? []) {
    bindCaptures(ev, clause, parts, place);
    for (const child of clause.children) {
      if (child.field === "consequence") executeStatement(ev, child, place);
      else if (child.type === "if_clause") for (const guard of child.children) ev.evaluate(guard, place);
    }
  }
}
