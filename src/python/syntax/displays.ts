import type { Expressions } from "./expressions.ts";
import { type ParsedNode, as } from "./node.ts";
import type { TokenStream } from "./token-stream.ts";

/** Reads what stands in brackets of its own: groups, tuples, lists, sets, dictionaries and comprehensions. */
export class DisplayParser {
  private readonly stream: TokenStream;
  private readonly expressions: Expressions;

  constructor(stream: TokenStream, expressions: Expressions) {
    this.stream = stream;
    this.expressions = expressions;
  }

  parentheses(): ParsedNode {
    const { stream, expressions } = this;
    const { start } = stream;
    stream.expect("(");
    if (stream.take(")")) return stream.node("tuple", start);
    const isYield = stream.kind === "yield";
    const first = isYield ? expressions.listOrYield() : expressions.starredOrNamed();
    if (!isYield && this.isComprehension())
      return this.comprehension("generator_expression", start, first, ")");
    if (!isYield && stream.kind === ",") return this.elements("tuple", start, first, ")");
    stream.expect(")");
    if (first.type === "list_splat")
      stream.fail("cannot use starred expression here", first.start, first.end);
    return stream.node("parenthesized_expression", start, [first]);
  }

  list(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.expect("[");
    if (stream.take("]")) return stream.node("list", start);
    const first = this.expressions.starredOrNamed();
    return this.isComprehension()
      ? this.comprehension("list_comprehension", start, first, "]")
      : this.elements("list", start, first, "]");
  }

  braces(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.expect("{");
    if (stream.take("}")) return stream.node("dictionary", start);
    const first = this.pairOrElement();
    const isDictionary = first.type === "pair" || first.type === "dictionary_splat";
    if (this.isComprehension())
      return this.comprehension(
        isDictionary ? "dictionary_comprehension" : "set_comprehension",
        start,
        first,
        "}",
      );
    return isDictionary ? this.pairs(start, first) : this.elements("set", start, first, "}");
  }

  /** `for … in … if …` behind what is in front of it, up to the closing bracket. */
  comprehension(type: string, start: number, body: ParsedNode, closing: string): ParsedNode {
    const { stream } = this;
    if (body.type.endsWith("_splat"))
      stream.fail("unpacking cannot be used in comprehension", body.start, body.end);
    const children = [as("body", body)];
    for (;;) {
      if (this.isComprehension()) children.push(this.forClause());
      else if (stream.kind === "if") children.push(this.ifClause());
      else break;
    }
    if (closing === ")" && stream.kind === ",")
      stream.fail("Generator expression must be parenthesized", body.start, stream.lastEnd);
    stream.expect(closing);
    return stream.node(type, start, children);
  }

  isComprehension(): boolean {
    const { stream } = this;
    return stream.kind === "for" || (stream.kind === "async" && stream.peek(1) === "for");
  }

  private forClause(): ParsedNode {
    const { stream, expressions } = this;
    const { start } = stream;
    stream.take("async");
    stream.expect("for");
    const left = as("left", expressions.targets());
    stream.expect("in");
    const right = as("right", expressions.disjunction());
    return stream.node("for_in_clause", start, [left, right]);
  }

  private ifClause(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.expect("if");
    const condition = this.expressions.disjunction();
    return stream.node("if_clause", start, [condition]);
  }

  private elements(type: string, start: number, first: ParsedNode, closing: string): ParsedNode {
    const { stream } = this;
    const children = [first];
    while (stream.take(",") && stream.kind !== closing) children.push(this.expressions.starredOrNamed());
    if (stream.kind !== closing) stream.fail("invalid syntax. Perhaps you forgot a comma?");
    stream.advance();
    return stream.node(type, start, children);
  }

  private pairs(start: number, first: ParsedNode): ParsedNode {
    const { stream } = this;
    const children = [first];
    while (stream.take(",") && stream.kind !== "}") {
      const pair = this.pairOrElement();
      if (pair.type !== "pair" && pair.type !== "dictionary_splat")
        stream.fail("':' expected after dictionary key");
      children.push(pair);
    }
    if (stream.kind !== "}") stream.fail("invalid syntax. Perhaps you forgot a comma?");
    stream.advance();
    return stream.node("dictionary", start, children);
  }

  private pairOrElement(): ParsedNode {
    const { stream, expressions } = this;
    const { start } = stream;
    if (stream.take("**")) return stream.node("dictionary_splat", start, [expressions.disjunction()]);
    const key = expressions.starredOrNamed();
    if (stream.kind !== ":" || key.type === "list_splat" || key.type === "named_expression") return key;
    stream.advance();
    const value = as("value", expressions.expression());
    return stream.node("pair", start, [as("key", key), value]);
  }
}
