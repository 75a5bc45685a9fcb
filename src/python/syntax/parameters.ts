import type { Expressions } from "./expressions.ts";
import { type ParsedNode, as } from "./node.ts";
import type { TokenStream } from "./token-stream.ts";

/** Reads what a function or a lambda takes. */
export class ParameterParser {
  private readonly stream: TokenStream;
  private readonly expressions: Expressions;

  constructor(stream: TokenStream, expressions: Expressions) {
    this.stream = stream;
    this.expressions = expressions;
  }

  /** Up to `closing`, which is left; annotations only where they can be told from what follows. */
  parameters(closing: ")" | ":"): readonly ParsedNode[] {
    const { stream } = this;
    const found: ParsedNode[] = [];
    const order = new Order(stream);
    while (stream.kind !== closing) {
      const parameter = this.parameter(closing === ")");
      order.add(parameter);
      found.push(parameter);
      if (!stream.take(",")) break;
    }
    order.end();
    return found;
  }

  private parameter(isTyped: boolean): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    if (stream.kind === "/") return stream.leaf("positional_separator");
    if (stream.kind === "*") {
      const next = stream.peek(1);
      if (next === "," || next === ")" || next === ":") return stream.leaf("keyword_separator");
      return this.splat("list_splat_pattern", isTyped);
    }
    if (stream.kind === "**") return this.splat("dictionary_splat_pattern", isTyped);
    const name = stream.identifier();
    const type = isTyped && stream.take(":") ? this.annotation() : undefined;
    if (!stream.take("="))
      return type === undefined ? name : stream.node("typed_parameter", start, [name, type]);
    const value = as("value", this.expressions.expression());
    return type === undefined
      ? stream.node("default_parameter", start, [as("name", name), value])
      : stream.node("typed_default_parameter", start, [as("name", name), type, value]);
  }

  private splat(type: string, isTyped: boolean): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const name = stream.identifier();
    const splat = stream.node(type, start, [name]);
    if (!isTyped || !stream.take(":")) return splat;
    return stream.node("typed_parameter", start, [splat, this.annotation(type === "list_splat_pattern")]);
  }

  /** An annotation behind its colon. */
  private annotation(mayBeStarred = false): ParsedNode {
    const { start } = this.stream;
    const type = mayBeStarred ? this.expressions.starred() : this.expressions.expression();
    return as("type", this.stream.node("type", start, [type]));
  }
}

/** The order of parameters that CPython asks for. */
class Order {
  private previous: ParsedNode | undefined;
  private hasStar = false;
  private hasSlash = false;
  private hasDefault = false;
  private readonly stream: TokenStream;

  constructor(stream: TokenStream) {
    this.stream = stream;
  }

  add(parameter: ParsedNode): void {
    const splat = splatOf(parameter);
    const isStar = parameter.type === "keyword_separator" || splat === "list_splat_pattern";
    const isSlash = parameter.type === "positional_separator";
    const isDefault = parameter.type.endsWith("default_parameter");
    const problem =
      this.behindKeywords() ??
      (isStar && this.hasStar ? "* argument may appear only once" : undefined) ??
      (isSlash ? this.slash() : undefined) ??
      (this.lacksDefault(splat !== undefined || isStar || isSlash || isDefault)
        ? "parameter without a default follows parameter with a default"
        : undefined);
    if (problem !== undefined) this.stream.fail(problem, parameter.start, parameter.end);
    this.hasStar ||= isStar;
    this.hasSlash ||= isSlash;
    this.hasDefault ||= isDefault;
    this.previous = parameter;
  }

  end(): void {
    const { previous } = this;
    if (previous?.type === "keyword_separator")
      this.stream.fail("named arguments must follow bare *", previous.start, previous.end);
  }

  private behindKeywords(): string | undefined {
    const isBehind = this.previous !== undefined && splatOf(this.previous) === "dictionary_splat_pattern";
    return isBehind ? "arguments cannot follow var-keyword argument" : undefined;
  }

  private slash(): string | undefined {
    if (this.previous === undefined) return "at least one argument must precede /";
    if (this.hasSlash) return "/ may appear only once";
    return this.hasStar ? "/ must be ahead of *" : undefined;
  }

  private lacksDefault(needsNone: boolean): boolean {
    return !needsNone && !this.hasStar && this.hasDefault;
  }
}

/** The kind of `*args` and `**kwargs`, with or without an annotation. */
function splatOf(parameter: ParsedNode): string | undefined {
  const splat = parameter.type === "typed_parameter" ? parameter.children[0] : parameter;
  return splat?.type.endsWith("splat_pattern") === true ? splat.type : undefined;
}
