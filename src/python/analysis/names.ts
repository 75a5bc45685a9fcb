import { readAttribute } from "./attributes.ts";
import { introspects } from "./introspection.ts";
import type { Evaluator, Place } from "./evaluator.ts";
import type { Scope } from "./scopes.ts";
import type { SyntaxNode } from "../syntax/tree.ts";
import { UNKNOWN, type Values, foreign, known, superOf, unique } from "./values.ts";

/** What a name stands for: the code's own binding, a star import, a built-in, or nothing that is known. */
export function evaluateName(ev: Evaluator, node: SyntaxNode, place: Place): Values {
  const name = ev.nameOf(node);
  if (name === "__class__" && place.inside?.owner !== undefined) return [superOf(place.inside.owner)];
  const variable = place.scope.find(name);
  // Before its first certain binding, the name can still mean the built-in function.
  if (variable !== undefined && node.start >= variable.certainFrom) return variable.values.values;
  const at = { ...place, node };
  if (variable !== undefined)
    return unique([...variable.values.values, ...withoutUnknown(outsideValues(ev, name, at))]);
  const outside = outsideValues(ev, name, at);
  return outside.length > 0 ? outside : undefinedName(ev, name, at);
}

function outsideValues(ev: Evaluator, name: string, place: Place): Values {
  const stars = starValues(ev, name, place.scope);
  const builtin = ev.knowledge.find(`builtins.${name}`);
  if (builtin === undefined || stars.some((value) => value.kind !== "foreign")) return stars;
  return unique([...stars, ...readAttribute(ev, known("builtins"), name, place)]);
}

function starValues(ev: Evaluator, name: string, scope: Scope): Values {
  const found: Values[] = [];
  for (let one: Scope | undefined = scope; one !== undefined; one = one.parent) {
    for (const star of one.stars) {
      if (star.foreign) found.push([foreign(`${star.module}.${name}`)]);
      const exported = star.foreign ? undefined : ev.knowledge.exports(star.module, name);
      if (exported !== undefined) found.push([known(exported.path)]);
    }
  }
  return found.flat();
}

function undefinedName(ev: Evaluator, name: string, place: Place): Values {
  if (introspects(name)) {
    const message = `\`${name}\` leads into the running program`;
    ev.found({ kind: "introspects", target: name, certainty: "whole", message }, place);
  }
  return ev.outerName(name) ?? [UNKNOWN];
}

function withoutUnknown(values: Values): Values {
  return values.filter((value) => value.kind !== "unknown");
}
