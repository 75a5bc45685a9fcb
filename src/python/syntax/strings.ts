import type { Expressions } from "./expressions.ts";
import { ParsedNode, as } from "./node.ts";
import { stringStart } from "./string-literals.ts";
import type { TokenStream } from "./token-stream.ts";

/** Every escape; the first group where it is whole. */
const ESCAPES =
  /\\(?:([^xuUN]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U(?:000[\da-fA-F]|0010)[\da-fA-F]{4}|N\{[^{}]+\})|[xuUN])/gs;
const BYTE_ESCAPES = /\\(?:([^x]|x[\da-fA-F]{2})|x)/gs;

/** Reads string literals, those with fields as well, and such as stand beside each other. */
export class StringParser {
  private readonly stream: TokenStream;
  private readonly expressions: Expressions;

  constructor(stream: TokenStream, expressions: Expressions) {
    this.stream = stream;
    this.expressions = expressions;
  }

  strings(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    const first = this.string();
    if (!this.isString()) return first;
    const parts = [first];
    while (this.isString()) parts.push(this.string());
    const mixed = parts.find((part) => this.isBytes(part) !== this.isBytes(first));
    if (mixed !== undefined) stream.fail("cannot mix bytes and nonbytes literals", mixed.start, mixed.end);
    return stream.node("concatenated_string", start, parts);
  }

  private isString(): boolean {
    return this.stream.kind === "string" || this.stream.kind === "f-start";
  }

  private isBytes({ start, children }: ParsedNode): boolean {
    return /^[rR]?[bB]/.test(this.stream.source.slice(start, children[0]?.end));
  }

  private string(): ParsedNode {
    return this.stream.kind === "string" ? this.plain() : this.formatted();
  }

  private plain(): ParsedNode {
    const { stream } = this;
    const { start, end, source } = stream;
    stream.advance();
    let quotes = start;
    while (source[quotes] !== "'" && source[quotes] !== '"') quotes += 1;
    const { content, quote, isRaw, isBytes } =
      stringStart(source, start, quotes) ?? stream.fail("invalid string prefix");
    const behind = end - quote.length;
    if (!isRaw) this.checkEscapes(content, behind, isBytes);
    const children = [new ParsedNode("string_start", start, content)];
    if (behind > content) children.push(new ParsedNode("string_content", content, behind));
    children.push(new ParsedNode("string_end", behind, end));
    return new ParsedNode("string", start, end, children);
  }

  /** CPython takes an escape that it does not know for what is written, but none that it knows and that is cut short. */
  private checkEscapes(start: number, end: number, isBytes: boolean): void {
    const { stream } = this;
    const at = stream.source.indexOf("\\", start);
    if (at < 0 || at >= end) return;
    for (const match of stream.source.slice(at, end).matchAll(isBytes ? BYTE_ESCAPES : ESCAPES))
      if (match[1] === undefined)
        stream.fail("truncated or malformed escape", at + match.index, at + match.index + 2);
  }

  private formatted(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    const isRaw = /r/i.test(stream.text);
    const children = [stream.leaf("string_start")];
    while (stream.kind !== "f-end") {
      if (stream.kind === "f-text") {
        if (!isRaw) this.checkEscapes(stream.start, stream.end, false);
        children.push(stream.leaf("string_content"));
      } else children.push(this.field("interpolation"));
    }
    children.push(stream.leaf("string_end"));
    return stream.node("string", start, children);
  }

  private field(type: "interpolation" | "format_expression"): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.expect("{");
    if (stream.kind === "}") stream.fail("f-string: valid expression required before '}'");
    const children = [
      as(
        "expression",
        stream.nested(() => this.expressions.listOrYield()),
      ),
    ];
    stream.take("=");
    if (stream.kind === "!") children.push(as("type_conversion", this.conversion()));
    if (stream.kind === ":") children.push(as("format_specifier", this.format()));
    if (!stream.take("}")) stream.fail("f-string: expecting '}'");
    return stream.node(type, start, children);
  }

  private conversion(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    if (!/^[sra]$/.test(stream.text)) stream.fail("f-string: invalid conversion character");
    stream.advance();
    return stream.node("type_conversion", start);
  }

  private format(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    const children: ParsedNode[] = [];
    stream.expect(":");
    while (stream.kind === "f-text" || stream.kind === "{") {
      if (stream.kind === "{") children.push(this.field("format_expression"));
      else stream.advance();
    }
    return stream.node("format_specifier", start, children);
  }
}
