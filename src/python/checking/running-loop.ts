import { LineTable } from "../analysis/line-table.ts";
import { parseCode } from "../analysis/parsed-code.ts";
import { type SyntaxNode, childOf, childrenOf } from "../syntax/tree.ts";
import { Origins } from "./origins.ts";

const LOOP = String.raw`asyncio(\.events)?\.(get_event_loop|new_event_loop|get_running_loop)\(\)`;
/** What starts an event loop, or goes on with one, and fails where one runs already: seen with Python 3.11, anyio 4 and tornado 6. */
const STARTS_LOOP = new RegExp(
  String.raw`^(asyncio(\.runners)?\.(run|Runner\(\)\.run)|anyio\.run|${LOOP}\.run_(until_complete|forever)|tornado\.ioloop\.IOLoop\.(current|instance)\(\)\.run_sync)$`,
);
/** With these in it, the code may have made a loop that can be nested, or other functions of these. */
const MAY_NEST = /\bnest_asyncio\b|\basyncio\.\w+\s*=[^=]/;
const MAY_NOT_HAPPEN = new Set([
  "lambda",
  "conditional_expression",
  "boolean_operator",
  "generator_expression",
  "list_comprehension",
  "set_comprehension",
  "dictionary_comprehension",
]);
/** Exceptions that a RuntimeError is none of. */
const OTHER_EXCEPTIONS =
  /^(KeyboardInterrupt|SystemExit|ImportError|ModuleNotFoundError|(Value|Key|Index|Type|OS|IO|Connection|Timeout|FileNotFound)Error)$/;
const ENDS = /^(sys\.)?exit$|^quit$/;
const MOST_CALLS = 8;

interface StartedLoop {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** The first place that surely starts an event loop, where a kernel's runs already. */
export function findStartedLoop(code: string): StartedLoop | undefined {
  if (!/\b(asyncio|anyio|tornado)\b/.test(code) || MAY_NEST.test(code)) return undefined;
  const { source, tree } = parseCode(code);
  const found = new SureCalls(source, new Origins(source, tree)).firstIn(tree.root);
  if (typeof found !== "object") return undefined;
  const callee = childOf(found, "function") ?? found;
  return {
    line: new LineTable(source).positionAt(found.start).line,
    message: `\`${source.slice(callee.start, callee.end)}\` fails here, because an event loop runs already: use \`await\` at the top level in its place`,
  };
}

/** The call that was looked for; `over` where nothing further is sure to happen, `returned` where that is so in this function. */
type Result = SyntaxNode | "over" | "returned" | undefined;

/** Follows what surely happens: statement after statement, and into the code's own functions that it calls. */
class SureCalls {
  private readonly source: string;
  private readonly origins: Origins;
  private readonly entered: SyntaxNode[] = [];

  constructor(source: string, origins: Origins) {
    this.source = source;
    this.origins = origins;
  }

  firstIn(block: SyntaxNode): Result {
    for (const statement of block.children) {
      const result = this.inStatement(statement);
      if (result !== undefined) return result;
    }
    return undefined;
  }

  private inStatement(statement: SyntaxNode): Result {
    switch (statement.type) {
      case "expression_statement":
      case "assert_statement":
        return this.inExpression(statement);
      case "return_statement":
        return this.inExpression(statement) ?? "returned";
      case "raise_statement":
        return this.inExpression(statement) ?? "over";
      case "if_statement":
        return this.inIf(statement);
      case "with_statement":
        return this.inWith(statement);
      case "try_statement":
        return this.inTry(statement);
      case "for_statement":
        return this.inParts(statement, "right");
      default:
        return undefined;
    }
  }

  private inIf(statement: SyntaxNode): Result {
    const before = this.inParts(statement, "condition");
    const isMain = childrenOf(statement, "condition").some((one) =>
      /^__name__\s*==\s*["']__main__["']$/.test(this.source.slice(one.start, one.end)),
    );
    return before ?? (isMain ? this.inParts(statement, "consequence") : undefined);
  }

  /** What it stands with may keep it from failing, unless that is known not to. */
  private inWith(statement: SyntaxNode): Result {
    const values = statement.children
      .flatMap(({ type, children }) => (type === "with_clause" ? children : []))
      .flatMap(({ children }) => children)
      .map((value) => (value.type === "as_pattern" ? (value.children[0] ?? value) : value));
    const before = this.firstOf(values.map((value) => () => this.inExpression(value)));
    const isPlain = values.every((value) => this.isPlain(value));
    return before ?? (isPlain ? this.inParts(statement, "body") : undefined);
  }

  private isPlain(value: SyntaxNode): boolean {
    const written = this.source.slice(value.start, value.end);
    return written.startsWith("open(") || /^asyncio\.Runner\(\)$/.test(this.origins.pathOf(value) ?? "");
  }

  private inTry(statement: SyntaxNode): Result {
    const clauses = statement.children.filter(({ type }) => type === "except_clause");
    return clauses.every((clause) => this.catchesOthers(clause))
      ? this.inParts(statement, "body")
      : undefined;
  }

  private catchesOthers(clause: SyntaxNode): boolean {
    const value = childOf(clause, "value");
    const caught = value?.type === "tuple" ? value.children : [value];
    return caught.every((one) => one !== undefined && OTHER_EXCEPTIONS.test(this.written(one)));
  }

  private written({ start, end }: SyntaxNode): string {
    return this.source.slice(start, end).replace(/\s+as\s.*$/s, "");
  }

  private inParts(statement: SyntaxNode, field: string): Result {
    const parts = childrenOf(statement, field);
    return this.firstOf(
      parts.map((part) => () => (part.type === "block" ? this.firstIn(part) : this.inExpression(part))),
    );
  }

  private inExpression(node: SyntaxNode): Result {
    if (MAY_NOT_HAPPEN.has(node.type)) return undefined;
    const within = this.firstOf(node.children.map((child) => () => this.inExpression(child)));
    return within ?? (node.type === "call" ? this.inCall(node) : undefined);
  }

  private inCall(call: SyntaxNode): Result {
    const callee = childOf(call, "function");
    if (callee === undefined) return undefined;
    if (STARTS_LOOP.test(this.origins.pathOf(callee) ?? "")) return call;
    if (ENDS.test(this.written(callee))) return "over";
    const called = this.origins.functionNamed(callee);
    return called === undefined ? undefined : this.inFunction(called);
  }

  private inFunction(definition: SyntaxNode): Result {
    const body = childOf(definition, "body");
    const isKnown = this.entered.includes(definition) || this.entered.length >= MOST_CALLS;
    if (body === undefined || isKnown || !isPlainFunction(definition, this.source)) return undefined;
    this.entered.push(definition);
    const result = this.firstIn(body);
    this.entered.pop();
    return result === "returned" ? undefined : result;
  }

  private firstOf(parts: readonly (() => Result)[]): Result {
    for (const part of parts) {
      const result = part();
      if (result !== undefined) return result;
    }
    return undefined;
  }
}

/** Calling a coroutine or a generator runs nothing of it. */
function isPlainFunction(definition: SyntaxNode, source: string): boolean {
  return !source.startsWith("async", definition.start) && !holdsYield(definition);
}

function holdsYield(node: SyntaxNode): boolean {
  return node.type === "yield" || node.children.some(holdsYield);
}
