import type { Evaluator, Place } from "./evaluator.ts";
import type { SyntaxNode } from "../syntax/tree.ts";

/** Python evaluates what is annotated; types that are only named do nothing. */
export function evaluateAnnotation(ev: Evaluator, annotation: SyntaxNode | undefined, place: Place): void {
  for (const node of annotation === undefined ? [] : outermost(annotation, ACTS)) ev.evaluate(node, place);
}

const ACTS: ReadonlySet<string> = new Set(
  "call await yield named_expression list_comprehension set_comprehension dictionary_comprehension generator_expression".split(
    " ",
  ),
);

function outermost(node: SyntaxNode, types: ReadonlySet<string>): readonly SyntaxNode[] {
  return types.has(node.type) ? [node] : node.children.flatMap((child) => outermost(child, types));
}
