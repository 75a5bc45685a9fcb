import { sequenceOf, writeItem } from "./containers.ts";
import type { Evaluator, Place } from "./evaluator.ts";
import { type SyntaxNode, childOf, childrenOf } from "../syntax/tree.ts";
import { DATA, LIBRARY_DATA, type Value, type Values, containerValue, unique } from "./values.ts";

/** Binds what an assignment, a loop or a `with` names. */
export function assignTo(ev: Evaluator, target: SyntaxNode, values: Values, place: Place): void {
  switch (target.type) {
    case "identifier":
      bindName(ev, target, values, place);
      break;
    case "attribute":
      assignAttribute(ev, target, values, place);
      break;
    case "subscript":
      assignItem(ev, target, values, place);
      break;
    case "list_splat_pattern":
    case "list_splat":
      for (const child of target.children) assignTo(ev, child, values, place);
      break;
    case "tuple_pattern":
    case "list_pattern":
    case "pattern_list":
    case "tuple":
    case "list":
    case "expression_list":
      unpack(ev, target, values, place);
      break;
    default:
      for (const child of target.children) assignTo(ev, child, values, place);
  }
}

/** Binds one name, as its scope understands it. */
export function bindName(ev: Evaluator, target: SyntaxNode, values: Values, place: Place): void {
  const name = ev.nameOf(target);
  const sets = place.scope.find(name)?.setsBoundAt(target, place.scope.frame) ?? [];
  for (const set of sets) ev.grow(set, values);
  const isDunder = name.startsWith("__") && name.endsWith("__");
  if (place.scope.kind !== "class" || !isDunder) return;
  // Operators and protocols call what a class binds to their names.
  ev.escape(
    values.filter((value) => value.kind !== "function"),
    [DATA],
    place,
  );
}

function assignAttribute(ev: Evaluator, target: SyntaxNode, values: Values, place: Place): void {
  const object = childOf(target, "object");
  const name = childOf(target, "attribute");
  if (object === undefined || name === undefined) return;
  for (const value of ev.evaluate(object, place))
    ev.setAttribute(value, ev.nameOf(name), values, { ...place, node: target });
}

function assignItem(ev: Evaluator, target: SyntaxNode, values: Values, place: Place): void {
  const object = childOf(target, "value");
  const keys = childrenOf(target, "subscript").flatMap((subscript) => ev.evaluate(subscript, place));
  const isSlice = childrenOf(target, "subscript").some((subscript) => subscript.type === "slice");
  const stored = isSlice
    ? values.flatMap((value) => (value.kind === "container" ? value.definition.elements.values : [value]))
    : values;
  for (const value of object === undefined ? [] : ev.evaluate(object, place))
    writeItem(ev, value, isSlice ? [LIBRARY_DATA] : keys, stored, { ...place, node: target });
}

function unpack(ev: Evaluator, target: SyntaxNode, values: Values, place: Place): void {
  const hasSplat = target.children.some((child) => child.type.startsWith("list_splat"));
  const only =
    values.length === 1 && values[0] !== undefined && !hasSplat ? sequenceOf(values[0]) : undefined;
  const exact = only?.length === target.children.length ? only : undefined;
  const sequences = values.map((value) => (hasSplat ? undefined : sequenceOf(value)));
  const position = (index: number): Values => {
    if (exact !== undefined) return exact[index] ?? [];
    return unique(values.flatMap((value, at) => sequences[at]?.[index] ?? ev.elements(value, place)));
  };
  target.children.forEach((child, index) => {
    const isSplat = child.type.startsWith("list_splat");
    assignTo(ev, child, isSplat ? [collected(ev, child, values, place)] : position(index), place);
  });
}

/** What `*rest` collects: a new list of any of the elements. */
function collected(ev: Evaluator, node: SyntaxNode, values: Values, place: Place): Value {
  const container = ev.container(node, "collected");
  ev.grow(
    container.elements,
    values.flatMap((value) => ev.elements(value, place)),
  );
  return containerValue(container);
}
