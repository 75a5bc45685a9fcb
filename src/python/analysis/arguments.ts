import { sequenceOf } from "./containers.ts";
import type { Arguments, Evaluator, Place } from "./evaluator.ts";
import { type SyntaxNode, childOf } from "../syntax/tree.ts";
import { type Values, unique } from "./values.ts";

/** The arguments that a call is written with; `*` and `**` of known collections are spread. */
export function evaluateArguments(ev: Evaluator, list: SyntaxNode | undefined, place: Place): Arguments {
  const positional: Values[] = [];
  const keywords = new Map<string, Values>();
  const rest: Values[] = [];
  if (list?.type === "generator_expression")
    return { positional: [ev.evaluate(list, place)], keywords, rest: [] };
  for (const node of list?.children ?? []) {
    const name = node.type === "keyword_argument" ? childOf(node, "name") : undefined;
    if (name !== undefined) keywords.set(ev.nameOf(name), valueOf(ev, node, place));
    else if (node.type === "list_splat") spread(ev, node, place, positional, rest);
    else if (node.type === "dictionary_splat") spreadKeywords(ev, node, place, keywords, rest);
    else positional.push(ev.evaluate(node, place));
  }
  return { positional, keywords, rest: unique(rest.flat()) };
}

function valueOf(ev: Evaluator, node: SyntaxNode, place: Place): Values {
  const value = childOf(node, "value");
  return value === undefined ? [] : ev.evaluate(value, place);
}

function spread(ev: Evaluator, node: SyntaxNode, place: Place, positional: Values[], rest: Values[]): void {
  const values = node.children.flatMap((child) => ev.evaluate(child, place));
  const only = values.length === 1 && values[0] !== undefined ? sequenceOf(values[0]) : undefined;
  if (only !== undefined && rest.length === 0) positional.push(...only);
  else rest.push(values.flatMap((value) => ev.elements(value, place)));
}

function spreadKeywords(
  ev: Evaluator,
  node: SyntaxNode,
  place: Place,
  keywords: Map<string, Values>,
  rest: Values[],
): void {
  for (const value of node.children.flatMap((child) => ev.evaluate(child, place))) {
    if (value.kind === "container" && value.definition.keyed.size > 0) {
      const { keyed, elements } = value.definition;
      for (const [key, set] of keyed.entries) keywords.set(key, set.values);
      const named = new Set(keyed.all.flatMap((set) => set.values.map((one) => one.key)));
      rest.push(elements.values.filter((one) => one.kind === "unknown" && !named.has(one.key)));
    } else if (value.kind === "container") rest.push(value.definition.elements.values);
    else rest.push(ev.elements(value, place));
  }
}
