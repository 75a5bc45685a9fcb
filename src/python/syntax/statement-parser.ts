import { DefinitionParser } from "./definitions.ts";
import { ExpressionParser } from "./expression-parser.ts";
import { type ParsedNode, as } from "./node.ts";
import { PatternParser } from "./patterns.ts";
import { SimpleStatementParser } from "./simple-statements.ts";
import type { TokenStream } from "./token-stream.ts";

/** Reads statements of every kind. */
export class StatementParser {
  private readonly stream: TokenStream;
  private readonly expressions: ExpressionParser;
  private readonly definitions: DefinitionParser;
  private readonly patterns: PatternParser;
  private readonly simple: SimpleStatementParser;

  constructor(stream: TokenStream) {
    this.stream = stream;
    this.expressions = new ExpressionParser(stream);
    this.definitions = new DefinitionParser(stream, this.expressions, (what) => this.block(what));
    this.patterns = new PatternParser(stream, this.expressions.primaries);
    this.simple = new SimpleStatementParser(stream, this.expressions, () =>
      this.definitions.typeParameters(),
    );
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
        return this.definitions.function();
      case "class":
        return this.definitions.class();
      case "@":
        return this.definitions.decorated();
      case "async":
        return this.async();
      default:
        return stream.isName("match") && stream.opensBlockOf("case") ? this.match() : undefined;
    }
  }

  private async(): ParsedNode {
    const { stream } = this;
    const next = stream.peek(1);
    if (next === "def") return this.definitions.function();
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
