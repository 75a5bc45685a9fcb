import { ExpressionParser } from "./expression-parser.ts";
import { type ParsedNode, as } from "./node.ts";
import { PatternParser } from "./patterns.ts";
import { SimpleStatementParser } from "./simple-statements.ts";
import type { TokenStream } from "./token-stream.ts";

/** Reads statements of every kind. */
export class StatementParser {
  private readonly stream: TokenStream;
  private readonly expressions: ExpressionParser;
  private readonly patterns: PatternParser;
  private readonly simple: SimpleStatementParser;

  constructor(stream: TokenStream) {
    this.stream = stream;
    this.expressions = new ExpressionParser(stream);
    this.patterns = new PatternParser(stream, this.expressions);
    this.simple = new SimpleStatementParser(stream, this.expressions, () => this.typeParameters());
  }

  module(): ParsedNode {
    const { stream } = this;
    const statements: ParsedNode[] = [];
    while (stream.kind !== "end") this.statement(statements);
    return stream.node("module", 0, statements);
  }

  /** One compound statement, or the simple ones of one line, into `found`. */
  private statement(found: ParsedNode[]): void {
    const compound = this.compound();
    if (compound !== undefined) found.push(compound);
    else if (this.stream.kind === "indent") this.stream.fail("unexpected indent");
    else this.simple.line(found);
  }

  private compound(): ParsedNode | undefined {
    const { stream } = this;
    switch (stream.kind) {
      case "if":
        return this.if();
      case "for":
        return this.for();
      case "while":
        return this.while();
      case "try":
        return this.try();
      case "with":
        return this.with();
      case "def":
        return this.function();
      case "class":
        return this.class();
      case "@":
        return this.decorated();
      case "async":
        return this.async();
      default:
        return stream.isName("match") && stream.opensBlockOf("case") ? this.match() : undefined;
    }
  }

  private async(): ParsedNode {
    const { stream } = this;
    const next = stream.peek(1);
    if (next === "def") return this.function();
    if (next === "for") return this.for();
    return next === "with" ? this.with() : stream.fail();
  }

  /** What a colon opens: statements below it, or behind it. */
  private block(what: string): ParsedNode {
    const { stream } = this;
    stream.expect(":");
    const statements: ParsedNode[] = [];
    if (!stream.take("newline")) {
      const { start } = stream;
      this.simple.line(statements);
      return stream.node("block", start, statements);
    }
    if (!stream.take("indent")) stream.fail(`expected an indented block after ${what}`);
    const { start } = stream;
    while (stream.kind !== "dedent" && stream.kind !== "end") this.statement(statements);
    stream.take("dedent");
    return stream.node("block", start, statements);
  }

  private if(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.expect("if");
    const children = [as("condition", this.expressions.named()), as("consequence", this.block("'if'"))];
    while (stream.kind === "elif") children.push(as("alternative", this.elif()));
    if (stream.kind === "else") children.push(as("alternative", this.else()));
    return stream.node("if_statement", start, children);
  }

  private elif(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const condition = as("condition", this.expressions.named());
    const consequence = as("consequence", this.block("'elif'"));
    return stream.node("elif_clause", start, [condition, consequence]);
  }

  private else(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const body = as("body", this.block("'else'"));
    return stream.node("else_clause", start, [body]);
  }

  private for(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.take("async");
    stream.expect("for");
    const children = [as("left", this.expressions.targets())];
    stream.expect("in");
    children.push(as("right", this.expressions.list()), as("body", this.block("'for'")));
    if (stream.kind === "else") children.push(as("alternative", this.else()));
    return stream.node("for_statement", start, children);
  }

  private while(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.expect("while");
    const children = [as("condition", this.expressions.named()), as("body", this.block("'while'"))];
    if (stream.kind === "else") children.push(as("alternative", this.else()));
    return stream.node("while_statement", start, children);
  }

  private try(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.expect("try");
    const children = [as("body", this.block("'try'"))];
    while (stream.kind === "except") children.push(this.except());
    const hasExcept = children.length > 1;
    if (hasExcept && stream.kind === "else") children.push(this.else());
    if (stream.kind === "finally") children.push(this.finally());
    if (children.length === 1) stream.fail("expected 'except' or 'finally' block");
    return stream.node("try_statement", start, children);
  }

  private except(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const isGroup = stream.take("*");
    const children = stream.kind === ":" && !isGroup ? [] : this.caught();
    children.push(this.block("'except'"));
    return stream.node("except_clause", start, children);
  }

  private caught(): ParsedNode[] {
    const { stream, expressions } = this;
    const { start } = stream;
    const first = expressions.expression();
    if (stream.take("as")) {
      const alias = this.asTarget(stream.identifier());
      return [as("value", stream.node("as_pattern", start, [first, alias]))];
    }
    const types = [as("value", first)];
    while (stream.take(",")) types.push(as("value", expressions.expression()));
    return types;
  }

  private asTarget(target: ParsedNode): ParsedNode {
    return as("alias", this.stream.node("as_pattern_target", target.start, [target]));
  }

  private finally(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const block = this.block("'finally'");
    return stream.node("finally_clause", start, [block]);
  }

  private with(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.take("async");
    stream.expect("with");
    const isInParentheses = stream.kind === "(" && stream.behindBracket() === ":";
    const clause = isInParentheses
      ? stream.either(
          () => this.itemsInParentheses(),
          () => this.items(),
        )
      : this.items();
    const body = as("body", this.block("'with'"));
    return stream.node("with_statement", start, [clause, body]);
  }

  private itemsInParentheses(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const items = [this.item()];
    while (stream.take(",") && stream.kind !== ")") items.push(this.item());
    stream.expect(")");
    return stream.node("with_clause", start, items);
  }

  private items(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    const items = [this.item()];
    while (stream.take(",")) items.push(this.item());
    return stream.node("with_clause", start, items);
  }

  private item(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    const value = this.expressions.expression();
    if (!stream.take("as")) return stream.node("with_item", start, [as("value", value)]);
    const alias = this.asTarget(this.expressions.target());
    const pattern = stream.node("as_pattern", start, [value, alias]);
    return stream.node("with_item", start, [as("value", pattern)]);
  }

  private function(): ParsedNode {
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
  private typeParameters(): ParsedNode {
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

  private class(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.expect("class");
    const children = [as("name", stream.identifier())];
    if (stream.kind === "[") children.push(as("type_parameters", this.typeParameters()));
    if (stream.kind === "(") children.push(as("superclasses", this.expressions.arguments.list()));
    children.push(as("body", this.block("class definition")));
    return stream.node("class_definition", start, children);
  }

  private decorated(): ParsedNode {
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

  private match(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const children = [as("subject", this.expressions.starredOrNamed())];
    while (stream.take(",") && stream.kind !== ":")
      children.push(as("subject", this.expressions.starredOrNamed()));
    stream.expect(":");
    stream.expect("newline");
    stream.expect("indent");
    children.push(as("body", this.cases()));
    return stream.node("match_statement", start, children);
  }

  private cases(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    const cases: ParsedNode[] = [];
    while (stream.isName("case")) cases.push(as("alternative", this.case()));
    stream.expect("dedent");
    return stream.node("block", start, cases);
  }

  private case(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const children = [...this.patterns.patterns()];
    if (stream.kind === "if") children.push(as("guard", this.guard()));
    children.push(as("consequence", this.block("'case'")));
    return stream.node("case_clause", start, children);
  }

  private guard(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const condition = this.expressions.named();
    return stream.node("if_clause", start, [condition]);
  }
}
