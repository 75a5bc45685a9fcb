import { sequenceOf } from "./containers.ts";
import { type Arguments, type Evaluator, NO_ARGUMENTS, type Place } from "./evaluator.ts";
import { type SyntaxNode, childOf } from "../syntax/tree.ts";
import { type Container, type Values, unique } from "./values.ts";

/** What was written so far. */
interface Written {
  readonly positional: Values[];
  readonly keywords: Map<string, Values>;
  readonly rest: Values[];
  readonly named: Values[];
}

/** The arguments that a call is written with; `*` and `**` of known collections are spread. */
export function evaluateArguments(ev: Evaluator, list: SyntaxNode | undefined, place: Place): Arguments {
  if (list?.type === "generator_expression")
    return { ...NO_ARGUMENTS, positional: [ev.evaluate(list, place)] };
  const written: Written = { positional: [], keywords: new Map(), rest: [], named: [] };
  for (const node of list?.children ?? []) {
    const name = node.type === "keyword_argument" ? childOf(node, "name") : undefined;
    if (name !== undefined) written.keywords.set(ev.nameOf(name), valueOf(ev, node, place));
    else if (node.type === "list_splat") spread(ev, node, place, written);
    else if (node.type === "dictionary_splat") spreadKeywords(ev, node, place, written);
    else add(written, [ev.evaluate(node, place)]);
  }
  const { positional, keywords, rest, named } = written;
  return { positional, keywords, rest: unique(rest.flat()), named: unique(named.flat()) };
}

/** Behind what is spread, and is not known how long, any place may be the next. */
function add({ positional, rest }: Written, values: readonly Values[]): void {
  (rest.length === 0 ? positional : rest).push(...values);
}

function valueOf(ev: Evaluator, node: SyntaxNode, place: Place): Values {
  const value = childOf(node, "value");
  return value === undefined ? [] : ev.evaluate(value, place);
}

function spread(ev: Evaluator, node: SyntaxNode, place: Place, written: Written): void {
  const values = node.children.flatMap((child) => ev.evaluate(child, place));
  const columns = columnsOf(values);
  if (columns !== undefined) add(written, columns);
  else written.rest.push(values.flatMap((value) => ev.elements(value, place)));
}

/** What stands where, where all have the same length: in a loop, `*row` is one row after the other. */
function columnsOf(rows: Values): readonly Values[] | undefined {
  const [first, ...others] = rows.map(sequenceOf);
  if (first === undefined || others.some((other) => other?.length !== first.length)) return undefined;
  return first.map((values, index) =>
    unique([...values, ...others.flatMap((other) => other?.[index] ?? [])]),
  );
}

function spreadKeywords(ev: Evaluator, node: SyntaxNode, place: Place, { keywords, named }: Written): void {
  for (const value of node.children.flatMap((child) => ev.evaluate(child, place))) {
    if (value.kind !== "container") named.push(ev.elements(value, place));
    else if (value.definition.keyed.size === 0) named.push(value.definition.elements.values);
    else {
      // Of one or the other dictionary: what comes by a name is what either holds there.
      for (const [key, set] of value.definition.keyed.entries)
        keywords.set(key, unique([...(keywords.get(key) ?? []), ...set.values]));
      named.push(heldElsewhere(value.definition));
    }
  }
}

/** What a dictionary holds at names that are not known. */
function heldElsewhere({ keyed, elements, loose }: Container): Values {
  const told = new Set(keyed.all.flatMap((set) => set.values.map((one) => one.key)));
  const untold = elements.values.filter((one) => one.kind === "unknown" && !told.has(one.key));
  return [...untold, ...loose.values];
}
