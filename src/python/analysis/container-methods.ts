import { UNKNOWN_KEY, elementsOf, itemOf, pourPairs, put } from "./containers.ts";
import { type Arguments, type Evaluator, type Place, everyArgument } from "./evaluator.ts";
import { ADDS, PUTS_AT, SPREADS, changesContainer } from "./container-changes.ts";
import { isOwnTable } from "./namespaces.ts";
import { containerOf } from "./results.ts";
import {
  NUMBER,
  type Container,
  DATA,
  type Value,
  type ValueOf,
  type Values,
  containerValue,
  textOf,
  unique,
} from "./values.ts";

const READS_ONE = new Set(["pop", "get", "popleft", "popitem", "setdefault", "__getitem__"]);
/** Of generators. */
const RESUMES = new Set(["send", "throw", "asend", "athrow", "__next__", "__anext__"]);
const KEEPS_ORDER = new Set([
  "index",
  "count",
  "copy",
  "items",
  "values",
  "keys",
  "get",
  "__getitem__",
  "__len__",
  "__iter__",
]);

/** A method of a list, dictionary, set or generator; undefined where it is an ordinary method of data. */
export function callContainerMethod(
  ev: Evaluator,
  value: ValueOf<"container">,
  name: string,
  args: Arguments,
  place: Place,
): Values {
  const { definition } = value;
  if (!KEEPS_ORDER.has(name)) definition.mutate();
  if (ADDS.has(name)) add(ev, definition, name, args, place);
  else if (READS_ONE.has(name)) ev.escape(args.positional[0] ?? args.rest, definition.elements.values, place);
  else giveAway(ev, definition, args, place);
  if (READS_ONE.has(name))
    return name === "popitem"
      ? [itemRow(ev, definition, place)]
      : unique([...itemOf(ev, definition, args.positional[0] ?? []), ...(args.positional[1] ?? [])]);
  if (RESUMES.has(name)) return definition.elements.values;
  if (name === "values") return [containerOf(ev, definition.elements.values, place)];
  if (name === "items") return [itemsOf(ev, definition, place)];
  if (name === "keys") return [containerOf(ev, keysOf(definition), place)];
  return ["index", "count", "sort", "reverse", "clear", "remove", "__len__"].includes(name)
    ? [NUMBER]
    : [value];
}

/** A method that is not known may put in what it is given. */
function giveAway(ev: Evaluator, container: Container, args: Arguments, place: Place): void {
  const given = everyArgument(args);
  if (given.length > 0) container.open();
  ev.escape(given, container.elements.values, place);
}

function add(ev: Evaluator, container: Container, name: string, args: Arguments, place: Place): void {
  const { positional, keywords, rest, named } = args;
  if (PUTS_AT.has(name)) put(ev, container, positional[0] ?? rest, positional[1] ?? rest);
  else {
    const values = [...(name === "insert" ? positional.slice(1) : positional).flat(), ...rest];
    if (SPREADS.has(name)) for (const value of values) spreadInto(ev, container, value, place);
    else ev.grow(container.elements, values);
  }
  for (const [key, values] of keywords) put(ev, container, [textOf(key)], values);
  if (named.length > 0) put(ev, container, [UNKNOWN_KEY], named);
}

function spreadInto(ev: Evaluator, container: Container, value: Value, place: Place): void {
  if (container.isMapping) {
    pourPairs(ev, container, value, place);
    return;
  }
  // Of a dictionary its keys; its values where this is one that is not told apart from a list.
  if (value.kind === "container") ev.grow(container.elements, value.definition.elements.values);
  ev.grow(container.elements, elementsOf(ev, value, place));
}

function keysOf(container: Container): Values {
  return container.keys.size > 0 ? container.keys.values : [DATA];
}

function itemsOf(ev: Evaluator, container: Container, place: Place): Value {
  return containerOf(ev, [itemRow(ev, container, place)], place);
}

function itemRow(ev: Evaluator, container: Container, place: Place): Value {
  const row = ev.container(place.node, "item");
  const keys = keysOf(container);
  row.sequence = [keys, container.elements.values];
  ev.grow(row.elements, [...keys, ...container.elements.values]);
  return containerValue(row);
}

/** `list.insert(items, 0, item)`: the first argument is what is changed. What puts something in is given that as well. */
export function callUnbound(ev: Evaluator, name: string, args: Arguments, place: Place): Values | undefined {
  const { positional, keywords, rest, named } = args;
  const count = positional.length + keywords.size + rest.length + named.length;
  const isWhole = !ADDS.has(name) || count > 1;
  if (!isWhole || !changesContainer(name)) return undefined;
  const changed = (positional[0] ?? rest).filter(isChanged);
  if (changed.length === 0) return undefined;
  const given = { ...args, positional: positional.slice(1) };
  return unique(changed.flatMap((value) => ev.callMember(value, name, given, place)));
}

function isChanged(value: Value): boolean {
  return value.kind === "container" || value.kind === "instance" || isOwnTable(value);
}
