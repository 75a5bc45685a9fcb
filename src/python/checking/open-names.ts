import { LineTable } from "../analysis/line-table.ts";
import { parseCode } from "../analysis/parsed-code.ts";
import type { SyntaxNode } from "../syntax/tree.ts";

/** What may bind names that nobody reads in the code: text that is run, the table of names, the modules of built-ins and of the program. */
const OPENS = new Set(
  "exec eval execfile globals locals vars get_ipython builtins __builtins__ __builtin__ __main__ __dict__ f_globals f_locals modules".split(
    " ",
  ),
);
/** `sympy.var("x y")` binds x and y. */
const OF_SYMPY = new Set(["var", "init_session"]);

/** Tells where a name that the code does not bind may be bound all the same. */
export function namesMayBeOpen(code: string): (line: number) => boolean {
  const { source, tree } = parseCode(code);
  const lines = new LineTable(source);
  const opens = source.includes("sympy") ? new Set([...OPENS, ...OF_SYMPY]) : OPENS;
  const first = tree.nodes.find(
    ({ type, start, end }) => type === "identifier" && opens.has(source.slice(start, end)),
  );
  if (first === undefined) return () => false;
  const openFrom = lines.positionAt(first.start).line;
  const bodies = tree.nodes.filter(isFunction).map(({ start, end }) => ({
    from: lines.positionAt(start).line,
    to: lines.positionAt(end).line,
  }));
  // A function may be called behind it, wherever it stands.
  return (line) => line >= openFrom || bodies.some(({ from, to }) => from <= line && line <= to);
}

function isFunction({ type }: SyntaxNode): boolean {
  return type === "function_definition" || type === "lambda";
}
