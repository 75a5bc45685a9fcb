import { evaluateArguments } from "./arguments.ts";
import { evaluateCollection, evaluateComprehension } from "./collections.ts";
import { readItem, sequenceOf } from "./containers.ts";
import type { Evaluator, Place } from "./evaluator.ts";
import { evaluateNumber, evaluateString } from "./literals.ts";
import { evaluateName } from "./names.ts";
import { negated, operate } from "./operators.ts";
import { type SyntaxNode, childOf, childrenOf } from "../syntax/tree.ts";
import { exactText } from "./text-methods.ts";
import { wholeNumber } from "./numbers.ts";
import {
  NUMBER,
  LIBRARY_DATA,
  NONE,
  UNKNOWN,
  type Value,
  type Values,
  constant,
  containerValue,
  functionValue,
  text,
  textOf,
  unique,
} from "./values.ts";

type Evaluate = (ev: Evaluator, node: SyntaxNode, place: Place) => Values;

const EXPRESSIONS: Readonly<Record<string, Evaluate>> = {
  identifier: evaluateName,
  dotted_name: evaluateName,
  string: evaluateString,
  concatenated_string: evaluateString,
  integer: (ev, node) => [evaluateNumber(ev.source.slice(node.start, node.end))],
  float: (ev, node) => [evaluateNumber(ev.source.slice(node.start, node.end))],
  true: () => [constant("True")],
  false: () => [constant("False")],
  none: () => [NONE],
  ellipsis: () => [LIBRARY_DATA],
  attribute: evaluateAttribute,
  subscript: evaluateSubscript,
  call: evaluateCall,
  list: evaluateCollection,
  tuple: evaluateCollection,
  set: evaluateCollection,
  dictionary: evaluateCollection,
  expression_list: evaluateCollection,
  pattern_list: evaluateCollection,
  list_comprehension: evaluateComprehension,
  set_comprehension: evaluateComprehension,
  dictionary_comprehension: evaluateComprehension,
  generator_expression: evaluateComprehension,
  lambda: (ev, node, place) => [functionValue(ev.function(node, place, undefined))],
  conditional_expression: (ev, node, place) => {
    const [then, test, otherwise] = node.children;
    evaluateAll(ev, test === undefined ? [] : [test], place);
    return unique([...evaluateMaybe(ev, then, place), ...evaluateMaybe(ev, otherwise, place)]);
  },
  boolean_operator: (ev, node, place) =>
    unique([
      ...evaluateMaybe(ev, childOf(node, "left"), place),
      ...evaluateMaybe(ev, childOf(node, "right"), place),
    ]),
  not_operator: (ev, node, place) => {
    evaluateAll(ev, node.children, place);
    return [LIBRARY_DATA];
  },
  comparison_operator: (ev, node, place) => {
    const operands = node.children.filter(
      (child, index) =>
        child.field !== "operators" && !isOnlyLookedIn(ev, child, node.children[index - 1], place),
    );
    evaluateAll(ev, operands, place);
    return [LIBRARY_DATA];
  },
  binary_operator: (ev, node, place) => {
    const operator = childOf(node, "operator");
    const sign = operator === undefined ? "" : ev.source.slice(operator.start, operator.end);
    return operate(
      ev,
      sign,
      evaluateMaybe(ev, childOf(node, "left"), place),
      evaluateMaybe(ev, childOf(node, "right"), place),
      { ...place, node },
    );
  },
  unary_operator: (ev, node, place) =>
    negated(evaluateMaybe(ev, childOf(node, "argument"), place), ev.source.slice(node.start, node.start + 1)),
  named_expression: (ev, node, place) => {
    const values = evaluateMaybe(ev, childOf(node, "value"), place);
    const name = childOf(node, "name");
    if (name !== undefined) ev.assign(name, values, place);
    return values;
  },
  await: (ev, node, place) => evaluateMaybe(ev, node.children[0], place),
  yield: evaluateYield,
  as_pattern: (ev, node, place) => {
    const values = evaluateMaybe(ev, node.children[0], place);
    const alias = childOf(node, "alias");
    if (alias !== undefined) ev.assign(alias, values, place);
    return values;
  },
};

/** The values that an expression can have. */
export function evaluateExpression(ev: Evaluator, node: SyntaxNode, place: Place): Values {
  const evaluate = Object.hasOwn(EXPRESSIONS, node.type) ? EXPRESSIONS[node.type] : undefined;
  if (evaluate !== undefined) return evaluate(ev, node, place);
  // Parentheses, types, splats, slices: whatever stands inside is evaluated.
  const values = node.children.map((child) => ev.evaluate(child, place));
  return node.children.length === 1 ? (values[0] ?? []) : [LIBRARY_DATA];
}

function evaluateAll(ev: Evaluator, nodes: readonly SyntaxNode[], place: Place): void {
  for (const node of nodes) ev.evaluate(node, place);
}

function evaluateMaybe(ev: Evaluator, node: SyntaxNode | undefined, place: Place): Values {
  return node === undefined ? [] : ev.evaluate(node, place);
}

function evaluateAttribute(ev: Evaluator, node: SyntaxNode, place: Place): Values {
  const name = childOf(node, "attribute");
  const object = childOf(node, "object");
  if (name === undefined || object === undefined) return [UNKNOWN];
  const attribute = ev.nameOf(name);
  const values = ev.evaluate(object, place);
  if (values.length === 0 && ev.settled) return ev.attribute(UNKNOWN, attribute, { ...place, node });
  return unique(values.flatMap((value) => ev.attribute(value, attribute, { ...place, node })));
}

function evaluateSubscript(ev: Evaluator, node: SyntaxNode, place: Place): Values {
  const value = childOf(node, "value");
  const values = evaluateMaybe(ev, value, place);
  const subscripts = childrenOf(node, "subscript");
  const slice = subscripts.find((subscript) => subscript.type === "slice");
  const keys = subscripts.flatMap((subscript) => ev.evaluate(subscript, place));
  const at = { ...place, node };
  if (slice !== undefined) return unique(values.flatMap((one) => sliced(ev, one, slice, at)));
  return unique(
    values.flatMap((one) => readItem(ev, one, subscripts.length > 1 ? [LIBRARY_DATA] : keys, at)),
  );
}

/** Text and sequences known in full are sliced as Python would. */
function sliced(ev: Evaluator, value: Value, slice: SyntaxNode, place: Place): Values {
  const bounds = sliceBounds(ev, slice, place);
  const sequence = value.kind === "text" ? exactText(value)?.split("") : sequenceOf(value);
  if (bounds === undefined || sequence === undefined)
    return value.kind === "container" ? [value] : readItem(ev, value, [], place);
  const indices = indicesOf(sequence.length, bounds);
  if (value.kind === "text")
    return [textOf(indices.map((index) => sequence[index] as string).join(""), value.bytes)];
  const container = ev.container(place.node, "slice");
  const items = indices.map((index) => sequence[index] as Values);
  ev.grow(container.elements, items.flat());
  container.sequence = items;
  return [containerValue(container)];
}

type Bounds = readonly [number | undefined, number | undefined, number];

function sliceBounds(ev: Evaluator, slice: SyntaxNode, place: Place): Bounds | undefined {
  const written = ev.source.slice(slice.start, slice.end);
  const parts: (number | undefined)[] = [undefined, undefined, undefined];
  let part = 0;
  let from = slice.start;
  for (const child of slice.children) {
    part += ev.source.slice(from, child.start).split(":").length - 1;
    from = child.end;
    const values = ev.evaluate(child, place);
    const value = values.length === 1 ? wholeNumber(values[0]) : undefined;
    if (value === undefined || part > 2) return undefined;
    parts[part] = value;
  }
  return written === "" ? undefined : [parts[0], parts[1], parts[2] ?? 1];
}

function indicesOf(length: number, [start, stop, step]: Bounds): number[] {
  const clamp = (index: number) =>
    Math.max(step < 0 ? -1 : 0, Math.min(step < 0 ? length - 1 : length, index < 0 ? index + length : index));
  const from = start === undefined ? (step < 0 ? length - 1 : 0) : clamp(start);
  const to = stop === undefined ? (step < 0 ? -1 : length) : clamp(stop);
  const indices: number[] = [];
  if (step === 0) return indices;
  for (let index = from; step < 0 ? index > to : index < to; index += step) indices.push(index);
  return indices;
}

function evaluateCall(ev: Evaluator, node: SyntaxNode, place: Place): Values {
  const callee = childOf(node, "function");
  const list = childOf(node, "arguments");
  const at = { ...place, node };
  if (callee === undefined) return [UNKNOWN];
  const name = callee.type === "attribute" ? childOf(callee, "attribute") : undefined;
  const object = callee.type === "attribute" ? childOf(callee, "object") : undefined;
  const receivers = object === undefined ? [] : ev.evaluate(object, place);
  const callees = object === undefined ? ev.evaluate(callee, place) : [];
  const args = evaluateArguments(ev, list, place);
  if (name !== undefined && object !== undefined) {
    const known = receivers.length === 0 && ev.settled ? [UNKNOWN] : receivers;
    return unique(known.flatMap((receiver) => ev.callMember(receiver, ev.nameOf(name), args, at)));
  }
  const called = callees.length === 0 && ev.settled ? [UNKNOWN] : callees;
  return unique(called.flatMap((one) => ev.call(one, args, at)));
}

function evaluateYield(ev: Evaluator, node: SyntaxNode, place: Place): Values {
  const values = node.children.flatMap((child) => ev.evaluate(child, place));
  const isFrom = /^yield\s+from\b/.test(ev.source.slice(node.start, node.end));
  if (place.inside !== undefined)
    ev.grow(
      place.inside.yields,
      isFrom ? values.flatMap((value) => ev.elements(value, place)) : values.length === 0 ? [NONE] : values,
    );
  return [text([{ hole: "unknown" }]), NUMBER];
}

/** `"x" in globals()` asks whether there is such a name, and opens nothing. */
function isOnlyLookedIn(
  ev: Evaluator,
  operand: SyntaxNode,
  operator: SyntaxNode | undefined,
  { scope }: Place,
): boolean {
  const textOf = ({ start, end }: SyntaxNode): string => ev.source.slice(start, end);
  if (operator?.field !== "operators" || !/^(?:not\s+)?in$/.test(textOf(operator))) return false;
  const name = /^(dir|globals|locals|vars)\(\)$/.exec(textOf(operand))?.[1];
  return name !== undefined && scope.find(name) === undefined;
}
