import { copyKeys, keyOf, sequenceOf } from "./containers.ts";
import type { Evaluator, Place } from "./evaluator.ts";
import { type SyntaxNode, childOf, childrenOf } from "../syntax/tree.ts";
import { type Container, ValueSet, type Values, containerValue, unique } from "./values.ts";

const LONGEST_SEQUENCE = 256;
const LONGEST_UNROLLED = 64;

/** A list, tuple, set or dictionary as written. */
export function evaluateCollection(ev: Evaluator, node: SyntaxNode, place: Place): Values {
  const container = ev.container(node, "literal");
  if (node.type === "dictionary") container.holdKeys();
  const sequence: Values[] = [];
  let exact = node.type !== "dictionary" && node.children.length <= LONGEST_SEQUENCE;
  for (const child of node.children) {
    if (child.type === "pair") addPair(ev, container, child, place);
    else if (child.type === "dictionary_splat" || child.type === "list_splat") {
      exact = addSplat(ev, container, child, place, sequence) && exact;
    } else {
      const values = ev.evaluate(child, place);
      ev.grow(container.elements, values);
      if (exact) sequence.push(values);
    }
  }
  container.sequence = exact ? sequence : undefined;
  return [containerValue(container)];
}

function addPair(ev: Evaluator, container: Container, pair: SyntaxNode, place: Place): void {
  const key = childOf(pair, "key");
  const value = childOf(pair, "value");
  const keys = key === undefined ? [] : ev.evaluate(key, place);
  const values = value === undefined ? [] : ev.evaluate(value, place);
  for (const one of keys) {
    const literal = keyOf(one);
    ev.grow(literal === undefined ? container.loose : container.keyed.named(literal), values);
  }
  ev.grow(container.keys, keys);
  ev.grow(container.elements, values);
}

function addSplat(
  ev: Evaluator,
  container: Container,
  splat: SyntaxNode,
  place: Place,
  sequence: Values[],
): boolean {
  const values = splat.children.flatMap((child) => ev.evaluate(child, place));
  for (const value of values) {
    const isMapping = splat.type === "dictionary_splat" && value.kind === "container";
    if (isMapping) copyKeys(ev, container, value.definition);
    ev.grow(container.elements, isMapping ? value.definition.elements.values : ev.elements(value, place));
  }
  const items = values.length === 1 && values[0] !== undefined ? sequenceOf(values[0]) : undefined;
  if (items !== undefined) sequence.push(...items);
  return items !== undefined;
}

/** A comprehension or generator; over a short known sequence it is unrolled, so that text built by it folds. */
export function evaluateComprehension(ev: Evaluator, node: SyntaxNode, place: Place): Values {
  const inner: Place = { ...place, scope: ev.scopeOf(node) };
  const container = ev.container(node, "comprehension");
  if (node.type === "dictionary_comprehension") container.holdKeys();
  const clauses = node.children.filter(
    (child) => child.type === "for_in_clause" || child.type === "if_clause",
  );
  const body = childOf(node, "body");
  const unrolled = unroll(ev, clauses, inner, place);
  if (body === undefined) return [containerValue(container)];
  if (unrolled === undefined) {
    clauses.forEach((clause, index) => evaluateClause(ev, clause, inner, index === 0 ? place : inner));
    addItem(ev, container, body, inner);
    container.sequence = undefined;
  } else container.sequence = evaluateUnrolled(unrolled, () => addItem(ev, container, body, inner), inner);
  return [containerValue(container)];
}

function addItem(ev: Evaluator, container: Container, body: SyntaxNode, place: Place): Values {
  if (body.type === "pair") {
    addPair(ev, container, body, place);
    return [];
  }
  const values = ev.evaluate(body, place);
  ev.grow(container.elements, values);
  return values;
}

/** What the first loop goes over is read outside: `[f for f in [f]]`. */
function evaluateClause(ev: Evaluator, clause: SyntaxNode, place: Place, outside: Place): void {
  const left = childOf(clause, "left");
  if (left === undefined) {
    for (const child of clause.children) ev.evaluate(child, place);
    return;
  }
  const iterated = childrenOf(clause, "right").flatMap((right) => ev.evaluate(right, outside));
  ev.assign(left, unique(iterated.flatMap((value) => ev.elements(value, place))), place);
}

interface Unrolled {
  readonly name: string;
  readonly items: readonly Values[];
}

/** Evaluates the body for each element alone; afterwards the variable is all of them, for functions that keep it. */
function evaluateUnrolled({ name, items }: Unrolled, evaluate: () => Values, { scope }: Place): Values[] {
  const variable = scope.variables.get(name);
  if (variable === undefined) return [];
  const results = items.map((values) => {
    const fresh = new ValueSet();
    for (const value of values) fresh.add(value, 0);
    scope.variables.set(name, variable.holding(fresh));
    return evaluate();
  });
  scope.variables.set(name, variable);
  return results;
}

/** The loop's single variable and what it is bound to, where there is one loop over few known elements. */
function unroll(
  ev: Evaluator,
  clauses: readonly SyntaxNode[],
  place: Place,
  outside: Place,
): Unrolled | undefined {
  const [clause] = clauses;
  const left = clause === undefined ? undefined : childOf(clause, "left");
  const right = clause === undefined ? undefined : childOf(clause, "right");
  if (clauses.length !== 1 || left?.type !== "identifier" || right === undefined) return undefined;
  const iterated = ev.evaluate(right, outside);
  const items = iterated.length === 1 && iterated[0] !== undefined ? sequenceOf(iterated[0]) : undefined;
  if (items === undefined || items.length > LONGEST_UNROLLED) return undefined;
  ev.assign(left, unique(items.flat()), place);
  return { name: ev.nameOf(left), items };
}
