import type { DisplayParser } from "./displays.ts";
import type { Expressions } from "./expressions.ts";
import { type ParsedNode, as } from "./node.ts";
import type { TokenStream } from "./token-stream.ts";

/** Reads what a call passes, and the base classes of a class. */
export class ArgumentParser {
  private readonly stream: TokenStream;
  private readonly expressions: Expressions;
  private readonly displays: DisplayParser;

  constructor(stream: TokenStream, expressions: Expressions, displays: DisplayParser) {
    this.stream = stream;
    this.expressions = expressions;
    this.displays = displays;
  }

  /** With the parentheses; a generator that is the only argument stands for the whole. */
  list(): ParsedNode {
    const { stream, displays } = this;
    const { start } = stream;
    stream.expect("(");
    const children: ParsedNode[] = [];
    while (stream.kind !== ")") {
      const argument = this.argument();
      if (displays.isComprehension()) {
        if (children.length === 0 && isPlain(argument))
          return displays.comprehension("generator_expression", start, argument, ")");
        stream.fail("Generator expression must be parenthesized", argument.start, argument.end);
      }
      this.checkOrder(argument, children.at(-1));
      children.push(argument);
      if (!stream.take(",") && stream.kind !== ")")
        stream.fail("invalid syntax. Perhaps you forgot a comma?");
    }
    stream.advance();
    return stream.node("argument_list", start, children);
  }

  private argument(): ParsedNode {
    const { stream, expressions } = this;
    const { start } = stream;
    if (stream.take("**")) return stream.node("dictionary_splat", start, [expressions.expression()]);
    if (stream.take("*")) return stream.node("list_splat", start, [expressions.expression()]);
    if (stream.kind !== "name" || stream.peek(1) !== "=") return expressions.named();
    const name = as("name", stream.identifier());
    stream.advance();
    const value = as("value", expressions.expression());
    return stream.node("keyword_argument", start, [name, value]);
  }

  private checkOrder(argument: ParsedNode, before: ParsedNode | undefined): void {
    const at = [argument.start, argument.end] as const;
    const isBehindKeyword = before?.type === "keyword_argument" || before?.type === "dictionary_splat";
    if (isBehindKeyword && isPlain(argument))
      this.stream.fail("positional argument follows keyword argument", ...at);
    if (before?.type === "dictionary_splat" && argument.type === "list_splat")
      this.stream.fail("iterable argument unpacking follows keyword argument unpacking", ...at);
  }
}

function isPlain({ type }: ParsedNode): boolean {
  return type !== "keyword_argument" && !type.endsWith("_splat");
}
