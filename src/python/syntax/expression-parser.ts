import type { Expressions } from "./expressions.ts";
import { ParsedNode, as } from "./node.ts";
import { ParameterParser } from "./parameters.ts";
import { PrimaryParser } from "./primaries.ts";
import { toTarget } from "./targets.ts";
import type { TokenStream } from "./token-stream.ts";

const OR = 1;
const AND = 2;
const NOT = 3;
const COMPARISON = 4;
const BITWISE_OR = 5;
const PRECEDENCES: ReadonlyMap<string, number> = new Map([
  ["or", OR],
  ["and", AND],
  ...each("< <= == != >= > in is not", COMPARISON),
  ...each("|", BITWISE_OR),
  ...each("^", 6),
  ...each("&", 7),
  ...each("<< >>", 8),
  ...each("+ -", 9),
  ...each("* / // % @", 10),
]);

function each(operators: string, precedence: number): [string, number][] {
  return operators.split(" ").map((operator) => [operator, precedence]);
}

/** What can follow a complete list of expressions. */
const ENDS = new Set(
  "newline ; = ) ] } : end += -= *= /= //= %= @= &= |= ^= >>= <<= **= ! in for async from".split(" "),
);
/** Reads expressions: operators by their precedence, without a function for each. */
export class ExpressionParser implements Expressions {
  readonly primaries: PrimaryParser;
  readonly parameters: ParameterParser;
  private readonly stream: TokenStream;

  constructor(stream: TokenStream) {
    this.stream = stream;
    this.primaries = new PrimaryParser(stream, this);
    this.parameters = new ParameterParser(stream, this);
  }

  expression(): ParsedNode {
    const { stream } = this;
    if (stream.kind === "lambda") return stream.nested(() => this.lambda());
    const { start } = stream;
    const then = this.disjunction();
    if (!stream.take("if")) return then;
    const test = this.disjunction();
    if (!stream.take("else")) stream.fail("expected 'else' after 'if' expression", start);
    const otherwise = stream.nested(() => this.expression());
    return stream.node("conditional_expression", start, [then, test, otherwise]);
  }

  named(): ParsedNode {
    const { stream } = this;
    if (stream.kind !== "name" || stream.peek(1) !== ":=") return this.expression();
    const { start } = stream;
    const name = as("name", stream.identifier());
    stream.advance();
    const value = as("value", this.expression());
    return stream.node("named_expression", start, [name, value]);
  }

  starred(): ParsedNode {
    return this.stream.kind === "*" ? this.splat() : this.expression();
  }

  starredOrNamed(): ParsedNode {
    return this.stream.kind === "*" ? this.splat() : this.named();
  }

  list(): ParsedNode {
    return this.listOf(() => this.starred());
  }

  listOrYield(): ParsedNode {
    return this.stream.kind === "yield" ? this.yield() : this.list();
  }

  disjunction(): ParsedNode {
    return this.binary(OR);
  }

  targets(): ParsedNode {
    return toTarget(
      this.stream,
      this.listOf(() => (this.stream.kind === "*" ? this.splat() : this.binary(BITWISE_OR))),
    );
  }

  target(): ParsedNode {
    return toTarget(this.stream, this.stream.kind === "*" ? this.splat() : this.binary(BITWISE_OR));
  }

  private listOf(read: () => ParsedNode): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    const first = read();
    if (stream.kind !== ",") return first;
    const children = [first];
    while (stream.take(",") && !ENDS.has(stream.kind)) children.push(read());
    return stream.node("expression_list", start, children);
  }

  private splat(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.expect("*");
    const value = this.binary(BITWISE_OR);
    return stream.node("list_splat", start, [value]);
  }

  private yield(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.expect("yield");
    if (stream.take("from")) return stream.node("yield", start, [this.expression()]);
    if (ENDS.has(stream.kind)) return stream.node("yield", start);
    const value = this.list();
    return stream.node("yield", start, [value]);
  }

  private lambda(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.expect("lambda");
    const from = stream.start;
    const parameters = this.parameters.parameters(":");
    const list =
      parameters.length === 0 ? [] : [as("parameters", stream.node("lambda_parameters", from, parameters))];
    stream.expect(":");
    const body = as("body", this.expression());
    return stream.node("lambda", start, [...list, body]);
  }

  /** An operand and all operators behind it that bind at least so strongly. */
  private binary(least: number): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    let left = stream.kind === "not" ? this.not(least) : this.unary();
    for (;;) {
      const precedence = PRECEDENCES.get(stream.kind) ?? 0;
      if (precedence < least || precedence === 0) return left;
      if (precedence === COMPARISON) {
        if (stream.kind === "not" && stream.peek(1) !== "in") return left;
        left = this.comparison(start, left);
      } else left = this.operation(start, left, precedence);
    }
  }

  private operation(start: number, left: ParsedNode, precedence: number): ParsedNode {
    const { stream } = this;
    const operator = as("operator", stream.leaf(stream.kind));
    const right = as("right", this.binary(precedence + 1));
    const type = precedence <= AND ? "boolean_operator" : "binary_operator";
    return stream.node(type, start, [as("left", left), operator, right]);
  }

  private comparison(start: number, first: ParsedNode): ParsedNode {
    const { stream } = this;
    const children = [first];
    for (;;) {
      const isNot = stream.kind === "not";
      if (PRECEDENCES.get(stream.kind) !== COMPARISON || (isNot && stream.peek(1) !== "in")) break;
      const from = stream.start;
      const isIs = stream.kind === "is";
      let type = stream.kind;
      stream.advance();
      if (isNot && stream.take("in")) type = "not in";
      else if (isIs && stream.take("not")) type = "is not";
      children.push(as("operators", stream.node(type, from)), this.binary(BITWISE_OR));
    }
    return stream.node("comparison_operator", start, children);
  }

  private not(least: number): ParsedNode {
    const { stream } = this;
    const starts: number[] = [];
    if (least > NOT) stream.fail();
    while (stream.kind === "not") {
      starts.push(stream.start);
      stream.advance();
    }
    const operand = this.binary(COMPARISON);
    return starts.reduceRight(
      (argument, start) => stream.node("not_operator", start, [as("argument", argument)]),
      operand,
    );
  }

  private unary(): ParsedNode {
    const { stream } = this;
    const { kind } = stream;
    if (kind !== "-" && kind !== "+" && kind !== "~") return this.power();
    const operators: ParsedNode[] = [];
    while (stream.kind === "-" || stream.kind === "+" || stream.kind === "~")
      operators.push(as("operator", stream.leaf(stream.kind)));
    const operand = this.power();
    return operators.reduceRight(
      (argument, operator) =>
        stream.node("unary_operator", operator.start, [operator, as("argument", argument)]),
      operand,
    );
  }

  private power(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    const left = stream.kind === "await" ? this.await() : this.primaries.primary();
    if (stream.kind !== "**") return left;
    const operator = as("operator", stream.leaf("**"));
    const right = as(
      "right",
      stream.nested(() => this.unary()),
    );
    return stream.node("binary_operator", start, [as("left", left), operator, right]);
  }

  private await(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.expect("await");
    const value = this.primaries.primary();
    return stream.node("await", start, [value]);
  }
}
