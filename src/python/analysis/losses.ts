import type { Evaluator, Place } from "./evaluator.ts";
import { ancestors } from "./inheritance.ts";
import { another } from "./lost-targets.ts";
import type { Scope } from "./scopes.ts";
import { gap } from "./text.ts";
import { type Container, type FunctionValue, type ValueSet, type Values, text } from "./values.ts";

const UNKNOWN_TEXT = text(gap("unknown"));

/** Code that is not followed may have put others of their kind in the place of all that these hold. */
export function loseHeld(ev: Evaluator, values: Values): void {
  for (const value of values) {
    if (!ev.isFirst(`${ev.idOf(value)}|is lost`)) continue;
    if (value.kind === "container") loseContainer(ev, value.definition);
    else if (value.kind === "object" || value.kind === "class")
      for (const one of ancestors(value.definition)) for (const set of one.attributes.all) loseSet(ev, set);
    else if (value.kind === "instance") ev.losses.lose(value);
  }
}

function loseContainer(ev: Evaluator, container: Container): void {
  container.mutate();
  for (const set of [container.elements, container.keys, container.loose, ...container.keyed.all])
    loseSet(ev, set);
}

function loseSet(ev: Evaluator, set: ValueSet): void {
  loseHeld(ev, set.values);
  ev.grow(set, set.values.flatMap(another));
}

/** Text that is run may bind every name that it sees, and write into what they stand for. */
export function loseNames(ev: Evaluator, { scope }: Place): void {
  for (let one: Scope | undefined = scope; one !== undefined; one = one.parent) loseVariables(ev, one);
}

function loseVariables(ev: Evaluator, { variables }: Scope): void {
  for (const variable of variables.values()) for (const set of variable.sets) loseSet(ev, set);
}

/** Its defaults, what it closes over or its code may be others from now on. */
export function loseFunction(ev: Evaluator, { node, parameters, returns }: FunctionValue): void {
  const scope = ev.scopeOf(node);
  for (const parameter of parameters) {
    const variable = parameter.default === undefined ? undefined : scope.variables.get(parameter.name);
    for (const set of variable?.sets ?? []) ev.grow(set, [UNKNOWN_TEXT]);
  }
  ev.grow(returns, [UNKNOWN_TEXT]);
  for (let one = scope.parent; one?.parent !== undefined; one = one.parent) loseVariables(ev, one);
}
