import { parameterName } from "./bindings.ts";
import { type SyntaxNode, childOf } from "../syntax/tree.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Scope } from "./scopes.ts";
import type { Variable } from "./variables.ts";
import { LIBRARY_DATA, UNKNOWN, instance, objectOf, type Parameter, type Values } from "./values.ts";

/** A bare `*` stands among the parameters of the syntax tree, and is none. */
type Written = Parameter & { readonly separator?: boolean };

const SEPARATOR: Written = {
  name: "",
  kind: "plain",
  default: undefined,
  annotation: undefined,
  separator: true,
};

/** What a function or lambda takes, in order. `nameOf` reads an identifier as Python does. */
export function parametersOf(
  definition: SyntaxNode,
  nameOf: (node: SyntaxNode) => string,
): readonly Parameter[] {
  const nodes = childOf(definition, "parameters")?.children ?? [];
  return afterSeparator(nodes.flatMap((node) => written(node, nameOf)));
}

/** A call passes these. */
export function passTo(ev: Evaluator, variable: Variable, values: Values): void {
  ev.grow(variable.values, values);
  if (variable.passed !== variable.values) ev.grow(variable.passed, values);
}

function written(node: SyntaxNode, nameOf: (node: SyntaxNode) => string): readonly Written[] {
  const pattern = parameterName(node);
  if (pattern === undefined) return node.type === "keyword_separator" ? [SEPARATOR] : [];
  const name = nameOf(pattern.type === "identifier" ? pattern : (pattern.children[0] ?? pattern));
  const annotation = childOf(node, "type");
  return [{ name, kind: kindOf(node, pattern), default: childOf(node, "value"), annotation }];
}

function kindOf(node: SyntaxNode, pattern: SyntaxNode): Parameter["kind"] {
  if (node.type.startsWith("list_splat") || pattern.type === "list_splat_pattern") return "rest";
  const isKeywords = node.type.startsWith("dictionary_splat") || pattern.type === "dictionary_splat_pattern";
  return isKeywords ? "keywords" : "plain";
}

/** Parameters behind a bare `*`, or behind `*args`, are given by keyword only. */
function afterSeparator(parameters: readonly Written[]): readonly Parameter[] {
  const at = parameters.findIndex((parameter) => parameter.separator === true || parameter.kind === "rest");
  return parameters
    .map((parameter, index) =>
      at >= 0 && index > at && parameter.kind === "plain"
        ? { ...parameter, kind: "keyword" as const }
        : parameter,
    )
    .filter((parameter) => parameter.separator !== true);
}

/** An annotation is believed where nobody calls the function: then it says what the author has in mind. */
export function unknownArgument(ev: Evaluator, parameter: Parameter, scope: Scope): Values {
  if (parameter.annotation === undefined) return [UNKNOWN];
  const values = ev.evaluate(parameter.annotation, {
    node: parameter.annotation,
    scope: scope.parent ?? scope,
    inside: undefined,
  });
  return values.map((value) => {
    if (value.kind === "class") return objectOf(value.definition);
    if (value.kind !== "known") return value.kind === "data" ? LIBRARY_DATA : UNKNOWN;
    if (ev.knowledge.isType(value.path)) return instance(value.path);
    return /^(typing|collections\.abc)\.(Any|Callable|TypeVar|Optional|Union)/.test(value.path)
      ? UNKNOWN
      : LIBRARY_DATA;
  });
}
