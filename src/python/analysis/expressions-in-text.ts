import type { Knowledge } from "./knowledge.ts";
import { type Template, display, worstHole } from "./text.ts";

const FORMULA_FUNCTIONS = new Set(
  "C Q I bs cr cc te poly center standardize scale log log10 log2 log1p exp expm1 sqrt sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh abs floor ceil round mean std min max sum where Treatment Sum Diff Poly Helmert and or not in if else".split(
    " ",
  ),
);

/**
 * Can this text, evaluated over data columns (`DataFrame.query`, a model formula), do more than compute? Calls of local
 * variables (`@f()`), double underscores and functions that are neither mathematics nor methods of data can.
 */
export function expressionActs(template: Template, knowledge: Knowledge): boolean {
  // What is all of it data can be any expression; a value of the data in one of ours is a value.
  const isAllData = template.every((part) => typeof part !== "string" || part.trim() === "");
  if (worstHole(template) === "unknown" || (isAllData && worstHole(template) === "data")) return true;
  const expression = withoutStrings(display(template));
  if (/__|\bimport\b|\blambda\b|@\s*\w+\s*[.([]/.test(expression)) return true;
  for (const match of expression.matchAll(/([\w.)\]]*?)(\.?)\b([A-Za-z_]\w*)\s*\(/g)) {
    const [, , dot, name = ""] = match;
    const known =
      dot === "."
        ? knowledge.isPlainMethod(name) || FORMULA_FUNCTIONS.has(name) || isNumpy(knowledge, name)
        : FORMULA_FUNCTIONS.has(name);
    if (!known) return true;
  }
  return false;
}

function isNumpy(knowledge: Knowledge, name: string): boolean {
  const entry = knowledge.find(`numpy.${name}`)?.entry;
  return entry !== undefined && Object.keys(entry).length === 0;
}

function withoutStrings(expression: string): string {
  return expression.replaceAll(/'[^']*'|"[^"]*"/g, "''");
}
