import { type ParsedNode, as } from "./node.ts";
import type { TokenStream } from "./token-stream.ts";

/** Reads import statements of every form. */
export class ImportParser {
  private readonly stream: TokenStream;

  constructor(stream: TokenStream) {
    this.stream = stream;
  }

  import(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.expect("import");
    const names = [this.module()];
    while (stream.take(",")) names.push(this.module());
    return stream.node("import_statement", start, names);
  }

  from(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    stream.expect("from");
    const module = this.origin();
    stream.expect("import");
    const isFuture = stream.source.slice(module.start, module.end) === "__future__";
    const type = isFuture ? "future_import_statement" : "import_from_statement";
    const from = isFuture ? [] : [as("module_name", module)];
    if (stream.kind === "*") {
      const all = stream.leaf("wildcard_import");
      return stream.node(type, start, [...from, all]);
    }
    const names = stream.kind === "(" ? this.inParentheses() : this.names();
    return stream.node(type, start, [...from, ...names]);
  }

  dotted(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    const names = [stream.identifier()];
    while (stream.take(".")) names.push(stream.identifier());
    return stream.node("dotted_name", start, names);
  }

  private module(): ParsedNode {
    return this.aliased(this.dotted());
  }

  private name(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    const name = stream.identifier();
    return this.aliased(stream.node("dotted_name", start, [name]));
  }

  private aliased(name: ParsedNode): ParsedNode {
    const { stream } = this;
    if (!stream.take("as")) return as("name", name);
    const alias = as("alias", stream.identifier());
    return as("name", stream.node("aliased_import", name.start, [as("name", name), alias]));
  }

  /** What stands behind `from`: dots, a name, or both. */
  private origin(): ParsedNode {
    const { stream } = this;
    const { start } = stream;
    while (stream.kind === "." || stream.kind === "...") stream.advance();
    if (stream.lastEnd <= start) return this.dotted();
    const prefix = stream.node("import_prefix", start);
    const name = stream.kind === "name" ? [this.dotted()] : [];
    return stream.node("relative_import", start, [prefix, ...name]);
  }

  private names(): readonly ParsedNode[] {
    const { stream } = this;
    const names = [this.name()];
    while (stream.take(",")) {
      if (stream.kind === "newline")
        stream.fail("trailing comma not allowed without surrounding parentheses");
      names.push(this.name());
    }
    return names;
  }

  private inParentheses(): readonly ParsedNode[] {
    const { stream } = this;
    stream.advance();
    const names = [this.name()];
    while (stream.take(",") && stream.kind !== ")") names.push(this.name());
    stream.expect(")");
    return names;
  }
}
