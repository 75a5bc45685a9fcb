import { tokenize } from "./lexer.ts";
import { ParsedNode } from "./node.ts";
import { StatementParser } from "./statement-parser.ts";
import type { TextProblem } from "./text-problem.ts";
import { NoPython, TokenStream } from "./token-stream.ts";
import type { Tokens } from "./tokens.ts";
import type { SyntaxNode, SyntaxTree } from "./tree.ts";

/** Deeper than any code that people write, and shallow enough for those who walk the tree. */
const DEEPEST = 400;

/**
 * Reads Python as CPython 3.14 does, up to what only its compiler refuses. Never throws. Line ends are `\n` or `\r\n`; columns
 * count in UTF-16 units.
 */
export function parsePython(source: string): SyntaxTree {
  const tokens = tokenize(source);
  try {
    const root = new StatementParser(new TokenStream(source, tokens)).module();
    return tokens.problem === undefined ? numbered(root) : noPython(tokens.problem);
  } catch (error) {
    if (!(error instanceof NoPython)) throw error;
    return noPython(firstOf(error.problem, tokens));
  }
}

/** A token that is none is why the parser failed there. */
function firstOf(problem: TextProblem, { problem: other }: Tokens): TextProblem {
  return other !== undefined && other.start <= problem.start ? other : problem;
}

function noPython(error: TextProblem): SyntaxTree {
  const root = new ParsedNode("module", 0, 0);
  return { root, nodes: [root], error, tooDeep: [] };
}

/** Numbers the nodes in text order, and cuts off what is too deep, without recursion. */
function numbered(root: ParsedNode): SyntaxTree {
  const nodes: SyntaxNode[] = [];
  const tooDeep: SyntaxNode[] = [];
  const stack = [root];
  const depths = [0];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const depth = depths.pop() ?? 0;
    node.id = nodes.length;
    nodes.push(node);
    if (depth >= DEEPEST && node.children.length > 0) {
      tooDeep.push(node);
      node.children = [];
    }
    for (let index = node.children.length - 1; index >= 0; index -= 1) {
      const child = node.children[index];
      if (child === undefined) continue;
      stack.push(child);
      depths.push(depth + 1);
    }
  }
  return { root, nodes, error: undefined, tooDeep };
}
