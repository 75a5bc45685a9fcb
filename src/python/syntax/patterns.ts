import { type ParsedNode, as } from "./node.ts";
import type { PrimaryParser } from "./primaries.ts";
import type { TokenStream } from "./token-stream.ts";

/** Reads what a `case` compares with (PEP 634). */
export class PatternParser {
  private readonly stream: TokenStream;
  private readonly primaries: PrimaryParser;

  constructor(stream: TokenStream, primaries: PrimaryParser) {
    this.stream = stream;
    this.primaries = primaries;
  }

  /** All up to `if` or the colon. */
  patterns(): readonly ParsedNode[] {
    const { stream } = this;
    const found = [this.pattern()];
    while (stream.take(",") && stream.kind !== ":" && stream.kind !== "if") found.push(this.pattern());
    return found;
  }

  private pattern(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    if (stream.take("*")) return stream.node("case_pattern", start, [this.splat(start)]);
    const pattern = stream.node("case_pattern", start, this.alternatives());
    if (!stream.take("as")) return pattern;
    const named = stream.node("as_pattern", start, [pattern, stream.identifier()]);
    return stream.node("case_pattern", start, [stream.node(named.type, start, named.children)]);
  }

  /** Behind its star. */
  private splat(start: number): ParsedNode {
    const { stream } = this;
    const name = stream.identifier();
    const isIgnored = stream.source.slice(name.start, name.end) === "_";
    return stream.node("splat_pattern", start, isIgnored ? [] : [name]);
  }

  private alternatives(): readonly ParsedNode[] {
    const { stream } = this;
    const { start } = stream;
    const first = this.closed();
    if (stream.kind !== "|") return first;
    const found = [...first];
    while (stream.take("|")) found.push(...this.closed());
    return [stream.node("union_pattern", start, found)];
  }

  /** One pattern, or none where it is `_`. */
  private closed(): readonly ParsedNode[] {
    const { stream, primaries } = this;
    switch (stream.kind) {
      case "-":
      case "number":
        return [this.number()];
      case "string":
      case "f-start":
      case "True":
      case "False":
      case "None":
        return [primaries.atom()];
      case "(":
        return [stream.nested(() => this.sequence("tuple_pattern", ")"))];
      case "[":
        return [stream.nested(() => this.sequence("list_pattern", "]"))];
      case "{":
        return [stream.nested(() => this.mapping())];
      default:
        return this.nameOrClass();
    }
  }

  private number(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.take("-");
    const real = this.digits();
    if (stream.kind !== "+" && stream.kind !== "-") return real;
    stream.advance();
    const imaginary = this.digits();
    return stream.node("complex_pattern", start, [real, imaginary]);
  }

  private digits(): ParsedNode {
    return this.stream.kind === "number" ? this.primaries.atom() : this.stream.fail();
  }

  private sequence(type: string, closing: string): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const found: ParsedNode[] = [];
    while (stream.kind !== closing) {
      found.push(this.pattern());
      if (!stream.take(",")) break;
    }
    stream.expect(closing);
    return stream.node(type, start, found);
  }

  private mapping(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.advance();
    const found: ParsedNode[] = [];
    while (stream.kind !== "}") {
      const from = stream.start;
      if (stream.take("**")) found.push(this.splat(from));
      else {
        const keys = this.closed();
        stream.expect(":");
        found.push(...keys.map((key) => as("key", key)), as("value", this.pattern()));
      }
      if (!stream.take(",")) break;
    }
    stream.expect("}");
    return stream.node("dict_pattern", start, found);
  }

  private nameOrClass(): readonly ParsedNode[] {
    const { stream } = this;
    const { start } = stream;
    const parts = [stream.identifier()];
    while (stream.take(".")) parts.push(stream.identifier());
    const name = stream.node("dotted_name", start, parts);
    if (stream.kind === "(") return [stream.nested(() => this.classPattern(start, name))];
    return stream.source.slice(start, name.end) === "_" ? [] : [name];
  }

  private classPattern(start: number, name: ParsedNode): ParsedNode {
    const { stream } = this;
    const found = [name];
    stream.advance();
    while (stream.kind !== ")") {
      found.push(stream.kind === "name" && stream.peek(1) === "=" ? this.keyword() : this.pattern());
      if (!stream.take(",")) break;
    }
    stream.expect(")");
    return stream.node("class_pattern", start, found);
  }

  private keyword(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    const name = stream.identifier();
    stream.advance();
    const value = this.pattern();
    const keyword = stream.node("keyword_pattern", start, [name, value]);
    return stream.node("case_pattern", start, [keyword]);
  }
}
