import { readAttribute } from "./attributes.ts";
import { introspects } from "./introspection.ts";
import type { Evaluator, Place } from "./evaluator.ts";
import type { Scope } from "./scopes.ts";
import type { Star } from "./stars.ts";
import type { SyntaxNode } from "../syntax/tree.ts";
import type { Variable } from "./variables.ts";
import { UNKNOWN, type Values, foreign, known, superOf, unique } from "./values.ts";

/** What a name stands for: the code's own binding, a star import, a built-in, or nothing that is known. */
export function evaluateName(ev: Evaluator, node: SyntaxNode, place: Place): Values {
  const name = ev.nameOf(node);
  if (name === "__class__" && place.inside?.owner !== undefined) return [superOf(place.inside.owner)];
  const at = { ...place, node };
  const variable = place.scope.find(name);
  if (variable === undefined) {
    const outside = outsideValues(ev, name, at);
    return outside.length > 0 ? outside : undefinedName(ev, name, at);
  }
  return boundTo(ev, variable, place.scope, at);
}

function boundTo(ev: Evaluator, variable: Variable, scope: Scope, place: Place): Values {
  const offset = place.node.start;
  const values = variable.valuesAt(offset, place.scope.frame);
  // Before its first certain binding, the name can still mean what it means around, or the built-in function.
  const others =
    offset < variable.certainFrom(offset)
      ? withoutUnknown(meantAround(ev, variable, scope, place))
      : starsOver(ev, variable, place);
  return others.length === 0 ? values : unique([...values, ...others]);
}

/** Until the body of a class binds a name, it means what it means in the module, or in the functions around if these bind it. */
function meantAround(ev: Evaluator, { name }: Variable, scope: Scope, place: Place): Values {
  const { parent, module } = scope;
  if (parent === undefined || scope.kind !== "class" || !scope.variables.has(name))
    return outsideValues(ev, name, place);
  const around = unique([parent, module].flatMap((one) => boundIn(ev, name, one, place)));
  return around.length > 0 ? around : outsideValues(ev, name, place);
}

function boundIn(ev: Evaluator, name: string, scope: Scope, place: Place): Values {
  const variable = scope.find(name);
  return variable === undefined ? [] : boundTo(ev, variable, scope, place);
}

/** What stars bind to the name again, behind the binding of its own. */
function starsOver(ev: Evaluator, variable: Variable, { node, scope }: Place): Values {
  if (scope.module.variables.get(variable.name) !== variable) return [];
  const stars = scope.starsAt(node.start);
  if (stars.length === 0) return [];
  const bound = variable.boundFrom(node.start, scope.frame);
  return stars.filter(({ from }) => from >= bound).flatMap((star) => exportedBy(ev, star, variable.name));
}

function outsideValues(ev: Evaluator, name: string, place: Place): Values {
  const stars = starValues(ev, name, place);
  const builtin = ev.knowledge.find(`builtins.${name}`);
  if (builtin === undefined || stars.some((value) => value.kind !== "foreign")) return stars;
  return unique([...stars, ...readAttribute(ev, known("builtins"), name, place)]);
}

function starValues(ev: Evaluator, name: string, { node, scope }: Place): Values {
  return scope
    .starsAt(node.start)
    .flatMap((star) => (star.foreign ? [foreign(`${star.module}.${name}`)] : exportedBy(ev, star, name)));
}

/** What is known to come with the star by this name. */
function exportedBy(ev: Evaluator, star: Star, name: string): Values {
  const exported = star.foreign ? undefined : ev.knowledge.exports(star.module, name);
  return exported === undefined ? [] : [known(exported.path)];
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
