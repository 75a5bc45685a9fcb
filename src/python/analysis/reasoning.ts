import type { Place } from "./evaluator.ts";
import { type Lines, placeName } from "./line-table.ts";
import { childOf } from "../syntax/tree.ts";

/** What is written, what that is, and where it comes from: `c` is `epics.caput`, imported in line 2. */
export function reasoningFor(
  path: string,
  { node, scope, isGuess, guessed }: Place,
  source: string,
  lines: Lines,
): string {
  const known = path.replace(/^builtins\./, "");
  if (guessed !== undefined)
    return `It is not known what \`${guessed}\` is; by its name it may be \`${known}\``;
  const callee = childOf(node, "function") ?? node;
  const written = source.slice(callee.start, callee.end);
  if (written === known || written.length > 60 || written.includes("\n")) return `\`${known}\``;
  const root = /^[^\W\d]\w*/u.exec(written)?.[0]?.normalize("NFKC");
  if (isGuess === true) return `It is not known what \`${written}\` is; it may be \`${known}\``;
  const variable = root === undefined ? undefined : scope.find(root);
  if (variable === undefined) return `\`${written}\` is \`${known}\``;
  const { boundAt, boundBy } = variable.bindingAt(node.start, scope.frame);
  const where = placeName(lines.positionAt(boundAt.start));
  return `\`${written}\` is \`${known}\`, ${boundBy === "import" ? "imported" : "bound"} in ${where}`;
}
