import type { Key, Value } from "./key.ts";
import { BUILT_IN_MODES } from "./built-in-modes.ts";
import { KEYS } from "./keys.ts";
import { keyAt, type SchemaNode } from "./schema-tree.ts";

/** Values by concrete path. */
export type Layer = ReadonlyMap<string, Value>;

export interface Layers {
  /** What an administrator said. */
  readonly machine: Layer;
  /** What the person said for themselves. */
  readonly user: Layer;
  /** What the repository's file says. */
  readonly workspace: Layer;
  /** What the person accepted of it although it is looser; holds while the file says exactly this. */
  readonly accepted: Layer;
  /** A file has a mistake: what it meant to forbid is unknown, so everything that guards is at its strictest. */
  readonly isBroken: boolean;
}

export interface Merged {
  readonly values: Layer;
  /** Paths where the file said something that is not in force, with what is. */
  readonly overruled: ReadonlyMap<string, Value>;
  /** Of those, the ones where a person's yes would put it in force. */
  readonly acceptable: ReadonlySet<string>;
}

const MODES = "framework.execution.modes.";

/** Machine over user over workspace, strictest wins; a file in a repository tightens, never loosens. */
export function merge(schema: SchemaNode, layers: Layers): Merged {
  const values = new Map<string, Value>();
  const overruled = new Map<string, Value>();
  const acceptable = new Set<string>();
  for (const path of pathsOf(layers)) {
    const key = keyAt(schema, path);
    if (key === undefined) continue;
    const asked = layers.workspace.get(path);
    const value = effective(key, path, layers);
    values.set(path, value);
    if (asked === undefined || same(asked, value)) continue;
    overruled.set(path, value);
    const accepted = new Map([...layers.accepted, [path, asked]]);
    if (same(asked, effective(key, path, { ...layers, accepted }))) acceptable.add(path);
  }
  return { values, overruled, acceptable };
}

/** The strictest value of a key that guards; its default for any other. */
export function strictest(key: Key): Value {
  if (key.merge === "and") return false;
  if (key.merge === "or") return true;
  return key.merge === "minimum" && key.accepts.type === "choice"
    ? (key.accepts.values.at(-1) ?? key.default)
    : key.default;
}

function effective(key: Key, path: string, layers: Layers): Value {
  if (layers.isBroken && key.guards) return strictest(key);
  const machine = layers.machine.get(path);
  const own = layers.user.get(path) ?? defaultOf(key, path);
  const asked = layers.workspace.get(path);
  if (key.merge === "user") return machine ?? own;
  if (key.merge === "workspace") return machine ?? asked ?? own;
  const accepted = layers.accepted.get(path);
  const isAccepted = accepted !== undefined && asked !== undefined && same(accepted, asked);
  return [machine, asked].reduce<Value>(
    (value, other) => stricter(key, value, other),
    isAccepted ? asked : own,
  );
}

function stricter(key: Key, a: Value, b: Value | undefined): Value {
  if (b === undefined) return a;
  if (a === null) return b;
  if (key.merge === "and") return a === true && b === true;
  if (key.merge === "or") return a === true || b === true;
  if (key.accepts.type === "choice") {
    const order = key.accepts.values;
    return order.indexOf(b as string) > order.indexOf(a as string) ? b : a;
  }
  return Math.min(Number(a), Number(b));
}

function defaultOf(key: Key, path: string): Value {
  if (!path.startsWith(MODES)) return key.default;
  const [mode = "", leaf = ""] = path.slice(MODES.length).split(".");
  return (Object.hasOwn(BUILT_IN_MODES, mode) ? BUILT_IN_MODES[mode]?.[leaf] : undefined) ?? key.default;
}

/** Every key of every mode that is built in or named by a layer, of everything else that a layer names, and every other key. */
function pathsOf({ machine, user, workspace }: Layers): Set<string> {
  const said = [...machine.keys(), ...user.keys(), ...workspace.keys()];
  return new Set(KEYS.flatMap(({ path }) => concrete(path, said)));
}

function concrete(path: string, said: readonly string[]): string[] {
  const star = path.indexOf("*");
  if (star < 0) return [path];
  const prefix = path.slice(0, star);
  const named = said.filter((one) => one.startsWith(prefix));
  const names = new Set(named.map((one) => one.slice(prefix.length).split(".")[0] ?? ""));
  if (prefix === MODES) for (const name of Object.keys(BUILT_IN_MODES)) names.add(name);
  return [...names].map((name) => path.replace("*", name));
}

function same(a: Value, b: Value): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
