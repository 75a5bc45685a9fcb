import { bindAs } from "./decorators.ts";
import {
  type Arguments,
  type Evaluator,
  NO_ARGUMENTS,
  type Place,
  argumentAt,
  everyArgument,
  positional,
} from "./evaluator.ts";
import { foldCall } from "./folds.ts";
import type { ArgumentPlace } from "./knowledge-domain.ts";
import { findLargeAllocation } from "./exhaustion.ts";
import { heapExchange, heapPop, heapPush } from "./heaps.ts";
import {
  callAll,
  copied,
  dictionary,
  endless,
  enumerated,
  filtered,
  itemsOf,
  mapped,
  oneOf,
  range,
  reduce,
  sortedItems,
  summed,
  zipped,
} from "./iteration.ts";
import { IN_PLACE, chained, reordered } from "./in-place.ts";
import { importNamed, resolvedName } from "./modules.ts";
import { attributeNames } from "./inheritance.ts";
import { loseHeld } from "./losses.ts";
import { mayBe } from "./text.ts";
import { literalOf, templateOf } from "./text-methods.ts";
import {
  NUMBER,
  ValueSet,
  type BoundCall,
  DATA,
  LIBRARY_DATA,
  UNKNOWN,
  type Value,
  type Values,
  boundValue,
  classValue,
  known,
  superOf,
  unique,
} from "./values.ts";

type Primitive = (ev: Evaluator, args: Arguments, place: Place) => Values | undefined;

/** Functions that the language's own meaning decides; `undefined` leaves a call to its entry. */
const PRIMITIVES: Readonly<Record<string, Primitive>> = {
  "builtins.getattr": getAttribute,
  "builtins.setattr": setAttribute,
  "builtins.delattr": (ev, args, place) =>
    setAttribute(ev, { ...args, positional: [...args.positional.slice(0, 2), []] }, place),
  "builtins.__import__": (ev, args, place) => importNamed(ev, args, place, true),
  "importlib.import_module": (ev, args, place) => importNamed(ev, args, place, false),
  "importlib.__import__": (ev, args, place) => importNamed(ev, args, place, true),
  "pkgutil.resolve_name": resolvedName,
  "functools.partial": partial,
  "functools.partialmethod": partial,
  "functools.reduce": reduce,
  "operator.attrgetter": (ev, args, place) => namedCall(ev, args, place, "attribute"),
  "operator.methodcaller": (ev, args, place) => namedCall(ev, args, place, "method"),
  "operator.call": (ev, args, place) =>
    callAll(ev, args.positional[0] ?? args.rest, { ...args, positional: args.positional.slice(1) }, place),
  "builtins.type": typeOf,
  "builtins.vars": variablesOf,
  "builtins.super": superObject,
  "builtins.map": mapped,
  "builtins.filter": filtered,
  "builtins.list": (ev, args, place) => copied(ev, args, place, false),
  "builtins.tuple": (ev, args, place) => copied(ev, args, place, false),
  "builtins.reversed": (ev, args, place) => copied(ev, args, place, true),
  "builtins.dict": dictionary,
  "builtins.range": range,
  "builtins.zip": zipped,
  "itertools.count": (ev, _args, place) => [endless(ev, [NUMBER], place)],
  "itertools.cycle": (ev, args, place) => [
    endless(ev, itemsOf(ev, args.positional[0] ?? args.rest, place), place),
  ],
  "builtins.enumerate": enumerated,
  "builtins.sorted": sortedItems,
  "builtins.sum": summed,
  "builtins.next": (ev, args, place) =>
    unique([...itemsOf(ev, args.positional[0] ?? args.rest, place), ...(args.positional[1] ?? [])]),
  "builtins.min": oneOf,
  "builtins.max": oneOf,
  "builtins.str.join": (ev, args, place) =>
    ev.callMember(args.positional[0]?.[0] ?? DATA, "join", positional(args.positional[1] ?? []), place),
  ...IN_PLACE,
  "random.shuffle": reordered,
  "numpy.random.shuffle": reordered,
  "heapq.heapify": reordered,
  "bisect.insort": heapPush,
  "bisect.insort_left": heapPush,
  "bisect.insort_right": heapPush,
  "collections.ChainMap": chained,
  "heapq.heappush": heapPush,
  "heapq.heappop": heapPop,
  "heapq.heappushpop": heapExchange,
  "heapq.heapreplace": heapExchange,
  "dataclasses.field": fieldDefault,
  "typing.cast": argument(1, "val"),
  "copy.copy": argument(0, "x"),
  "copy.deepcopy": argument(0, "x"),
  "asyncio.run": argument(0, "main"),
  "contextlib.nullcontext": argument(0, "enter_result"),
  "contextlib.closing": argument(0, "thing"),
  "contextlib.aclosing": argument(0, "thing"),
  // Without an `@`: the function itself, bound in another way. What else a property can do is its entry's to say.
  "builtins.staticmethod": (ev, args) => bindAs(ev, args.positional[0] ?? args.rest, "static"),
  "builtins.classmethod": (ev, args) => bindAs(ev, args.positional[0] ?? args.rest, "class"),
  "builtins.property": (ev, args) => bindAs(ev, everyArgument(args), "property"),
  "builtins.bytearray": (ev, args, place) => {
    findLargeAllocation(ev, args.positional[0] ?? [], place);
    return foldCall("builtins.bytearray", args);
  },
};

export function callPrimitive(
  ev: Evaluator,
  path: string,
  args: Arguments,
  place: Place,
): Values | undefined {
  return Object.hasOwn(PRIMITIVES, path) ? PRIMITIVES[path]?.(ev, args, place) : undefined;
}

/** What the function is given is what it gives back. */
function argument(...place: ArgumentPlace): Primitive {
  return (_ev, args) => {
    const isCalledWithNone =
      args.positional.length + args.keywords.size + args.rest.length + args.named.length === 0;
    return isCalledWithNone ? undefined : argumentAt(args, place);
  };
}

/** Primitives that reach anything by name: handing one on is as open as calling it. */
export const REACHES_ANYTHING = new Set([
  "builtins.getattr",
  "builtins.setattr",
  "builtins.__import__",
  "importlib.import_module",
]);

function getAttribute(ev: Evaluator, args: Arguments, place: Place): Values {
  const [objects = args.rest, names = args.rest, fallback = []] = args.positional;
  const found = new ValueSet();
  for (const name of unique(names)) {
    for (const object of objects)
      for (const value of namedAttribute(ev, object, name, place)) found.add(value, 0);
  }
  return unique([...found.values, ...fallback]);
}

function namedAttribute(ev: Evaluator, object: Value, name: Value, place: Place): Values {
  const literal = literalOf(name);
  if (literal !== undefined) return ev.attribute(object, literal.normalize("NFKC"), place);
  if (object.kind === "object" || object.kind === "class")
    return attributeNames(object.definition)
      .filter((one) => mayBe(templateOf(name), one))
      .flatMap((one) => ev.attribute(object, one, place));
  const message = "`getattr` with a name that is not known here";
  ev.found({ kind: "dynamic", target: "getattr", certainty: "whole", message }, place);
  return [UNKNOWN];
}

function setAttribute(ev: Evaluator, args: Arguments, place: Place): Values {
  const [objects = args.rest, names = args.rest, values = args.rest] = args.positional;
  for (const object of objects) {
    for (const name of names) {
      const literal = literalOf(name);
      if (literal !== undefined) ev.setAttribute(object, literal, values, place);
      else setSomeAttribute(ev, object, values, place);
    }
  }
  return [];
}

export function setSomeAttribute(ev: Evaluator, object: Value, values: Values, place: Place): void {
  if (object.kind === "object" || object.kind === "class") {
    for (const [name, set] of object.definition.attributes.entries)
      if (!name.startsWith("__")) ev.grow(set, values);
    // It may be called by a name that nothing is known of here.
    ev.escape(values, [], place);
    return;
  }
  loseHeld(ev, [object]);
  if (object.kind === "data") return;
  ev.found(
    {
      kind: "dynamic",
      target: "setattr",
      certainty: "whole",
      message: "`setattr` with a name that is not known here",
    },
    place,
  );
}

function partial(ev: Evaluator, args: Arguments, place: Place): Values {
  const bound = boundCall(ev, args, place, "partial");
  ev.grow(bound.callees, args.positional[0] ?? args.rest);
  return [boundValue(place.node.id, bound)];
}

function namedCall(ev: Evaluator, args: Arguments, place: Place, how: "attribute" | "method"): Values {
  const bound = boundCall(ev, args, place, how);
  ev.grow(bound.names, args.positional[0] ?? args.rest);
  return [boundValue(place.node.id, bound)];
}

function boundCall(ev: Evaluator, args: Arguments, place: Place, how: BoundCall["how"]): BoundCall {
  const called = ev.container(place.node, `bound ${how}`);
  const given = ev.container(place.node, "bound with");
  ev.grow(given.loose, args.named);
  given.sequence = args.positional.slice(1);
  for (const [name, values] of args.keywords) ev.grow(given.keyed.named(name), values);
  ev.grow(given.elements, args.rest);
  return { how, callees: called.elements, names: called.keys, given };
}

/** Calls a partial, an `attrgetter` or a `methodcaller`. */
export function callBound(ev: Evaluator, bound: BoundCall, args: Arguments, place: Place): Values {
  const given = givenTo(bound);
  if (bound.how === "partial") {
    const keywords = new Map([...given.keywords, ...args.keywords]);
    const positional = [...given.positional, ...args.positional];
    const rest = unique([...given.rest, ...args.rest]);
    const named = unique([...given.named, ...args.named]);
    return callAll(ev, bound.callees.values, { positional, keywords, rest, named }, place);
  }
  const objects = args.positional[0] ?? args.rest;
  return objects.flatMap((object) =>
    bound.names.values.flatMap((name) => {
      const literal = literalOf(name);
      if (literal === undefined) return namedAttribute(ev, object, UNKNOWN, place);
      if (bound.how === "method") return ev.callMember(object, literal, given, place);
      return literal
        .split(".")
        .reduce<Values>(
          (values, part) => values.flatMap((value) => ev.attribute(value, part, place)),
          [object],
        );
    }),
  );
}

function givenTo({ given }: BoundCall): Arguments {
  const keywords = new Map(given.keyed.entries.map(([name, set]) => [name, set.values]));
  return {
    positional: given.sequence ?? [],
    keywords,
    rest: given.elements.values,
    named: given.loose.values,
  };
}

/** What an attribute of a data class is before anybody sets it. */
function fieldDefault(ev: Evaluator, args: Arguments, place: Place): Values {
  const made = callAll(ev, argumentAt(args, [-1, "default_factory"]), NO_ARGUMENTS, place);
  return [...argumentAt(args, [-1, "default"]), ...made];
}

function typeOf(ev: Evaluator, args: Arguments, place: Place): Values {
  if (args.positional.length >= 3) {
    ev.escape(everyArgument(args), [], place);
    return [UNKNOWN];
  }
  return (args.positional[0] ?? args.rest).map((value) => {
    if (value.kind === "object") return classValue(value.definition);
    return value.kind === "data" ||
      value.kind === "text" ||
      value.kind === "number" ||
      value.kind === "container"
      ? LIBRARY_DATA
      : value.kind === "instance"
        ? known(value.type)
        : UNKNOWN;
  });
}

/** Without an argument, and of what is not the code's own, it opens the namespace of the program. */
function variablesOf(ev: Evaluator, args: Arguments, place: Place): Values | undefined {
  const [values] = args.positional;
  if (values === undefined) return undefined;
  return unique(values.flatMap((value) => ev.attribute(value, "__dict__", place)));
}

function superObject(_ev: Evaluator, args: Arguments, place: Place): Values {
  const named = (args.positional[0] ?? [])
    .filter((value) => value.kind === "class")
    .map((value) => superOf(value.definition));
  if (named.length > 0) return named;
  const owner = place.inside?.owner;
  return owner === undefined ? [UNKNOWN] : [superOf(owner)];
}
