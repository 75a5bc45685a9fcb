import { UNKNOWN_KEY, elementsOf, pourPairs, put, sequenceOf } from "./containers.ts";
import { type Arguments, type Evaluator, type Place, argumentAt, positional } from "./evaluator.ts";
import { findEndlessCollection } from "./exhaustion.ts";
import { number, wholeNumber } from "./numbers.ts";
import { NUMBER, type Value, type Values, containerValue, text, unique } from "./values.ts";

/** `zip(a, b)`: rows of which it is known what stands where. Undefined where arguments are spread. */
export function zipped(ev: Evaluator, args: Arguments, place: Place): Values | undefined {
  if (args.rest.length > 0) return undefined;
  return [
    rowsOf(
      ev,
      place,
      args.positional.map((values) => itemsOf(ev, values, place)),
    ),
  ];
}

/** `enumerate(a)`. */
export function enumerated(ev: Evaluator, args: Arguments, place: Place): Values | undefined {
  const iterable = args.positional[0] ?? args.keywords.get("iterable");
  return iterable === undefined ? undefined : [rowsOf(ev, place, [[NUMBER], itemsOf(ev, iterable, place)])];
}

/** `sorted(a, key=f)`: `f` is called with each. */
export function sortedItems(ev: Evaluator, args: Arguments, place: Place): Values | undefined {
  const iterable = args.positional[0];
  if (iterable === undefined) return undefined;
  const items = itemsOf(ev, iterable, place);
  callAll(ev, args.keywords.get("key") ?? [], positional(items), place);
  findEndlessCollection(ev, iterable, place);
  // What comes by a name that is not known may be the key.
  if (args.named.length > 0) ev.escape(args.named, items, place);
  return [collection(ev, place, items)];
}

/** `filter(f, a)`: `f` is called with each; without it there is nothing to call. */
export function filtered(ev: Evaluator, args: Arguments, place: Place): Values | undefined {
  const [callees, iterable] = args.positional;
  if (callees === undefined || iterable === undefined) return undefined;
  const items = itemsOf(ev, iterable, place);
  callAll(
    ev,
    callees.filter(({ kind }) => kind !== "constant"),
    positional(items),
    place,
  );
  return [collection(ev, place, items)];
}

/** What gives these again and again, or one after the other without end. */
export function endless(ev: Evaluator, items: Values, place: Place): Value {
  const container = ev.container(place.node, "endless");
  ev.grow(container.elements, items);
  container.endless = true;
  return containerValue(container);
}

function rowsOf(ev: Evaluator, place: Place, columns: readonly Values[]): Value {
  const row = ev.container(place.node, "row");
  row.sequence = [...columns];
  ev.grow(row.elements, columns.flat());
  const rows = ev.container(place.node, "rows");
  ev.grow(rows.elements, [containerValue(row)]);
  return containerValue(rows);
}

export function mapped(ev: Evaluator, args: Arguments, place: Place): Values {
  const [callees = args.rest, ...iterables] = args.positional;
  const sequence =
    iterables.length === 1 && iterables[0]?.length === 1 && iterables[0][0] !== undefined
      ? sequenceOf(iterables[0][0])
      : undefined;
  const items = sequence?.map((values) => callAll(ev, callees, positional(values), place));
  if (items !== undefined) return [collection(ev, place, items.flat(), items)];
  return [
    collection(
      ev,
      place,
      callAll(ev, callees, positional(...iterables.map((values) => itemsOf(ev, values, place))), place),
    ),
  ];
}

export function reduce(ev: Evaluator, args: Arguments, place: Place): Values {
  const held = [...itemsOf(ev, args.positional[1] ?? args.rest, place), ...(args.positional[2] ?? [])];
  const results = (args.positional[0] ?? args.rest).flatMap((callee) =>
    ev.call(callee, positional(held, held), place),
  );
  const again = (args.positional[0] ?? []).flatMap((callee) =>
    ev.call(callee, positional(unique(results), held), place),
  );
  return unique([...results, ...again, ...(args.positional[2] ?? [])]);
}

/** `sum(rows, [])` joins what the rows hold; of numbers its entry knows the result. */
export function summed(ev: Evaluator, args: Arguments, place: Place): Values | undefined {
  const items = [...itemsOf(ev, args.positional[0] ?? args.rest, place), ...argumentAt(args, [1, "start"])];
  const rows = items.filter(({ kind }) => kind === "container");
  return rows.length === 0 ? undefined : [collection(ev, place, itemsOf(ev, rows, place))];
}

export function copied(ev: Evaluator, args: Arguments, place: Place, backwards: boolean): Values | undefined {
  const source = args.positional[0];
  findEndlessCollection(ev, source ?? [], place);
  const only = source?.length === 1 ? source[0] : undefined;
  const sequence = only === undefined ? undefined : sequenceOf(only);
  if (source === undefined)
    return [
      collection(
        ev,
        place,
        args.rest.flatMap((value) => elementsOf(ev, value, place)),
        args.rest.length === 0 ? [] : undefined,
      ),
    ];
  return [collection(ev, place, itemsOf(ev, source, place), backwards ? sequence?.toReversed() : sequence)];
}

export function oneOf(ev: Evaluator, args: Arguments, place: Place): Values {
  if (args.positional.length === 1) findEndlessCollection(ev, args.positional.flat(), place);
  const values = compared(ev, args, place);
  // What comes by a name that is not known may be the key.
  if (args.named.length > 0) ev.escape(args.named, values, place);
  callAll(ev, args.keywords.get("key") ?? [], positional(values), place);
  return values.length === 0 ? [NUMBER] : values;
}

/** What is spread may be one, whose items are compared, or several. */
function compared(ev: Evaluator, { positional: written, rest }: Arguments, place: Place): Values {
  const given = [...written.flat(), ...rest];
  if (rest.length > 0) return unique([...given, ...itemsOf(ev, given, place)]);
  return written.length === 1 ? itemsOf(ev, given, place) : given;
}

export function range(ev: Evaluator, args: Arguments, place: Place): Values | undefined {
  if (args.rest.length > 0) return undefined;
  const numbers = args.positional.map((values) => (values.length === 1 ? wholeNumber(values[0]) : undefined));
  const [first, second, step = 1] = numbers;
  if (first === undefined || numbers.includes(undefined) || step === 0) return undefined;
  const start = second === undefined ? 0 : first;
  const count = Math.ceil(((second ?? first) - start) / step);
  if (!(count >= 0 && count <= 64)) return undefined;
  const sequence = Array.from({ length: count }, (_, index) => [
    number({ value: start + index * step, isFloat: false }),
  ]);
  return [collection(ev, place, sequence.flat(), sequence)];
}

export function dictionary(ev: Evaluator, args: Arguments, place: Place): Values {
  const container = ev.container(place.node, "dict");
  container.holdKeys();
  for (const value of args.positional[0] ?? []) pourPairs(ev, container, value, place);
  for (const [key, values] of args.keywords) {
    ev.grow(container.keyed.named(key), values);
    ev.grow(container.keys, [text([key])]);
    ev.grow(container.elements, values);
  }
  for (const value of args.rest) pourPairs(ev, container, value, place);
  if (args.named.length > 0) put(ev, container, [UNKNOWN_KEY], args.named);
  return [containerValue(container)];
}

export function callAll(ev: Evaluator, callees: Values, args: Arguments, place: Place): Values {
  return unique(callees.flatMap((callee) => ev.call(callee, args, place)));
}

export function itemsOf(ev: Evaluator, values: Values, place: Place): Values {
  return unique(values.flatMap((value) => ev.elements(value, place)));
}

function collection(ev: Evaluator, place: Place, elements: Values, sequence?: readonly Values[]): Value {
  const container = ev.container(place.node, "collection");
  ev.grow(container.elements, elements);
  container.sequence = sequence === undefined ? undefined : [...sequence];
  return containerValue(container);
}
