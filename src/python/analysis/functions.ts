import { mayBeCommand } from "./commands.ts";
import { changesContainer } from "./container-changes.ts";
import { CHANGES_IN_PLACE } from "./in-place.ts";
import { loseHeld } from "./losses.ts";
import { ancestors } from "./inheritance.ts";
import {
  type Arguments,
  type Evaluator,
  type Place,
  anyOf,
  argumentAt,
  everyArgument,
  positional,
} from "./evaluator.ts";
import { type Known, acts } from "./knowledge.ts";
import { passTo } from "./parameters.ts";
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
  widened,
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
      passTo(ev, variable, [containerValue(container)]);
    } else if (kind === "keywords") {
      const container = ev.container(definition.node, name);
      container.holdKeys();
      const others = [...args.keywords].filter(([key]) => !named.has(key));
      for (const [key, values] of others) ev.grow(container.keyed.named(key), values);
      ev.grow(container.elements, [...others.flatMap(([, values]) => values), ...args.named]);
      passTo(ev, variable, [containerValue(container)]);
    } else {
      const at = kind === "plain" ? next++ : -1;
      passTo(ev, variable, argumentAt(args, [at, name]));
    }
  }
}

const MOST_PASSED = 32;

/** What code that is not analysed may do with these values: call what can be called, with whatever came along. */
export function escapeValues(ev: Evaluator, values: Values, rest: Values, place: Place): void {
  for (const value of values) if (value.kind === "container") value.definition.open();
  const roots = values.filter((value) => value.kind === "container" || mayAct(ev, value));
  if (roots.length === 0) return;
  const from = idsOf(ev, roots);
  const acting = ev.inThisPass(`acts|${from}`, () => actingWithin(ev, roots));
  if (acting.length === 0) return;
  const others = unique([...rest, ...values.filter((value) => !isCallable(value) && value.kind !== "known")]);
  const passed = fewer(
    unique([DATA, LIBRARY_DATA, ...others.flatMap((value) => [value, ...shallow(value)])]),
  );
  const given = idsOf(ev, passed);
  // What was done already in this pass need not be done again: that also ends calls that call back each other.
  if (ev.isFirst(`code|${from}|${given}`)) {
    for (const value of acting) if (isOfCode(value)) escapeCode(ev, value, passed);
  }
  if (!ev.isFirst(`others|${from}|${given}|${place.node.id}`)) return;
  for (const value of ev.inThisPass(`others act|${from}`, () => acting.filter((one) => !isOfCode(one)))) {
    if (ev.isFirst(`${ev.idOf(value)}|${place.node.id}|${given}`)) escapeValue(ev, value, passed, place);
  }
}

/** Some objects show all that they stand for when they are shown: the environment. */
export function show(ev: Evaluator, values: Values, place: Place): void {
  const shown = values.flatMap((value) => [value, ...shallow(value)]);
  ev.escape(
    shown.filter(({ kind }) => kind === "instance"),
    [],
    place,
  );
}

function idsOf(ev: Evaluator, values: Values): string {
  return values.map((value) => ev.idOf(value)).join();
}

type OfCode = ValueOf<"function"> | ValueOf<"class"> | ValueOf<"object">;

function isOfCode(value: Value): value is OfCode {
  return value.kind === "function" || value.kind === "class" || value.kind === "object";
}

/** What the code's own functions are given is the same wherever they are handed on: only what is new to them counts. */
function escapeCode(ev: Evaluator, value: OfCode, passed: Values): void {
  const id = ev.idOf(value);
  const isFirst = ev.isFirst(`${id}|is handed on`);
  const fresh = passed.filter((one) => !isCallable(one) && ev.isFirst(`${id}|is given|${ev.idOf(one)}`));
  if (!isFirst && fresh.length === 0) return;
  if (value.kind === "function") callBack(ev, value, fresh);
  else escapeMethods(ev, value.definition, fresh);
}

/** Everything among the roots, or held by them, that does something when it is called or read. */
function actingWithin(ev: Evaluator, roots: Values): Values {
  const reached = [...roots];
  const seen = new Set(reached.map((value) => value.key));
  for (const value of reached) {
    for (const held of heldBy(ev, value)) {
      if (seen.has(held.key)) continue;
      seen.add(held.key);
      reached.push(held);
    }
  }
  return reached.filter((value) => value.kind !== "container");
}

function mayAct(ev: Evaluator, value: Value): boolean {
  switch (value.kind) {
    case "function":
    case "class":
    case "object":
    case "bound":
      return true;
    case "known":
      return knownActs(ev, value.path);
    case "instance":
      return readsThrough(ev, value);
    case "method":
      return changesGiven(value) || (!mayBeCommand(ev.knowledge, value) && methodActs(ev, value));
    default:
      return false;
  }
}

function knownActs(ev: Evaluator, path: string): boolean {
  if (REACHES_ANYTHING.has(path) || CHANGES_IN_PLACE.has(path)) return true;
  const found = ev.knowledge.find(path) ?? memberAt(ev, path);
  return found !== undefined && acts(found.entry) && !ev.knowledge.isModule(path);
}

function memberAt(ev: Evaluator, path: string): Known | undefined {
  const dot = path.lastIndexOf(".");
  return ev.knowledge.member(path.slice(0, dot), path.slice(dot + 1));
}

/** Printing or copying some objects reads all they stand for: the environment. */
function readsThrough(ev: Evaluator, value: ValueOf<"instance">): boolean {
  const iterated = ev.knowledge.member(value.type, "__iter__");
  return iterated !== undefined && acts(iterated.entry);
}

/** What acts or holds something, and can be reached through a value that is handed on. */
function heldBy(ev: Evaluator, value: Value): Values {
  const acts = (held: Value): boolean => held.kind === "container" || mayAct(ev, held);
  if (value.kind === "function") return value.definition.returns.values.filter(acts);
  if (value.kind === "container") return value.definition.elements.values.filter(acts);
  if (value.kind !== "class" && value.kind !== "object") return [];
  const { definition } = value;
  return ev.inThisPass(`held by ${definition.id}`, () => {
    const attributes = ancestors(definition).flatMap((one) => one.attributes.all);
    return attributes.flatMap((set) => set.values.filter((held) => held.kind !== "function" && acts(held)));
  });
}

/** Many literals are passed on as what they have in common. */
function fewer(values: Values): Values {
  return values.length <= MOST_PASSED ? values : unique(values.map(widened));
}

export function escapeAll(ev: Evaluator, args: Arguments, place: Place): void {
  loseHeld(ev, everyArgument(args));
  ev.escape(everyArgument(args), [UNKNOWN], place);
}

function shallow(value: Value): Values {
  return value.kind === "container" ? value.definition.elements.values : [];
}

function escapeValue(ev: Evaluator, value: Value, passed: Values, place: Place): void {
  if (changesGiven(value)) loseHeld(ev, value.kind === "method" ? [value.receiver, ...passed] : passed);
  switch (value.kind) {
    case "known":
      if (REACHES_ANYTHING.has(value.path)) tellReach(ev, value.path, place);
      else ev.call(value, anyOf(passed), place);
      break;
    case "bound":
    case "method":
      ev.call(value, anyOf(passed), place);
      break;
    case "instance":
      ev.callMember(value, "__iter__", positional(), place);
      break;
    default:
      break;
  }
}

/** What it is called with, and a method's own list or dictionary, may be changed in any way. */
function changesGiven(value: Value): boolean {
  if (value.kind === "known") return CHANGES_IN_PLACE.has(value.path) || value.path === "builtins.setattr";
  if (value.kind !== "method") return false;
  const { receiver, name } = value;
  const isHeld = receiver.kind === "container" || receiver.kind === "known" || receiver.kind === "instance";
  return isHeld && (changesContainer(name) || name === "__setattr__");
}

function tellReach(ev: Evaluator, path: string, place: Place): void {
  const message = `\`${path}\` is handed on, to be called with names that are not known here`;
  ev.found({ kind: "dynamic", target: path, certainty: "whole", message }, place);
}

function methodActs(ev: Evaluator, value: ValueOf<"method">): boolean {
  const { receiver, name } = value;
  if (receiver.kind === "instance") {
    const member = ev.knowledge.member(receiver.type, name);
    return member !== undefined && acts(member.entry);
  }
  const anywhere = receiver.kind === "unknown" ? ev.knowledge.functionsNamed(name) : [];
  return [...ev.knowledge.methodsNamed(name), ...anywhere].some((known) => acts(known.entry));
}

function callBack(ev: Evaluator, value: ValueOf<"function">, passed: Values): void {
  const { definition, self } = value;
  definition.called = true;
  const args = self === undefined ? positional() : positional([self]);
  bindArguments(ev, definition, { ...args, rest: passed, named: passed });
}

/** A library that is given an object or a class may call any of its methods. */
function escapeMethods(ev: Evaluator, definition: ClassValue, passed: Values): void {
  for (const set of ancestors(definition).flatMap((one) => one.attributes.all)) {
    for (const value of set.values) {
      if (value.kind === "function")
        callBack(ev, functionValue(value.definition, objectOf(definition)), passed);
    }
  }
}
