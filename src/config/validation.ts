import { isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from "yaml";
import { accept } from "./accepting.ts";
import type { ConfigurationProblem } from "./configuration.ts";
import { couldGuard, meantKey } from "./foreign-keys.ts";
import { expand, type Environment } from "./interpolation.ts";
import type { Key, Value } from "./key.ts";
import { membersOf, nameOf, type Member } from "./members.ts";
import { schemaTree, type SchemaNode } from "./schema-tree.ts";
import type { Source } from "./source.ts";

/** What a file says: values by concrete path, each with the node that says it. */
export interface FileValues {
  readonly values: ReadonlyMap<string, { readonly value: Value; readonly node: Node }>;
  readonly problems: readonly ConfigurationProblem[];
}

/**
 * Compares a file with the schema. Never throws: every mistake becomes a problem at its place.
 * @param foreign What keys that no part of this product knows are: those of other documents, or mistakes.
 */
export function validate(
  source: Source,
  environment: Environment,
  foreign: "accepted" | "mistakes" = "accepted",
): FileValues {
  const walk = new Walk(source, environment, foreign);
  if (source.root !== null) walk.group(schemaTree(), source.root, "");
  return { values: walk.values, problems: [...source.syntaxProblems, ...walk.problems] };
}

/** Deeper than any document of people's; an alias may hold itself. */
const DEEPEST = 8;

class Walk {
  readonly values = new Map<string, { value: Value; node: Node }>();
  readonly problems: ConfigurationProblem[] = [];
  private readonly source: Source;
  private readonly environment: Environment;
  private readonly foreign: "accepted" | "mistakes";

  constructor(source: Source, environment: Environment, foreign: "accepted" | "mistakes") {
    this.foreign = foreign;
    this.source = source;
    this.environment = environment;
  }

  group(schema: SchemaNode, node: Node, path: string): void {
    if (isScalar(node) && node.value === null) return;
    if (isMap(node)) {
      for (const pair of membersOf(this.source, node as YAMLMap<Node, Node | null>))
        this.member(schema, pair, path);
      return;
    }
    const names = [...schema.children.keys()].join(", ");
    const where = path === "" ? "The file holds" : `${path} holds`;
    this.report("error", node, `${where} keys with values${names === "" ? "" : ` (${names})`}.`);
  }

  private member(schema: SchemaNode, pair: Member, path: string): void {
    const name = nameOf(pair);
    const next = schema.children.get(name) ?? this.named(schema, name);
    const place = path === "" ? name : `${path}.${name}`;
    const value = this.source.resolve(pair.value);
    if (next === undefined) this.unknown(schema, pair, path);
    else if (next.ignored !== undefined) {
      this.report("information", pair.key, `${place} is accepted and changes nothing. ${next.ignored}`);
    } else if (value === null) return;
    else if (next.key === undefined) this.group(next, value, place);
    else this.leaf(next.key, value, pair.value ?? value, place);
  }

  private named(schema: SchemaNode, name: string): SchemaNode | undefined {
    return /^[A-Za-z]\w*$/.test(name) ? schema.anyName : undefined;
  }

  /** What is near one of ours, or could guard something, is a mistake; the rest is another document's, and is said to be. */
  private unknown(schema: SchemaNode, pair: Member, path: string): void {
    const name = nameOf(pair);
    const known = [...schema.children.keys()];
    const meant = meantKey(name, known);
    const where = path === "" ? "" : ` in ${path}`;
    const guarding = this.guarding(pair, path);
    const isOurs = this.foreign === "mistakes" || meant !== undefined || name === "" || guarding === name;
    if (isOurs) {
      const hint = meant === undefined ? this.list(known) : ` Did you mean ${meant}?`;
      this.report("error", pair.key, `There is no key ${JSON.stringify(name)}${where}.${hint}`);
    } else if (guarding !== undefined) {
      const what = `${JSON.stringify(name)}${where}, which holds ${JSON.stringify(guarding)}`;
      this.report("error", pair.key, `There is no key ${what}: what that is to guard would not be guarded.`);
    } else {
      const place = path === "" ? name : `${path}.${name}`;
      this.report(
        "information",
        pair.key,
        `${place} is accepted and changes nothing: no key here has that name.`,
      );
    }
  }

  /** The first name, of the key itself or of what it holds, that could be meant to guard something. */
  private guarding(pair: Member, path: string, depth = 0): string | undefined {
    const name = nameOf(pair);
    if (couldGuard(name, path)) return name;
    const value = this.source.resolve(pair.value);
    const nodes = isSeq(value)
      ? (value.items as (Node | null)[]).map((one) => this.source.resolve(one))
      : [value];
    const maps = depth > DEEPEST ? [] : nodes.filter((node) => isMap(node));
    return maps
      .flatMap((map) => membersOf(this.source, map as YAMLMap<Node, Node | null>))
      .map((member) => this.guarding(member, "", depth + 1))
      .find((found) => found !== undefined);
  }

  private list(known: readonly string[]): string {
    return known.length > 0 && known.length <= 8 ? ` Keys here: ${known.join(", ")}.` : "";
  }

  private leaf(key: Key, node: Node, shown: Node, path: string): void {
    const plain = this.plain(node);
    if (plain === undefined || plain.value === null) return;
    const accepted = accept(
      key.accepts,
      key.accepts.type === "boolean" ? asBoolean(node, plain.value) : plain.value,
    );
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
    const pairs = membersOf(this.source, node as YAMLMap<Node, Node | null>).map(
      (member) => [nameOf(member), this.plain(member.value, depth + 1)] as const,
    );
    if (pairs.some(([, value]) => value === undefined)) return undefined;
    return { value: Object.fromEntries(pairs.map(([name, value]) => [name, value?.value])) };
  }

  private scalar(node: Scalar): { value: unknown } | undefined {
    if (typeof node.value !== "string") return { value: node.value };
    const { text, missing } = expand(node.value, this.environment);
    for (const name of missing) {
      const say = `\${${name}:-default}`;
      const why = `The variable ${name} is not set. Set it in .env, write ${say},`;
      this.report("error", node, `${why} or name it in your setting countersign.environmentVariables.`);
    }
    if (missing.length > 0) return undefined;
    const unquoted = node.type === "PLAIN" && text !== node.value;
    return { value: unquoted ? plainScalar(text) : text };
  }

  private report(severity: ConfigurationProblem["severity"], node: Node, message: string): void {
    this.problems.push(this.source.problem(severity, node, message));
  }
}

/** Words of YAML 1.1, which the framework's own loader reads; quoted they are text. */
const YES_AND_NO = new Map([
  ...["yes", "Yes", "YES", "on", "On", "ON"].map((word) => [word, true] as const),
  ...["no", "No", "NO", "off", "Off", "OFF"].map((word) => [word, false] as const),
]);

function asBoolean(node: Node, value: unknown): unknown {
  const isPlain = isScalar(node) && node.type === "PLAIN";
  return isPlain && typeof value === "string" ? (YES_AND_NO.get(value) ?? value) : value;
}

/** An unquoted `${PORT}` means the number that it would be if it were written out. */
function plainScalar(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : text;
}
