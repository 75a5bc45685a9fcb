import type { Evaluator, Place } from "./evaluator.ts";
import { ancestors, descendants } from "./inheritance.ts";
import { literalOf } from "./text-methods.ts";
import {
  type ClassValue,
  type Value,
  type Values,
  DATA,
  UNKNOWN,
  containerValue,
  known,
  textOf,
} from "./values.ts";

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
      table.holdKeys();
      for (const [name, values] of relatives(value.definition).flatMap(heldBy)) {
        ev.grow(table.keys, [textOf(name)]);
        ev.grow(table.keyed.named(name), values);
        ev.grow(table.elements, values);
      }
      return containerValue(table);
    }
    case "instance":
      ev.losses.lose(value);
      return DATA;
    case "data":
      return DATA;
    default:
      return undefined;
  }
}

/** What an object of the class is may be told by what the classes around it have. */
function relatives(definition: ClassValue): readonly ClassValue[] {
  return [...ancestors(definition), ...descendants(definition)];
}

/** An object's own table holds no methods: those are its class's. */
function heldBy({ attributes }: ClassValue): readonly (readonly [string, Values])[] {
  return attributes.entries.map(([name, set]) => [
    name,
    set.values.filter(({ kind }) => kind !== "function"),
  ]);
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

export const isOwnTable = (value: Value): boolean => value.kind === "known" && value.path === OWN;

/** The module that this code is, or its table of names. */
export function mayBeProgram(ev: Evaluator, value: Value): boolean {
  return value.kind === "foreign"
    ? value.path === "__main__"
    : value.kind === "unknown" && ev.losses.namesAreOpen;
}

/** Binds the code's own names at these keys; false where the value is not their table. */
export function writeTable(
  ev: Evaluator,
  value: Value,
  keys: Values,
  values: Values,
  { scope }: Place,
): boolean {
  if (!isOwnTable(value)) return false;
  const { variables } = scope.module;
  for (const key of keys) {
    const name = literalOf(key);
    const named = name === undefined ? [...variables.values()] : [variables.get(name)];
    for (const set of named.flatMap((variable) => variable?.sets ?? [])) ev.grow(set, values);
  }
  return true;
}

/** What `globals()` and its like give: the code's own names, and whatever else the program holds. */
export function ownTable(): Values {
  return [ownNames(), UNKNOWN];
}

export const ownNames = (): Value => known(OWN);

function ownNamed(name: string, { scope }: Place): Values {
  return scope.find(name)?.values.values ?? [UNKNOWN];
}
