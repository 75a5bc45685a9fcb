import type { ExpressionParser } from "./expression-parser.ts";
import { type ParsedNode, as } from "./node.ts";
import type { TokenStream } from "./token-stream.ts";

/** Reads functions and classes. */
export class DefinitionParser {
  private readonly stream: TokenStream;
  private readonly expressions: ExpressionParser;
  private readonly block: (what: string) => ParsedNode;

  /** `block` reads what a colon opens, behind what it is named. */
  constructor(stream: TokenStream, expressions: ExpressionParser, block: (what: string) => ParsedNode) {
    this.stream = stream;
    this.expressions = expressions;
    this.block = block;
  }

  /** With `async`, but without decorators. */
  function(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.take("async");
    stream.expect("def");
    const children = [as("name", stream.identifier())];
    if (stream.kind === "[") children.push(as("type_parameters", this.typeParameters()));
    children.push(as("parameters", this.parameters()));
    if (stream.take("->")) children.push(as("return_type", this.type()));
    children.push(as("body", this.block("function definition")));
    return stream.node("function_definition", start, children);
  }

  private parameters(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.expect("(");
    const parameters = this.expressions.parameters.parameters(")");
    stream.expect(")");
    return stream.node("parameters", start, parameters);
  }

  private type(): ParsedNode {
    const { start } = this.stream;
    const type = this.expressions.expression();
    return this.stream.node("type", start, [type]);
  }

  /** `[T, U: bound = default, *Ts, **P]` (PEP 695). */
  typeParameters(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.expect("[");
    const children: ParsedNode[] = [];
    do {
      if (stream.kind === "*" || stream.kind === "**") stream.advance();
      const from = stream.start;
      const parts = [stream.identifier()];
      if (stream.take(":")) parts.push(this.expressions.expression());
      if (stream.take("=")) parts.push(this.expressions.starred());
      children.push(stream.node("type", from, parts));
    } while (stream.take(",") && stream.kind !== "]");
    stream.expect("]");
    return stream.node("type_parameter", start, children);
  }

  class(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.expect("class");
    const children = [as("name", stream.identifier())];
    if (stream.kind === "[") children.push(as("type_parameters", this.typeParameters()));
    if (stream.kind === "(") children.push(as("superclasses", this.expressions.primaries.arguments.list()));
    children.push(as("body", this.block("class definition")));
    return stream.node("class_definition", start, children);
  }

  decorated(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    const children: ParsedNode[] = [];
    while (stream.kind === "@") children.push(this.decorator());
    children.push(as("definition", this.definition()));
    return stream.node("decorated_definition", start, children);
  }

  private decorator(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const value = this.expressions.named();
    const decorator = stream.node("decorator", start, [value]);
    stream.expect("newline");
    return decorator;
  }

  private definition(): ParsedNode {
    const { stream } = this;
    if (stream.kind === "class") return this.class();
    const isFunction = stream.kind === "def" || (stream.kind === "async" && stream.peek(1) === "def");
    return isFunction ? this.function() : stream.fail();
  }
}
