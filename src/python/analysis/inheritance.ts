import type { Evaluator } from "./evaluator.ts";
import { type ClassValue, type ValueOf, type ValueSet, type Values, functionValue } from "./values.ts";

const MOST_RELATIVES = 50;

/** The class and the classes of this code that it inherits from. */
export function ancestors(definition: ClassValue): readonly ClassValue[] {
  return relatives(definition, ({ bases }) => bases);
}

/** The classes of this code that inherit from it, directly or not. */
export function descendants(definition: ClassValue): readonly ClassValue[] {
  return relatives(definition, ({ heirs }) => heirs).slice(1);
}

function relatives(definition: ClassValue, next: (one: ClassValue) => ValueSet): readonly ClassValue[] {
  const found = [definition];
  // A list that grows while it is iterated over is iterated over to its new end.
  for (const one of found) {
    for (const value of next(one).values) {
      if (value.kind === "class" && !found.includes(value.definition) && found.length < MOST_RELATIVES)
        found.push(value.definition);
    }
  }
  return found;
}

/** Every name that an attribute of it has, in this code. */
export function attributeNames(definition: ClassValue): readonly string[] {
  const names = ancestors(definition).flatMap((one) => one.attributes.entries.map(([name]) => name));
  return [...new Set(names)];
}

/** Base classes that are not of this code. */
export function outsideBases(definition: ClassValue): Values {
  return ancestors(definition).flatMap((one) => one.bases.values.filter((base) => base.kind !== "class"));
}

/** The methods of that name that an object has, bound to it. */
export function methodsOf(object: ValueOf<"object">, name: string): Values {
  const found = ancestors(object.definition).flatMap((one) => one.attributes.find(name)?.values ?? []);
  return found.map((value) => (value.kind === "function" ? functionValue(value.definition, object) : value));
}

/** What objects of a class of a package are: the class itself, or what its package says that all of its classes make. */
export function typeOfInstances({ knowledge }: Evaluator, path: string): string | undefined {
  if (knowledge.isType(path)) return path;
  const gives = knowledge.find(path)?.entry.gives;
  return gives !== undefined && knowledge.isType(gives) ? gives : undefined;
}

/** A class of which nothing is known but that its package drives devices: so does whatever its objects have. */
export function reachesDevices({ knowledge }: Evaluator, path: string): boolean {
  return !knowledge.isType(path) && knowledge.find(path)?.entry.does?.includes("control-write") === true;
}
