import type { Expressions } from "./expressions.ts";
import { ImportParser } from "./imports.ts";
import { type ParsedNode, as } from "./node.ts";
import { checkDeletable, toTarget } from "./targets.ts";
import type { TokenStream } from "./token-stream.ts";

const AUGMENTED = new Set("+= -= *= /= //= %= @= &= |= ^= >>= <<= **=".split(" "));
const ANNOTATED = new Set(["identifier", "attribute", "subscript", "parenthesized_expression"]);
/** They were statements in Python 2. */
const OLD = new Set(["print", "exec"]);

/** Reads statements that hold no others. */
export class SimpleStatementParser {
  private readonly stream: TokenStream;
  private readonly expressions: Expressions;
  private readonly imports: ImportParser;
  private readonly typeParameters: () => ParsedNode;

  constructor(stream: TokenStream, expressions: Expressions, typeParameters: () => ParsedNode) {
    this.stream = stream;
    this.expressions = expressions;
    this.imports = new ImportParser(stream);
    this.typeParameters = typeParameters;
  }

  /** Those of one line, up to its end, into `found`. */
  line(found: ParsedNode[]): void {
    const { stream } = this;
    do found.push(this.statement());
    while (stream.take(";") && stream.kind !== "newline");
    if (stream.take("newline")) return;
    const last = found.at(-1);
    const word = last === undefined ? "" : stream.source.slice(last.start, last.end);
    stream.fail(OLD.has(word) ? `missing parentheses in call to '${word}'` : undefined);
  }

  private statement(): ParsedNode {
    const { stream } = this;
    switch (stream.kind) {
      case "import":
        return this.imports.import();
      case "from":
        return this.imports.from();
      case "return":
        return this.return();
      case "raise":
        return this.raise();
      case "del":
        return this.delete();
      case "assert":
        return this.assert();
      case "global":
      case "nonlocal":
        return this.names(`${stream.kind}_statement`);
      case "pass":
      case "break":
      case "continue":
        return stream.leaf(`${stream.kind}_statement`);
      default:
        return this.isTypeAlias() ? this.typeAlias() : this.expressionStatement();
    }
  }

  private return(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const value = this.isAtEnd() ? [] : [this.expressions.list()];
    return stream.node("return_statement", start, value);
  }

  private raise(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const raised = this.isAtEnd() ? [] : [this.expressions.expression()];
    if (raised.length > 0 && stream.take("from")) raised.push(as("cause", this.expressions.expression()));
    return stream.node("raise_statement", start, raised);
  }

  private delete(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const deleted = this.expressions.list();
    checkDeletable(stream, deleted);
    return stream.node("delete_statement", start, [deleted]);
  }

  private assert(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const parts = [this.expressions.expression()];
    if (stream.take(",")) parts.push(this.expressions.expression());
    return stream.node("assert_statement", start, parts);
  }

  private names(type: string): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const names = [stream.identifier()];
    while (stream.take(",")) names.push(stream.identifier());
    return stream.node(type, start, names);
  }

  private isTypeAlias(): boolean {
    const { stream } = this;
    return stream.isName("type") && stream.peek(1) === "name" && ["=", "["].includes(stream.peek(2));
  }

  private typeAlias(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const from = stream.start;
    const name = stream.identifier();
    const parameters = stream.kind === "[" ? [this.typeParameters()] : [];
    const left = as("left", stream.node("type", from, [name, ...parameters]));
    stream.expect("=");
    const right = as("right", this.type());
    return stream.node("type_alias_statement", start, [left, right]);
  }

  private type(): ParsedNode {
    const { start } = this.stream;
    const type = this.expressions.expression();
    return this.stream.node("type", start, [type]);
  }

  private expressionStatement(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    const first = this.expressions.listOrYield();
    if (stream.kind === "=") return this.holding(start, this.assignment(first));
    if (stream.kind === ":") return this.holding(start, this.annotated(first));
    if (AUGMENTED.has(stream.kind)) return this.holding(start, this.augmented(first));
    return stream.node(
      "expression_statement",
      start,
      first.type === "expression_list" ? first.children : [first],
    );
  }

  private holding(start: number, statement: ParsedNode): ParsedNode {
    return this.stream.node("expression_statement", start, [statement]);
  }

  /** `a = b = value` assigns to the first what the assignment to the second gives. */
  private assignment(first: ParsedNode): ParsedNode {
    const { stream } = this;
    const targets: ParsedNode[] = [];
    let value = first;
    while (stream.take("=")) {
      targets.push(toTarget(stream, value));
      value = this.expressions.listOrYield();
    }
    return targets.reduceRight(
      (right, left) => stream.node("assignment", left.start, [as("left", left), as("right", right)]),
      value,
    );
  }

  private annotated(target: ParsedNode): ParsedNode {
    const { stream } = this;
    if (!ANNOTATED.has(target.type)) stream.fail("illegal target for annotation", target.start, target.end);
    stream.expect(":");
    const parts = [as("left", toTarget(stream, target)), as("type", this.type())];
    if (stream.kind === ":") stream.fail("an annotation cannot hold a colon");
    if (stream.take("=")) parts.push(as("right", this.expressions.listOrYield()));
    return stream.node("assignment", target.start, parts);
  }

  private augmented(target: ParsedNode): ParsedNode {
    const { stream } = this;
    if (!ANNOTATED.has(target.type))
      stream.fail("illegal expression for augmented assignment", target.start, target.end);
    const left = as("left", toTarget(stream, target));
    const operator = as("operator", stream.leaf(stream.kind));
    const right = as("right", this.expressions.listOrYield());
    return stream.node("augmented_assignment", target.start, [left, operator, right]);
  }

  private isAtEnd(): boolean {
    return this.stream.kind === "newline" || this.stream.kind === ";";
  }
}
