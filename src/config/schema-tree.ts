import { IGNORED } from "./ignored-keys.ts";
import type { Key } from "./key.ts";
import { KEYS } from "./keys.ts";

/** The table of keys as the tree that a file is compared with. */
export interface SchemaNode {
  readonly children: ReadonlyMap<string, SchemaNode>;
  /** What any other name leads to. */
  readonly anyName?: SchemaNode;
  readonly key?: Key;
  readonly ignored?: string;
}

interface Growing {
  children: Map<string, Growing>;
  anyName?: Growing;
  key?: Key;
  ignored?: string;
}

export function schemaTree(): SchemaNode {
  const root: Growing = { children: new Map() };
  for (const key of KEYS) grow(root, key.path).key = key;
  for (const [path, reason] of Object.entries(IGNORED)) grow(root, path).ignored = reason;
  return root;
}

/** The table's row for a concrete path such as `framework.execution.modes.read_only.allows_writes`. */
export function keyAt(schema: SchemaNode, path: string): Key | undefined {
  let node: SchemaNode | undefined = schema;
  for (const name of path.split(".")) node = node?.children.get(name) ?? node?.anyName;
  return node?.key;
}

function grow(root: Growing, path: string): Growing {
  let node = root;
  for (const name of path.split(".")) {
    const next: Growing = (name === "*" ? node.anyName : node.children.get(name)) ?? { children: new Map() };
    if (name === "*") node.anyName = next;
    else node.children.set(name, next);
    node = next;
  }
  return node;
}
