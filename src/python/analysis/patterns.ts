import { bindName } from "./assignments.ts";
import type { Evaluator, Place } from "./evaluator.ts";
import type { SyntaxNode } from "../syntax/tree.ts";
import { type Value, type Values, unique } from "./values.ts";

const DEEPEST_PATTERN = 4;

/** The names that a `case` clause binds: a bare name captures, a dotted one compares, a class and its keywords only check. */
export function capturesOf(clause: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const stack = clause.children.filter(
    (child) => child.type === "case_pattern" || child.type === "splat_pattern",
  );
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const [first] = node.children;
    if (node.type === "identifier") found.push(node);
    else if (node.type === "class_pattern" || node.type === "keyword_pattern")
      stack.push(...node.children.slice(1));
    else if (node.type !== "dotted_name") stack.push(...node.children);
    else if (node.children.length === 1 && first !== undefined) found.push(first);
  }
  return found;
}

/** What a pattern can take out of these values: they themselves and what they hold, as deep as patterns are nested. */
export function capturable(ev: Evaluator, subjects: Values, place: Place): Values {
  let [found, level] = [subjects, subjects];
  for (let depth = 0; depth < DEEPEST_PATTERN; depth += 1) {
    level = unique(level.flatMap((value) => partsOf(ev, value, place)));
    found = unique([...found, ...level]);
  }
  return found;
}

function partsOf(ev: Evaluator, value: Value, place: Place): Values {
  if (value.kind === "container") {
    const { elements, keys } = value.definition;
    return [...elements.values, ...keys.values];
  }
  if (value.kind === "object") return value.definition.attributes.all.flatMap((set) => set.values);
  return ev.elements(value, place);
}

/** Binds what the clause captures to anything that it can be. */
export function bindCaptures(ev: Evaluator, clause: SyntaxNode, values: Values, place: Place): void {
  for (const name of capturesOf(clause)) bindName(ev, name, values, place);
}
