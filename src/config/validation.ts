import { isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from "yaml";
import { accept } from "./accepting.ts";
import type { ConfigurationProblem } from "./configuration.ts";
import { expand, type Environment } from "./interpolation.ts";
import type { Key, Value } from "./key.ts";
import { schemaTree, type SchemaNode } from "./schema-tree.ts";
import type { Source } from "./source.ts";
import { suggest } from "./suggestion.ts";

/** What a file says: values by concrete path, each with the node that says it. */
export interface FileValues {
  readonly values: ReadonlyMap<string, { readonly value: Value; readonly node: Node }>;
  readonly problems: readonly ConfigurationProblem[];
}

/** Compares a file with the schema. Never throws: every mistake becomes a problem at its place. */
export function validate(source: Source, environment: Environment): FileValues {
  const walk = new Walk(source, environment);
  if (source.root !== null) walk.group(schemaTree(), source.root, "");
  return { values: walk.values, problems: [...source.syntaxProblems, ...walk.problems] };
}

class Walk {
  readonly values = new Map<string, { value: Value; node: Node }>();
  readonly problems: ConfigurationProblem[] = [];
  private readonly source: Source;
  private readonly environment: Environment;

  constructor(source: Source, environment: Environment) {
    this.source = source;
    this.environment = environment;
  }

  group(schema: SchemaNode, node: Node, path: string): void {
    if (isScalar(node) && node.value === null) return;
    if (isMap(node)) {
      for (const pair of (node as YAMLMap<Node, Node | null>).items) this.member(schema, pair, path);
      return;
    }
    const names = [...schema.children.keys()].join(", ");
    const where = path === "" ? "The file holds" : `${path} holds`;
    this.report("error", node, `${where} keys with values${names === "" ? "" : ` (${names})`}.`);
  }

  private member(schema: SchemaNode, pair: Pair<Node, Node | null>, path: string): void {
    const name = isScalar(pair.key) ? String(pair.key.value) : "";
    const next = schema.children.get(name) ?? this.named(schema, name);
    const place = path === "" ? name : `${path}.${name}`;
    const value = this.source.resolve(pair.value);
    if (next === undefined) this.unknown(schema, pair.key, name, path);
    else if (next.ignored !== undefined) {
      this.report("information", pair.key, `${place} is accepted and changes nothing. ${next.ignored}`);
    } else if (value === null) return;
    else if (next.key === undefined) this.group(next, value, place);
    else this.leaf(next.key, value, pair.value ?? value, place);
  }

  private named(schema: SchemaNode, name: string): SchemaNode | undefined {
    return /^[A-Za-z]\w*$/.test(name) ? schema.anyName : undefined;
  }

  private unknown(schema: SchemaNode, node: Node, name: string, path: string): void {
    const known = [...schema.children.keys()];
    const meant = suggest(name, known);
    const where = path === "" ? "" : ` in ${path}`;
    const hint = meant === undefined ? this.list(known) : ` Did you mean ${meant}?`;
    this.report("error", node, `There is no key ${JSON.stringify(name)}${where}.${hint}`);
  }

  private list(known: readonly string[]): string {
    return known.length > 0 && known.length <= 8 ? ` Keys here: ${known.join(", ")}.` : "";
  }

  private leaf(key: Key, node: Node, shown: Node, path: string): void {
    const plain = this.plain(node);
    if (plain === undefined || plain.value === null) return;
    const accepted = accept(key.accepts, plain.value);
    if ("value" in accepted) this.values.set(path, { value: accepted.value, node: shown });
    else {
      const item = accepted.item !== undefined && isSeq(node) ? (node.items[accepted.item] as Node) : shown;
      this.report("error", item, `${path}: ${accepted.mistake}`);
    }
  }

  /**
   * The node as plain JavaScript, variables filled in; undefined where one is missing, which is reported.
   * No key accepts more than one level, so deeper ones (an alias may contain itself) are not followed.
   */
  private plain(given: Node | null, depth = 0): { value: unknown } | undefined {
    const node = this.source.resolve(given);
    if (isScalar(node)) return this.scalar(node);
    if (depth > 0) return { value: {} };
    if (isSeq(node)) {
      const items = (node.items as (Node | null)[]).map((item) => this.plain(item, depth + 1));
      return items.includes(undefined) ? undefined : { value: items.map((item) => item?.value) };
    }
    if (!isMap(node)) return { value: null };
    const pairs = (node as YAMLMap<Node, Node | null>).items.map(
      ({ key, value }) => [isScalar(key) ? String(key.value) : "", this.plain(value, depth + 1)] as const,
    );
    if (pairs.some(([, value]) => value === undefined)) return undefined;
    return { value: Object.fromEntries(pairs.map(([name, value]) => [name, value?.value])) };
  }

  private scalar(node: Scalar): { value: unknown } | undefined {
    if (typeof node.value !== "string") return { value: node.value };
    const { text, missing } = expand(node.value, this.environment);
    for (const name of missing) {
      const say = `\${${name}:-default}`;
      this.report("error", node, `The variable ${name} is not set. Set it in .env, or write ${say}.`);
    }
    if (missing.length > 0) return undefined;
    const unquoted = node.type === "PLAIN" && text !== node.value;
    return { value: unquoted ? plainScalar(text) : text };
  }

  private report(severity: ConfigurationProblem["severity"], node: Node, message: string): void {
    this.problems.push(this.source.problem(severity, node, message));
  }
}

/** An unquoted `${PORT}` means the number that it would be if it were written out. */
function plainScalar(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : text;
}
