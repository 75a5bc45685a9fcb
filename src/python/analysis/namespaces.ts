import type { Evaluator, Place } from "./evaluator.ts";
import { type Value, type Values, DATA, UNKNOWN, containerValue, known } from "./values.ts";

const SUFFIX = ".__dict__";
/** The names of the code itself, where it opens them: `globals()`. */
const OWN = `globals()${SUFFIX}`;

/**
 * What `vars(value)` and `value.__dict__` are. Of an object or class of the code's own: the table of its attributes
 * itself, so that what is put in there is an attribute. Undefined where it leads into the running program.
 */
export function namespaceOf(ev: Evaluator, value: Value): Value | undefined {
  switch (value.kind) {
    case "object":
    case "class": {
      const table = ev.attributeTable(value.definition);
      for (const set of value.definition.attributes.all) ev.grow(table.elements, set.values.filter(isHeld));
      return containerValue(table);
    }
    case "data":
    case "instance":
      return DATA;
    default:
      return undefined;
  }
}

/** An object's own table holds no methods: those are its class's. */
function isHeld(value: Value): boolean {
  return value.kind !== "function";
}

/** The table of a module's or a type's names; that it was opened is for the caller to say. */
export function tableOf(value: Value): Value {
  return value.kind === "known" ? known(`${value.path}${SUFFIX}`) : UNKNOWN;
}

/** `module.__dict__[key]` is `module.key`; undefined where the value is no such table. */
export function readTable(
  ev: Evaluator,
  value: Value,
  names: readonly (string | undefined)[],
  place: Place,
): Values | undefined {
  if (value.kind !== "known" || !value.path.endsWith(SUFFIX)) return undefined;
  if (value.path === OWN)
    return names.flatMap((name) => (name === undefined ? [UNKNOWN] : ownNamed(name, place)));
  const owner = known(value.path.slice(0, -SUFFIX.length));
  return names.flatMap((name) => (name === undefined ? [UNKNOWN] : ev.attribute(owner, name, place)));
}

/** What `globals()` and its like give: the code's own names, and whatever else the program holds. */
export function ownTable(): Values {
  return [known(OWN), UNKNOWN];
}

function ownNamed(name: string, { scope }: Place): Values {
  return scope.find(name)?.values.values ?? [UNKNOWN];
}
