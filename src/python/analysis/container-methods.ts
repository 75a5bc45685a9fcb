import { copyKeys, elementsOf, itemOf, put } from "./containers.ts";
import { type Arguments, type Evaluator, type Place, everyArgument } from "./evaluator.ts";
import { containerOf } from "./results.ts";
import {
  type Container,
  DATA,
  NUMBER,
  type Value,
  type ValueOf,
  type Values,
  containerValue,
  unique,
} from "./values.ts";

const ADDS = new Set([
  "append",
  "extend",
  "insert",
  "add",
  "update",
  "setdefault",
  "appendleft",
  "extendleft",
  "put",
  "__setitem__",
  "push",
  "union",
]);
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
    return unique([
      ...itemOf(ev, definition, name === "popitem" ? [] : (args.positional[0] ?? [])),
      ...(args.positional[1] ?? []),
    ]);
  if (RESUMES.has(name)) return definition.elements.values;
  if (name === "values") return [containerOf(ev, definition.elements.values, place)];
  if (name === "items") return [itemsOf(ev, definition, place)];
  if (name === "keys")
    return [containerOf(ev, definition.keys.size > 0 ? definition.keys.values : [DATA], place)];
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
  const values = everyArgument(args);
  const spreads = name === "extend" || name === "update" || name === "extendleft" || name === "union";
  if (name === "setdefault" || name === "__setitem__")
    put(ev, container, args.positional[0] ?? [], args.positional[1] ?? []);
  ev.grow(container.elements, spreads ? values.flatMap((value) => heldBy(ev, value, place)) : values);
  for (const [key, keyed] of args.keywords) ev.grow(container.keyed.named(key), keyed);
  for (const value of values)
    if (spreads && value.kind === "container") copyKeys(ev, container, value.definition);
}

function heldBy(ev: Evaluator, value: Value, place: Place): Values {
  return value.kind === "container" ? value.definition.elements.values : elementsOf(ev, value, place);
}

function itemsOf(ev: Evaluator, container: Container, place: Place): Value {
  const row = ev.container(place.node, "item");
  const keys = container.keys.size > 0 ? container.keys.values : [DATA];
  row.sequence = [keys, container.elements.values];
  ev.grow(row.elements, [...keys, ...container.elements.values]);
  return containerOf(ev, [containerValue(row)], place);
}
