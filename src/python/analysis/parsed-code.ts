import { parsePython } from "../syntax/parser.ts";
import type { SyntaxTree } from "../syntax/tree.ts";
import { rewriteNotebookSyntax } from "./ipython.ts";

export interface ParsedCode {
  readonly source: string;
  readonly tree: SyntaxTree;
  /** False where IPython runs some of it many times over. */
  readonly runsOnce: boolean;
}

/** Python, or what IPython would make of the code where it is none. */
export function parseCode(text: string): ParsedCode {
  const parsed = { source: text, tree: parsePython(text), runsOnce: true };
  if (parsed.tree.error === undefined) return parsed;
  const source = rewriteNotebookSyntax(text);
  const runsOnce = !/%timeit\b/.test(text);
  return source === undefined ? parsed : { source, tree: parsePython(source), runsOnce };
}
