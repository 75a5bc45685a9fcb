import type { TextProblem } from "./source-text.ts";
import type { SyntaxNode, SyntaxTree } from "./syntax.ts";

/** What the grammar takes and CPython 3 does not. */
const NOT_PYTHON_3: Readonly<Record<string, string>> = {
  print_statement: "missing parentheses in call to 'print'",
  exec_statement: "missing parentheses in call to 'exec'",
  constrained_type: "an annotation cannot hold a colon",
};

/** Where the code is no Python, at most ten places. */
export function findSyntaxErrors(tree: SyntaxTree, source: string): readonly TextProblem[] {
  const errors = tree.errors.map((node) => ({
    start: node.start,
    end: node.end,
    message: messageFor(node, source),
  }));
  const old = tree.nodes.flatMap((node) => {
    const message = NOT_PYTHON_3[node.type];
    return message === undefined ? [] : [{ start: node.start, end: node.end, message }];
  });
  return [...errors, ...old].slice(0, 10);
}

function messageFor(node: SyntaxNode, source: string): string {
  const line = source.slice(node.start, node.end).split("\n")[0]?.trim().slice(0, 40) ?? "";
  if (node.type !== "ERROR") return `'${node.type}' was expected here`;
  return line === "" ? "invalid syntax" : `invalid syntax: '${line}'`;
}
