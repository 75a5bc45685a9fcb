import { type Arguments, type Evaluator, type Place, positional } from "./evaluator.ts";
import { NUMBER, type Value, type Values, containerValue, unique } from "./values.ts";

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
  callWithEach(ev, args.keywords.get("key") ?? [], items, place);
  // What is spread may be the key too.
  if (args.rest.length > 0) ev.escape(args.rest, items, place);
  const sorted = ev.container(place.node, "sorted");
  ev.grow(sorted.elements, items);
  return [containerValue(sorted)];
}

/** `filter(f, a)`: `f` is called with each; without it there is nothing to call. */
export function filtered(ev: Evaluator, args: Arguments, place: Place): Values | undefined {
  const [callees, iterable] = args.positional;
  if (callees === undefined || iterable === undefined) return undefined;
  const items = itemsOf(ev, iterable, place);
  callWithEach(
    ev,
    callees.filter(({ kind }) => kind !== "constant"),
    items,
    place,
  );
  const left = ev.container(place.node, "filtered");
  ev.grow(left.elements, items);
  return [containerValue(left)];
}

export function callWithEach(ev: Evaluator, callees: Values, items: Values, place: Place): void {
  for (const callee of callees) ev.call(callee, positional(items), place);
}

function itemsOf(ev: Evaluator, values: Values, place: Place): Values {
  return unique(values.flatMap((value) => ev.elements(value, place)));
}

function rowsOf(ev: Evaluator, place: Place, columns: readonly Values[]): Value {
  const row = ev.container(place.node, "row");
  row.sequence = [...columns];
  ev.grow(row.elements, columns.flat());
  const rows = ev.container(place.node, "rows");
  ev.grow(rows.elements, [containerValue(row)]);
  return containerValue(rows);
}
