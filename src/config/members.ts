import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";
import type { Source } from "./source.ts";

export type Member = Pair<Node, Node | null>;

/** No document needs more of them in one another, and an alias may hold itself. */
const DEEPEST = 8;

/** A mapping's members with those that it merges (`<<: *other`); its own come first, then those of the first one merged. */
export function membersOf(
  source: Pick<Source, "resolve">,
  map: YAMLMap<Node, Node | null>,
  depth = 0,
): readonly Member[] {
  const own = map.items.filter((pair) => !isMerge(pair));
  const merged = map.items.filter(isMerge).flatMap(({ value }) => mappings(source, value));
  const others = depth >= DEEPEST ? [] : merged.flatMap((one) => membersOf(source, one, depth + 1));
  const members = new Map<string, Member>();
  for (const pair of others) if (!members.has(nameOf(pair))) members.set(nameOf(pair), pair);
  const names = new Set(own.map(nameOf));
  return [...own, ...[...members.values()].filter((pair) => !names.has(nameOf(pair)))];
}

/** The name under which a member stands; empty for a key that is none. */
export function nameOf({ key }: Member): string {
  return isScalar(key) ? String(key.value) : "";
}

/** Only a plain one: quoted it is a name like any other. What it merges is a mapping, or a list of them. */
function isMerge({ key }: Member): boolean {
  return isScalar(key) && key.value === "<<" && key.type === "PLAIN";
}

function mappings(
  source: Pick<Source, "resolve">,
  value: Node | null,
): readonly YAMLMap<Node, Node | null>[] {
  const node = source.resolve(value);
  const nodes = isSeq(node) ? (node.items as (Node | null)[]).map((item) => source.resolve(item)) : [node];
  return nodes.filter((one): one is YAMLMap<Node, Node | null> => isMap(one));
}
