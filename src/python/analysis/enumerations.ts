import { type Evaluator, type Place, positional } from "./evaluator.ts";
import { ancestors, outsideBases } from "./inheritance.ts";
import { type ClassValue, type Values, functionValue, objectOf } from "./values.ts";

/** The members of an enumeration are made by its own `__init__`, of what stands in the class body. */
export function makeMembers(ev: Evaluator, definition: ClassValue, place: Place): void {
  const isEnumeration = outsideBases(definition).some(
    (base) => base.kind === "known" && base.path.startsWith("enum."),
  );
  if (!isEnumeration) return;
  const makers = ancestors(definition).flatMap((one) => one.attributes.find("__init__")?.values ?? []);
  for (const maker of makers) {
    if (maker.kind !== "function") continue;
    const bound = functionValue(maker.definition, objectOf(definition));
    for (const member of membersOf(definition)) ev.call(bound, positional(...member), place);
  }
}

/** What each of them is made of: the parts of a tuple, or one value. */
function membersOf(definition: ClassValue): readonly (readonly Values[])[] {
  const named = definition.attributes.entries.filter(
    ([name]) => !name.startsWith("_") && !definition.ofObjects.has(name),
  );
  return named.flatMap(([, set]) =>
    set.values
      .filter(({ kind }) => kind !== "function" && kind !== "object")
      .map((value) => (value.kind === "container" && value.definition.sequence) || [[value]]),
  );
}
