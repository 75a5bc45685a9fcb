import { ancestors } from "./attributes.ts";
import { type Arguments, type Evaluator, type Place, everyArgument, positional } from "./evaluator.ts";
import { acts } from "./knowledge.ts";
import { REACHES_ANYTHING } from "./primitives.ts";
import { isCallable } from "./results.ts";
import {
  type ClassValue,
  DATA,
  type FunctionValue,
  LIBRARY_DATA,
  UNKNOWN,
  type Value,
  type ValueOf,
  type Values,
  containerValue,
  functionValue,
  objectOf,
  unique,
} from "./values.ts";

/** Gives a function's parameters what a call passes. */
export function bindArguments(ev: Evaluator, definition: FunctionValue, args: Arguments): void {
  const scope = ev.scopeOf(definition.node);
  const named = new Set(definition.parameters.map((parameter) => parameter.name));
  let next = 0;
  for (const { name, kind } of definition.parameters) {
    const variable = scope.variables.get(name);
    if (variable === undefined) continue;
    if (kind === "rest") {
      const container = ev.container(definition.node, name);
      ev.grow(container.elements, [...args.positional.slice(next).flat(), ...args.rest]);
      ev.grow(variable.values, [containerValue(container)]);
    } else if (kind === "keywords") {
      const container = ev.container(definition.node, name);
      const others = [...args.keywords].filter(([key]) => !named.has(key)).flatMap(([, values]) => values);
      ev.grow(container.elements, [...others, ...args.rest]);
      ev.grow(variable.values, [containerValue(container)]);
    } else {
      const given = kind === "plain" ? args.positional[next++] : undefined;
      ev.grow(variable.values, given ?? args.keywords.get(name) ?? args.rest);
    }
  }
}

const HOLDS: ReadonlySet<Value["kind"]> = new Set(["known", "object", "instance", "container"]);

/** What code that is not analysed may do with these values: call what can be called, with whatever came along. */
export function escapeValues(ev: Evaluator, values: Values, rest: Values, place: Place): void {
  if (!values.some(mayEscape)) return;
  const others = unique([...rest, ...values.filter((value) => !isCallable(value) && value.kind !== "known")]);
  const passed = unique([DATA, LIBRARY_DATA, ...others.flatMap((value) => [value, ...shallow(value)])]);
  const circumstances = `${place.node.id}|${passed.map((value) => value.key).join()}`;
  const reached = values.filter(mayEscape);
  const seen = new Set(reached.map((value) => value.key));
  for (const value of reached) {
    // What was done here already in this pass need not be done again: that also ends calls that call back each other.
    if (ev.isFirst(`${value.key}|${circumstances}`)) escapeValue(ev, value, passed, place);
    for (const inner of heldBy(value)) {
      if (mayEscape(inner) && !seen.has(inner.key)) {
        seen.add(inner.key);
        reached.push(inner);
      }
    }
  }
}

function mayEscape(value: Value): boolean {
  return isCallable(value) || HOLDS.has(value.kind);
}

/** What can be reached through a value that is handed on. */
function heldBy(value: Value): Values {
  if (value.kind === "function") return value.definition.returns.values;
  if (value.kind === "container") return value.definition.elements.values;
  if (value.kind !== "class" && value.kind !== "object") return [];
  const attributes = ancestors(value.definition).flatMap((one) => [...one.attributes.values()]);
  return attributes.flatMap((set) => set.values.filter((held) => held.kind !== "function"));
}

export function escapeAll(ev: Evaluator, args: Arguments, place: Place): void {
  ev.escape(everyArgument(args), [UNKNOWN], place);
}

function shallow(value: Value): Values {
  return value.kind === "container" ? value.definition.elements.values : [];
}

function escapeValue(ev: Evaluator, value: Value, passed: Values, place: Place): void {
  switch (value.kind) {
    case "known":
      escapeKnown(ev, value, passed, place);
      break;
    case "function":
      callBack(ev, value, passed);
      break;
    case "bound":
    case "method":
      if (value.kind === "bound" || mayAct(ev, value))
        ev.call(value, { ...positional(), rest: passed }, place);
      break;
    case "instance":
      readThrough(ev, value, place);
      break;
    case "class":
    case "object":
      escapeMethods(ev, value.definition, passed);
      break;
    default:
      break;
  }
}

/** Printing or copying some objects reads all they stand for: the environment. */
function readThrough(ev: Evaluator, value: ValueOf<"instance">, place: Place): void {
  const iterated = ev.knowledge.member(value.type, "__iter__");
  if (iterated !== undefined && acts(iterated.entry)) ev.callMember(value, "__iter__", positional(), place);
}

function escapeKnown(ev: Evaluator, value: ValueOf<"known">, passed: Values, place: Place): void {
  const found = ev.knowledge.find(value.path);
  if (REACHES_ANYTHING.has(value.path)) {
    const message = `\`${value.path}\` is handed on, to be called with names that are not known here`;
    ev.found({ kind: "dynamic", target: value.path, certainty: "whole", message }, place);
  } else if (found !== undefined && acts(found.entry) && !ev.knowledge.isModule(value.path)) {
    ev.call(value, { ...positional(), rest: passed }, place);
  }
}

function mayAct(ev: Evaluator, value: ValueOf<"method">): boolean {
  const { receiver, name } = value;
  if (receiver.kind !== "instance")
    return receiver.kind === "unknown" || ev.knowledge.methodsNamed(name).some((known) => acts(known.entry));
  const member = ev.knowledge.member(receiver.type, name);
  return member !== undefined && acts(member.entry);
}

function callBack(ev: Evaluator, value: ValueOf<"function">, passed: Values): void {
  const { definition, self } = value;
  if (!definition.called) {
    definition.called = true;
    ev.changed();
  }
  const args = self === undefined ? positional() : positional([self]);
  bindArguments(ev, definition, { ...args, rest: passed.filter((one) => !isCallable(one)) });
}

/** A library that is given an object or a class may call any of its methods. */
function escapeMethods(ev: Evaluator, definition: ClassValue, passed: Values): void {
  for (const set of ancestors(definition).flatMap((one) => [...one.attributes.values()])) {
    for (const value of set.values) {
      if (value.kind === "function")
        callBack(ev, functionValue(value.definition, objectOf(definition)), passed);
    }
  }
}

/** The methods of that name that an object has, bound to it. */
export function methodsOf(object: ValueOf<"object">, name: string): Values {
  const found = ancestors(object.definition).flatMap((one) => one.attributes.get(name)?.values ?? []);
  return found.map((value) => (value.kind === "function" ? functionValue(value.definition, object) : value));
}
