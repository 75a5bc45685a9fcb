import { NAMESPACE, PARSER, callParser } from "./command-line.ts";
import { readAttribute, valueOfMethod } from "./attributes.ts";
import { ancestors, methodsOf, outsideBases } from "./inheritance.ts";
import { changesContainer } from "./container-changes.ts";
import { callContainerMethod } from "./container-methods.ts";
import { callEntry } from "./entries.ts";
import { type Arguments, type Evaluator, type Place, argumentAt, everyArgument } from "./evaluator.ts";
import { findArrayAllocation } from "./exhaustion.ts";
import { foldCall, folds } from "./folds.ts";
import { bindArguments, escapeAll } from "./functions.ts";
import type { Known } from "./knowledge.ts";
import { isOwnTable, readTable, writeTable } from "./namespaces.ts";
import { callPathMethod } from "./path-methods.ts";
import { callBound, callPrimitive, setSomeAttribute } from "./primitives.ts";
import { literalOf } from "./text-methods.ts";
import { callTextMethod } from "./texts.ts";
import { callDataMethod, callUnknownMethod, guessFromName } from "./unknown-methods.ts";
import {
  type ClassValue,
  LIBRARY_DATA,
  NONE,
  UNKNOWN,
  type Value,
  type ValueOf,
  type Values,
  containerValue,
  functionValue,
  instance,
  known,
  objectOf,
  textOf,
  unique,
} from "./values.ts";

/** Calls one value. */
export function callValue(ev: Evaluator, callee: Value, args: Arguments, place: Place): Values {
  switch (callee.kind) {
    case "known":
      return callKnown(ev, callee.path, args, place);
    case "function":
      return callFunction(ev, callee, args);
    case "class":
      return instantiate(ev, callee.definition, args, place);
    case "object":
      return callObject(ev, callee, args, place);
    case "method":
      return callMethod(ev, callee.receiver, callee.name, args, place);
    case "bound":
      return callBound(ev, callee.definition, args, place);
    case "instance":
      return callInstance(ev, callee, args, place);
    case "data":
      return callData(ev, callee, args, place);
    case "foreign":
      guessFromName(ev, callee.path, args, place);
      escapeAll(ev, args, place);
      return [callee];
    case "unknown":
      return callUnknown(ev, args, place);
    default:
      return [];
  }
}

/** `receiver.name(args)`. */
export function callMethod(
  ev: Evaluator,
  receiver: Value,
  name: string,
  args: Arguments,
  place: Place,
): Values {
  if (name === "__call__") return callValue(ev, receiver, args, place);
  return callOfProtocol(ev, receiver, name, args, place) ?? callOfKind(ev, receiver, name, args, place);
}

/** What objects are made and their attributes set with, whatever object it is; undefined for all else. */
function callOfProtocol(
  ev: Evaluator,
  receiver: Value,
  name: string,
  args: Arguments,
  place: Place,
): Values | undefined {
  if (name === "__setattr__" && !setsItself(receiver))
    return ev.call(known("builtins.setattr"), setterArguments(ev, receiver, args), place);
  if (name === "__init__" && isInitialisedByNone(receiver)) return initialiseAgain(ev, receiver, args, place);
  if (name === "__set__" && !isDescriptor(receiver)) {
    setThrough(ev, args, place);
    return [NONE];
  }
  return undefined;
}

function callOfKind(ev: Evaluator, receiver: Value, name: string, args: Arguments, place: Place): Values {
  switch (receiver.kind) {
    case "text":
      return (
        callTextMethod(ev, receiver, name, args, place) ?? callDataMethod(ev, receiver, name, args, place)
      );
    case "container":
      return callContainerMethod(ev, receiver, name, args, place);
    case "instance":
      return callInstanceMethod(ev, receiver, name, args, place);
    case "method":
      return ev.callMember(valueOfMethod(ev, receiver), name, args, place);
    case "known":
      return callOnTable(ev, receiver, name, args, place) ?? callAttribute(ev, receiver, name, args, place);
    case "bound":
    case "class":
    case "object":
    case "super":
      return callAttribute(ev, receiver, name, args, place);
    default:
      return walks(ev, receiver, name, args, place) ?? callNamed(ev, receiver, name, args, place);
  }
}

type OfClass = ValueOf<"object"> | ValueOf<"class">;

function isInitialisedByNone(receiver: Value): receiver is OfClass {
  const isOfClass = receiver.kind === "object" || receiver.kind === "class";
  return isOfClass && !ancestors(receiver.definition).some((one) => one.attributes.has("__init__"));
}

/** `record.__init__(name)` and `Record.__init__(record, name)`, of a data class. */
function initialiseAgain(ev: Evaluator, receiver: OfClass, args: Arguments, place: Place): Values {
  const isBound = receiver.kind === "object";
  const given = isBound ? args : { ...args, positional: args.positional.slice(1) };
  for (const object of isBound ? [receiver] : (args.positional[0] ?? args.rest))
    if (object.kind === "object") instantiate(ev, object.definition, given, place);
  return [NONE];
}

/** An object of this code whose class says itself what setting through it does. */
function isDescriptor(receiver: Value): boolean {
  return receiver.kind === "object" && methodsOf(receiver, "__set__").length > 0;
}

/** `Box.slot.__set__(box, value)`: which attribute that is, is not followed. */
function setThrough(ev: Evaluator, { positional: [objects, values], rest }: Arguments, place: Place): void {
  for (const object of objects ?? rest) setSomeAttribute(ev, object, values ?? rest, place);
}

/** Its class says itself what setting an attribute does. */
function setsItself(receiver: Value): boolean {
  return (
    (receiver.kind === "class" || receiver.kind === "object") &&
    ancestors(receiver.definition).some((one) => one.attributes.has("__setattr__"))
  );
}

/** Of a class it is given the object; of `super()`, of an object and of a module it sets an attribute of that one. */
function setterArguments(ev: Evaluator, receiver: Value, args: Arguments): Arguments {
  const isType = receiver.kind === "known" && !ev.knowledge.isModule(receiver.path);
  if (isType || receiver.kind === "class") return args;
  const object = receiver.kind === "super" ? objectOf(receiver.definition) : receiver;
  return { ...args, positional: [[object], ...args.positional] };
}

/** `module.__dict__.get(name)`. */
function callOnTable(
  ev: Evaluator,
  receiver: Value,
  name: string,
  args: Arguments,
  place: Place,
): Values | undefined {
  if (isOwnTable(receiver) && changesContainer(name)) return changeTable(ev, receiver, name, args, place);
  if (!["get", "pop", "__getitem__"].includes(name)) return undefined;
  return readTable(ev, receiver, (args.positional[0] ?? args.rest).map(literalOf), place);
}

/** `globals().update(name=value)`. */
function changeTable(ev: Evaluator, table: Value, name: string, args: Arguments, place: Place): Values {
  const written = ev.container(place.node, "written names");
  written.holdKeys();
  const results = callContainerMethod(ev, containerValue(written), name, args, place);
  for (const [key, set] of written.keyed.entries) writeTable(ev, table, [textOf(key)], set.values, place);
  writeTable(ev, table, [UNKNOWN], written.loose.values, place);
  return results;
}

function callAttribute(ev: Evaluator, receiver: Value, name: string, args: Arguments, place: Place): Values {
  const callees = readAttribute(ev, receiver, name, place);
  return unique(
    callees.flatMap((callee) =>
      // A method of a type of which nothing is known.
      callee.kind === "method" && callee.receiver.key === receiver.key
        ? callDataMethod(ev, LIBRARY_DATA, name, args, place)
        : ev.call(callee, args, place),
    ),
  );
}

/** A method of something of which only the method's name says anything. */
function callNamed(ev: Evaluator, receiver: Value, name: string, args: Arguments, place: Place): Values {
  if (receiver.kind === "unknown" || receiver.kind === "foreign")
    return callUnknownMethod(ev, receiver, name, args, place);
  return callDataMethod(ev, receiver, name, args, place);
}

/** Reading a name that leads into the interpreter is found even where a call follows. */
function walks(
  ev: Evaluator,
  receiver: Value,
  name: string,
  args: Arguments,
  place: Place,
): Values | undefined {
  if (!name.startsWith("__")) return undefined;
  const read = readAttribute(ev, receiver, name, place);
  if (read.some((value) => value.kind === "method")) return undefined;
  ev.escape(everyArgument(args), [], place);
  return read;
}

function callKnown(ev: Evaluator, path: string, args: Arguments, place: Place): Values {
  const primitive = callPrimitive(ev, path, args, place);
  if (primitive !== undefined) return primitive;
  findArrayAllocation(ev, path, args.positional, place);
  const found = ev.knowledge.find(path) ?? memberAt(ev, path);
  if (found === undefined) return foldCall(path, args) ?? unfolded(ev, path, place);
  const result = callEntry(ev, found, undefined, args, place);
  return foldCall(found.path, args) ?? result;
}

function memberAt(ev: Evaluator, path: string): Known | undefined {
  const dot = path.lastIndexOf(".");
  return ev.knowledge.member(path.slice(0, dot), path.slice(dot + 1));
}

function unfolded(ev: Evaluator, path: string, place: Place): Values {
  return folds(path) ? [LIBRARY_DATA] : dynamic(ev, path, place);
}

function dynamic(ev: Evaluator, path: string, place: Place): Values {
  ev.found(
    { kind: "dynamic", target: path, certainty: "whole", message: `Nothing is known about \`${path}\`` },
    place,
  );
  return [UNKNOWN];
}

function callFunction(ev: Evaluator, callee: ValueOf<"function">, args: Arguments): Values {
  const { definition, self } = callee;
  definition.called = true;
  bindArguments(
    ev,
    definition,
    self === undefined ? args : { ...args, positional: [[self], ...args.positional] },
  );
  if (definition.yields.size === 0) return definition.returns.values;
  const generator = ev.container(definition.node, "generator");
  ev.grow(generator.elements, definition.yields.values);
  return unique([containerValue(generator), ...definition.returns.values]);
}

function instantiate(ev: Evaluator, definition: ClassValue, args: Arguments, place: Place): Values {
  const self = objectOf(definition);
  const inits = ancestors(definition).flatMap((one) =>
    ["__init__", "__new__", "__post_init__"].flatMap((name) => one.attributes.find(name)?.values ?? []),
  );
  const functions = inits.filter((value) => value.kind === "function");
  for (const value of functions) callFunction(ev, functionValue(value.definition, self), args);
  if (functions.length === 0) initialise(ev, definition, args, place);
  return [self];
}

/** Without `__init__`: what a base class or a data class does with the arguments. */
function initialise(ev: Evaluator, definition: ClassValue, args: Arguments, place: Place): void {
  for (const base of outsideBases(definition)) if (base.kind !== "data") ev.call(base, args, place);
  const fields = ancestors(definition).flatMap((one) => one.fields.map((field) => ({ field, one })));
  fields.forEach(({ field, one }, index) => {
    const set = one.attributes.find(field);
    const values = argumentAt(args, [index, field]);
    if (set !== undefined) ev.grow(set, values);
  });
  if (fields.length === 0) ev.escape(everyArgument(args), [], place);
}

function callObject(ev: Evaluator, callee: ValueOf<"object">, args: Arguments, place: Place): Values {
  const calls = methodsOf(callee, "__call__");
  if (calls.length > 0) return unique(calls.flatMap((one) => ev.call(one, args, place)));
  ev.escape(everyArgument(args), [], place);
  const bases = outsideBases(callee.definition);
  const known = bases.find((base) => base.kind === "known" && ev.knowledge.isType(base.path));
  if (known?.kind === "known") return callInstance(ev, instance(known.path), args, place);
  return bases.some((base) => base.kind === "unknown") ? callUnknown(ev, args, place) : [LIBRARY_DATA];
}

function callInstance(ev: Evaluator, callee: ValueOf<"instance">, args: Arguments, place: Place): Values {
  const member = ev.knowledge.member(callee.type, "__call__");
  if (member !== undefined) return callEntry(ev, member, callee, args, place);
  ev.escape(everyArgument(args), [callee], place);
  return ev.knowledge.isPlainType(callee.type) ? [LIBRARY_DATA] : callUnknown(ev, args, place);
}

/** Of an object that is there already: it is what it is made for now. */
const RENEWS = new Set(["__init__", "__setstate__"]);

function callInstanceMethod(
  ev: Evaluator,
  receiver: ValueOf<"instance">,
  name: string,
  args: Arguments,
  place: Place,
): Values {
  if (RENEWS.has(name)) ev.losses.lose(receiver);
  const folded = receiver.type === "pathlib.Path" ? callPathMethod(receiver, name, args) : undefined;
  const member = ev.knowledge.member(receiver.type, name);
  if (receiver.type === NAMESPACE) return callAttribute(ev, receiver, name, args, place);
  if (receiver.type === PARSER) {
    const results = callParser(ev, receiver, name, args, place);
    if (results !== undefined) return results;
  }
  if (member !== undefined) return folded ?? callEntry(ev, member, receiver, args, place);
  const walked = walks(ev, receiver, name, args, place);
  if (walked !== undefined) return walked;
  return ev.knowledge.isPlainType(receiver.type)
    ? callDataMethod(ev, receiver, name, args, place)
    : callUnknownMethod(ev, receiver, name, args, place);
}

/** What a library made may be called; an element of data that is called could be anything. */
function callData(ev: Evaluator, callee: ValueOf<"data">, args: Arguments, place: Place): Values {
  if (!callee.library) return callUnknown(ev, args, place);
  ev.escape(everyArgument(args), [], place);
  return [LIBRARY_DATA];
}

function callUnknown(ev: Evaluator, args: Arguments, place: Place): Values {
  const text =
    ev.source.slice(place.node.start, Math.min(place.node.end, place.node.start + 60)).split("\n")[0] ?? "";
  ev.found({ kind: "dynamic", message: `It is not known what \`${text}\` calls` }, place);
  escapeAll(ev, args, place);
  return [UNKNOWN];
}
