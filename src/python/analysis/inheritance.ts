import { type ClassValue, type ValueOf, type Values, functionValue } from "./values.ts";

/** The class and the classes of this code that it inherits from. */
export function ancestors(definition: ClassValue): readonly ClassValue[] {
  const found = [definition];
  for (const one of found) {
    for (const base of one.bases.values) {
      if (base.kind === "class" && !found.includes(base.definition) && found.length < 50)
        found.push(base.definition);
    }
  }
  return found;
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
