import type { EffectKind } from "../../approval/assessment.ts";
import { valueOfMethod } from "./attributes.ts";
import { ancestors, methodsOf, outsideBases } from "./inheritance.ts";
import { type Evaluator, NO_ARGUMENTS, type Place, positional } from "./evaluator.ts";
import { type Knowledge, acts } from "./knowledge.ts";
import { mayBeProgram, ownNames, readTable, writeTable } from "./namespaces.ts";
import { exactText, literalOf, unknownText } from "./text-methods.ts";
import { number, wholeNumber } from "./numbers.ts";
import {
  NUMBER,
  type Container,
  DATA,
  LIBRARY_DATA,
  UNKNOWN,
  type Value,
  type ValueOf,
  type Values,
  functionValue,
  instance,
  known,
  objectOf,
  text,
  textOf,
  unique,
} from "./values.ts";

const LONGEST_SEQUENCE = 256;

/** What iterating over a value yields. */
export function elementsOf(ev: Evaluator, value: Value, place: Place): Values {
  switch (value.kind) {
    case "text":
      return charactersOf(value);
    case "container":
      return elementsOfContainer(ev, value.definition);
    case "data":
    case "known":
      return [DATA];
    case "instance":
      return elementsOfInstance(ev, value, place);
    case "method":
      return elementsOf(ev, valueOfMethod(ev, value), place);
    case "class":
      return unique([
        objectOf(value.definition),
        // What a function is in the body of a class is a method, and no member of it.
        ...value.definition.attributes.all
          .flatMap((set) => set.values)
          .filter(({ kind }) => kind !== "function"),
      ]);
    case "object":
      return unique(
        ["__next__", "__iter__", "__getitem__"].flatMap((name) => yieldedBy(ev, value, name, place)),
      );
    case "unknown":
    case "foreign":
    case "bound":
      return [value.kind === "bound" ? UNKNOWN : value];
    default:
      return [];
  }
}

/** Every element, in order, where that is known. */
export function sequenceOf(value: Value): readonly Values[] | undefined {
  if (value.kind === "container") return value.definition.sequence;
  if (value.kind !== "text") return undefined;
  const self = exactText(value);
  if (self === undefined || self.length > LONGEST_SEQUENCE) return undefined;
  return self.split("").map((character) => [value.bytes ? numberOf(character) : textOf(character)]);
}

function numberOf(byte: string): Value {
  return number({ value: byte.charCodeAt(0), isFloat: false });
}

function charactersOf(value: ValueOf<"text">): Values {
  if (value.bytes) return [NUMBER];
  return unique(sequenceOf(value)?.flat() ?? [unknownText(value)]);
}

function elementsOfContainer(ev: Evaluator, container: Container): Values {
  const { keys, elements } = container;
  const held = container.isMapping
    ? keys.values
    : keys.size === 0
      ? elements.values
      : unique([...keys.values, ...elements.values]);
  // What nobody fills holds nothing.
  return held.length === 0 && ev.settled && container.isOpen ? [DATA] : held;
}

function elementsOfInstance(ev: Evaluator, value: ValueOf<"instance">, place: Place): Values {
  if (value.type === "io.TextIOWrapper") return [text([{ hole: "data" }])];
  const iterated = ev.knowledge.member(value.type, "__iter__");
  if (iterated !== undefined && acts(iterated.entry)) ev.callMember(value, "__iter__", NO_ARGUMENTS, place);
  if (value.type === "os._Environ") return [text([{ hole: "unknown" }])];
  return [ev.knowledge.isPlainType(value.type) ? DATA : UNKNOWN];
}

function yieldedBy(ev: Evaluator, value: ValueOf<"object">, name: string, place: Place): Values {
  const functions = ancestors(value.definition).flatMap((one) => one.attributes.find(name)?.values ?? []);
  return functions.flatMap((one) => {
    if (one.kind !== "function") return [UNKNOWN];
    if (name !== "__iter__")
      return ev.call(functionValue(one.definition, value), positional([NUMBER]), place);
    const returned = one.definition.returns.values.filter(
      (result) => result.key !== value.key && result.kind !== "object",
    );
    return [...one.definition.yields.values, ...returned.flatMap((result) => elementsOf(ev, result, place))];
  });
}

/** `value[key]`. Slices come as an empty list of keys. */
export function readItem(ev: Evaluator, value: Value, keys: Values, place: Place): Values {
  switch (value.kind) {
    case "container":
      return itemOf(ev, value.definition, keys);
    case "text":
      return keys.length === 0 ? [unknownText(value)] : itemOfText(value, keys);
    case "instance":
      return itemOfInstance(ev, value, keys, place);
    case "known":
      return (
        readTable(ev, value, keys.map(literalOf), place) ??
        (ev.knowledge.isType(value.path) ? [value] : knownItem(ev.knowledge, value.path))
      );
    case "class":
      return [value, objectOf(value.definition)];
    case "object":
      return itemOfObject(ev, value, keys, place);
    case "method":
      return readItem(ev, valueOfMethod(ev, value), keys, place);
    case "unknown":
    case "foreign":
      return [value];
    case "data":
      return [DATA];
    default:
      return [];
  }
}

function itemOfObject(ev: Evaluator, value: ValueOf<"object">, keys: Values, place: Place): Values {
  const results = (name: string): Values =>
    methodsOf(value, name).flatMap((callee) => ev.call(callee, positional(keys), place));
  if (methodsOf(value, "__getitem__").length > 0) return results("__getitem__");
  return [...results("__missing__"), ...itemOfBase(ev, value, keys, place)];
}

function itemOfBase(ev: Evaluator, value: ValueOf<"object">, keys: Values, place: Place): Values {
  const known = outsideBases(value.definition).find(
    (base) => base.kind === "known" && ev.knowledge.isType(base.path),
  );
  if (known?.kind === "known") return itemOfInstance(ev, instance(known.path), keys, place);
  return outsideBases(value.definition).some((base) => base.kind === "unknown") ? [UNKNOWN] : [DATA];
}

/** `list[int]` is `list`; what a library indexes is data, but for what acts by whatever is taken from it: `local["ls"]`. */
function knownItem(knowledge: Knowledge, path: string): Values {
  const isActor = knowledge.find(path)?.entry.does?.some((kind) => ACTS.has(kind)) ?? false;
  return isActor || path.startsWith("builtins.") ? [known(path)] : [LIBRARY_DATA];
}

const ACTS: ReadonlySet<EffectKind> = new Set(["process", "network", "control-write"]);

/** What is at any of these keys; without keys, anything that it holds. */
export function itemOf(ev: Evaluator, container: Container, keys: Values): Values {
  const found = keys.flatMap((key) => {
    const literal = keyOf(key);
    const keyed = literal === undefined ? undefined : container.keyed.find(literal)?.values;
    // What stands at a number in a list changes whenever something is put in or taken out before it.
    if (keyed !== undefined && (container.isMapping || key.kind === "text"))
      return [...keyed, ...container.loose.values];
    const index = wholeNumber(key);
    return (index === undefined ? undefined : container.sequence?.at(index)) ?? container.elements.values;
  });
  const values = keys.length === 0 ? container.elements.values : unique(found);
  return values.length === 0 && ev.settled ? [DATA] : values;
}

function itemOfText(value: ValueOf<"text">, keys: Values): Values {
  const self = exactText(value);
  return keys.map((key) => {
    const index = wholeNumber(key);
    const character = index === undefined ? undefined : self?.at(index);
    if (character === undefined) return value.bytes ? NUMBER : unknownText(value);
    return value.bytes ? numberOf(character) : textOf(character);
  });
}

function itemOfInstance(ev: Evaluator, value: ValueOf<"instance">, keys: Values, place: Place): Values {
  if (ev.knowledge.member(value.type, "__getitem__") !== undefined)
    return ev.callMember(value, "__getitem__", positional(keys), place);
  return [ev.knowledge.isPlainType(value.type) ? DATA : UNKNOWN];
}

/** `value[key] = values`. */
export function writeItem(ev: Evaluator, value: Value, keys: Values, values: Values, place: Place): void {
  if (value.kind === "container") {
    put(ev, value.definition, keys, values);
    return;
  }
  if (value.kind === "method") {
    writeItem(ev, valueOfMethod(ev, value), keys, values, place);
    return;
  }
  if (writeTable(ev, value, keys, values, place)) return;
  if (mayBeProgram(ev, value)) writeTable(ev, ownNames(), keys, values, place);
  ev.escape(values, [], place);
  const hasSetter =
    (value.kind === "object" && methodsOf(value, "__setitem__").length > 0) ||
    (value.kind === "instance" && ev.knowledge.member(value.type, "__setitem__") !== undefined);
  if (hasSetter) ev.callMember(value, "__setitem__", positional(keys, values), place);
}

/** Puts these values at each of these keys. */
export function put(ev: Evaluator, container: Container, keys: Values, values: Values): void {
  container.mutate();
  for (const key of keys) {
    const literal = keyOf(key);
    const sets = literal === undefined ? container.keyed.all : [container.keyed.named(literal)];
    for (const set of sets) ev.grow(set, values);
  }
  if (container.isMapping || keys.some(({ kind }) => kind === "text")) ev.grow(container.keys, keys);
  ev.grow(container.elements, values);
  if (keys.every((key) => keyOf(key) !== undefined)) return;
  ev.grow(container.loose, values);
  // A slice may be such a key: what is put there is what the values hold.
  if (!container.isMapping) ev.grow(container.elements, values.flatMap(heldIn));
}

/** Puts what a dictionary holds, or pairs of keys and values. */
export function pourPairs(ev: Evaluator, into: Container, from: Value, place: Place): void {
  const mapping = from.kind === "container" && from.definition.isMapping ? from.definition : undefined;
  if (mapping !== undefined) {
    copyKeys(ev, into, mapping);
    ev.grow(into.elements, mapping.elements.values);
    return;
  }
  for (const pair of elementsOf(ev, from, place)) {
    const [keys, values, ...more] = sequenceOf(pair) ?? [];
    const isPair = keys !== undefined && values !== undefined && more.length === 0;
    const held = pair.kind === "container" ? pair.definition.elements.values : [pair];
    put(ev, into, isPair ? keys : [UNKNOWN_KEY], isPair ? values : held);
  }
}

export const UNKNOWN_KEY = LIBRARY_DATA;

function heldIn(value: Value): Values {
  return value.kind === "container" ? value.definition.elements.values : [];
}

export function keyOf(value: Value): string | undefined {
  return value.kind === "text"
    ? literalOf(value)
    : value.kind === "number" && value.value !== undefined
      ? `#${value.value}`
      : undefined;
}

export function copyKeys(ev: Evaluator, into: Container, from: Container): void {
  for (const [key, set] of from.keyed.entries) ev.grow(into.keyed.named(key), set.values);
  ev.grow(into.keys, from.keys.values);
  for (const set of [into.loose, ...into.keyed.all]) ev.grow(set, from.loose.values);
}
