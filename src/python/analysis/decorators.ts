import { type Evaluator, type Place, positional } from "./evaluator.ts";
import type { SyntaxNode } from "../syntax/tree.ts";
import { type FunctionValue, type Value, type Values, unique } from "./values.ts";

type Binding = "static" | "class" | "property";

const BINDINGS: Readonly<Record<string, Binding>> = {
  "builtins.staticmethod": "static",
  "builtins.classmethod": "class",
  "builtins.property": "property",
  "functools.cached_property": "property",
  "abc.abstractproperty": "property",
};

/** Decorators are calls, the lowest first. Those of known libraries hand back what they are given. */
export function decorate(ev: Evaluator, own: Value, decorators: readonly SyntaxNode[], place: Place): Values {
  return decorators
    .toReversed()
    .reduce<Values>((values, decorator) => applyDecorator(ev, decorator, values, place), [own]);
}

function applyDecorator(ev: Evaluator, decorator: SyntaxNode, decorated: Values, place: Place): Values {
  const at = { ...place, node: decorator };
  const callees = decorator.children.flatMap((child) => ev.evaluate(child, place));
  return unique(callees.flatMap((callee) => decorateWith(ev, callee, decorated, at)));
}

function decorateWith(ev: Evaluator, callee: Value, decorated: Values, place: Place): Values {
  if (callee.kind === "known") {
    const binding = BINDINGS[callee.path];
    if (binding !== undefined) bindAs(ev, decorated, binding);
    const entry = ev.knowledge.find(callee.path)?.entry;
    const isHarmless = entry !== undefined && Object.keys(entry).length === 0;
    if (!isHarmless) ev.call(callee, positional(decorated), place);
    return decorated;
  }
  if (callee.kind === "data" || callee.kind === "method") return decorated;
  const results = ev.call(callee, positional(decorated), place);
  return callee.kind === "function" || callee.kind === "class" || callee.kind === "bound"
    ? results
    : unique([...results, ...decorated]);
}

/** The same values; functions of the code among them are bound in this way from now on. */
export function bindAs(ev: Evaluator, values: Values, binding: Binding): Values {
  for (const value of values) if (value.kind === "function") setBinding(ev, value.definition, binding);
  return values;
}

function setBinding(ev: Evaluator, definition: FunctionValue, binding: Binding): void {
  if (definition.binding === binding) return;
  definition.binding = binding;
  definition.owner?.attributes.changed();
  ev.again();
}
