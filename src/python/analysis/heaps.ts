import {
  type Arguments,
  type Evaluator,
  NO_ARGUMENTS,
  type Place,
  argumentAt,
  positional,
} from "./evaluator.ts";
import { itemsOf } from "./iteration.ts";
import { NONE, type Value, type Values, unique } from "./values.ts";

/** `heapq.heappush(heap, item)`; undefined where it is not known to be a list, which leaves it to the entry. */
export function heapPush(ev: Evaluator, args: Arguments, place: Place): Values | undefined {
  const heaps = heapsOf(args);
  if (heaps === undefined) return undefined;
  for (const heap of heaps) {
    ev.callMember(heap, "append", positional(argumentAt(args, [1, "item", "x"])), place);
    ev.callMember(heap, "sort", NO_ARGUMENTS, place);
  }
  return [NONE];
}

/** `heapq.heappop(heap)`: any of what it holds, since order is not followed. */
export function heapPop(ev: Evaluator, args: Arguments, place: Place): Values | undefined {
  const heaps = heapsOf(args);
  for (const heap of heaps ?? []) ev.callMember(heap, "sort", NO_ARGUMENTS, place);
  return heaps === undefined ? undefined : unique(itemsOf(ev, heaps, place));
}

/** `heapq.heappushpop` and `heapq.heapreplace`. */
export function heapExchange(ev: Evaluator, args: Arguments, place: Place): Values | undefined {
  return heapPush(ev, args, place) === undefined ? undefined : heapPop(ev, args, place);
}

function heapsOf(args: Arguments): readonly Value[] | undefined {
  const heaps = argumentAt(args, [0, "a"]);
  return heaps.length > 0 && heaps.every(({ kind }) => kind === "container") ? heaps : undefined;
}
