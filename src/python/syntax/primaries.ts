import { ArgumentParser } from "./arguments.ts";
import { DisplayParser } from "./displays.ts";
import type { Expressions } from "./expressions.ts";
import { type ParsedNode, as } from "./node.ts";
import { StringParser } from "./strings.ts";
import type { TokenStream } from "./token-stream.ts";

const LEAVES: Readonly<Record<string, string>> = {
  True: "true",
  False: "false",
  None: "none",
  "...": "ellipsis",
};

/** Reads what operators stand between. */
export class PrimaryParser {
  readonly arguments: ArgumentParser;
  private readonly stream: TokenStream;
  private readonly expressions: Expressions;
  private readonly strings: StringParser;
  private readonly displays: DisplayParser;

  constructor(stream: TokenStream, expressions: Expressions) {
    this.stream = stream;
    this.expressions = expressions;
    this.strings = new StringParser(stream, expressions);
    this.displays = new DisplayParser(stream, expressions);
    this.arguments = new ArgumentParser(stream, expressions, this.displays);
  }

  /** With the attributes, calls and subscripts behind it. */
  primary(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    let value = this.atom();
    for (;;) {
      if (stream.kind === ".") {
        stream.advance();
        const name = as("attribute", stream.identifier());
        value = stream.node("attribute", start, [as("object", value), name]);
      } else if (stream.kind === "(") {
        const list = as(
          "arguments",
          stream.nested(() => this.arguments.list()),
        );
        value = stream.node("call", start, [as("function", value), list]);
      } else if (stream.kind === "[") value = this.subscript(start, value);
      else return value;
    }
  }

  private subscript(start: number, value: ParsedNode): ParsedNode {
    const { stream } = this;
    const children = [as("value", value)];
    stream.expect("[");
    do
      children.push(
        as(
          "subscript",
          stream.nested(() => this.slice()),
        ),
      );
    while (stream.take(",") && stream.kind !== "]");
    if (stream.kind !== "]") stream.fail("invalid syntax. Perhaps you forgot a comma?");
    stream.advance();
    return stream.node("subscript", start, children);
  }

  private slice(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    const parts: ParsedNode[] = [];
    const part = (): void => {
      if (stream.kind !== ":" && stream.kind !== "," && stream.kind !== "]")
        parts.push(this.expressions.starredOrNamed());
    };
    if (stream.kind !== ":") {
      const first = this.expressions.starredOrNamed();
      if (stream.kind !== ":" || first.type === "list_splat" || first.type === "named_expression")
        return first;
      parts.push(first);
    }
    stream.expect(":");
    part();
    if (stream.take(":")) part();
    return stream.node("slice", start, parts);
  }

  /** A name, a literal, or what stands in brackets. */
  atom(): ParsedNode {
    const { stream } = this;
    switch (stream.kind) {
      case "name":
        return stream.leaf("identifier");
      case "number":
        return this.number();
      case "string":
      case "f-start":
        return this.strings.strings();
      case "(":
        return stream.nested(() => this.displays.parentheses());
      case "[":
        return stream.nested(() => this.displays.list());
      case "{":
        return stream.nested(() => this.displays.braces());
      default: {
        const leaf = LEAVES[stream.kind];
        return leaf === undefined ? stream.fail() : stream.leaf(leaf);
      }
    }
  }

  private number(): ParsedNode {
    const { start, end, source } = this.stream;
    const isHexadecimal = source[start] === "0" && /[xX]/.test(source[start + 1] ?? "");
    const isFloat = end - start > 1 && !isHexadecimal && /[.eE]/.test(source.slice(start, end));
    return this.stream.leaf(isFloat ? "float" : "integer");
  }
}
