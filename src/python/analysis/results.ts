import { type Arguments, type Evaluator, type Place, argumentAt, everyArgument } from "./evaluator.ts";
import type { Known } from "./knowledge.ts";
import { ownTable } from "./namespaces.ts";
import { type Part, type Template, joinPaths } from "./text.ts";
import { templateOf } from "./text-methods.ts";
import { valuesAt } from "./targets.ts";
import {
  NUMBER,
  type Container,
  LIBRARY_DATA,
  NONE,
  UNKNOWN,
  type Value,
  type Values,
  containerValue,
  instance,
  text,
  textOf,
  unique,
} from "./values.ts";

/** What a call of a known function returns, in the words of `Entry.gives`. */
export function resultOf(
  ev: Evaluator,
  known: Known,
  receiver: Value | undefined,
  args: Arguments,
  place: Place,
): Values {
  const { entry, path } = known;
  const gives = entry.gives ?? (ev.knowledge.isType(path) ? path : "data");
  switch (gives) {
    case "data":
      return [LIBRARY_DATA];
    case "self":
      return receiver === undefined ? [LIBRARY_DATA] : [receiver];
    case "contents":
      return [contents(ev, args, place)];
    case "matches":
      return [matches(ev, known, receiver, args, place)];
    default:
      break;
  }
  if (gives.startsWith("instance-of:")) return instancesOf(ev, known, args);
  if (gives.startsWith("["))
    return [containerOf(ev, valuesNamed(gives.slice(1, -1), targetsKept(known, args)), place)];
  return valuesNamed(gives, targetsKept(known, args));
}

/** The value that a word of the knowledge stands for. */
export function valuesNamed(word: string, targets: readonly (Template | undefined)[] = [undefined]): Values {
  if (word.startsWith("text:")) return [textOf(word.slice("text:".length))];
  switch (word) {
    case "data":
      return [LIBRARY_DATA];
    case "none":
      return [NONE];
    case "own-names":
      return ownTable();
    case "number":
      return [NUMBER];
    case "unknown":
    case "unknown-if-callable":
      return [UNKNOWN];
    case "unknown-text":
      return [text([{ hole: "unknown" }])];
    case "data-text":
      return [text([{ hole: "data" }])];
    case "name-text":
      return [text([{ hole: "name" }])];
    default:
      return unique(targets.map((target) => instance(word, target)));
  }
}

/** The attribute of a module, in the words of `Entry.is`. */
export function attributeNamed(ev: Evaluator, word: string, place: Place): Values {
  return word.startsWith("[") ? [containerOf(ev, valuesNamed(word.slice(1, -1)), place)] : valuesNamed(word);
}

const MOST_KEPT = 32;

function targetsKept(known: Known, args: Arguments): readonly (Template | undefined)[] {
  if (known.entry.keeps === undefined) return [undefined];
  const values = argumentAt(args, known.entry.keeps).flatMap((value) =>
    value.kind === "container" ? value.definition.elements.values : [value],
  );
  const kept = values.slice(0, MOST_KEPT).map(templateOf);
  return values.length === 0 || values.length > MOST_KEPT ? [...kept, undefined] : kept;
}

function instancesOf(ev: Evaluator, known: Known, args: Arguments): Values {
  const targets = targetsKept(known, args);
  return argumentAt(args, [Number(known.entry.gives?.slice("instance-of:".length)), "cls"]).flatMap(
    (type) => {
      if (type.kind === "known" && ev.knowledge.isType(type.path))
        return targets.map((target) => instance(type.path, target));
      return type.kind === "class"
        ? [{ kind: "object" as const, definition: type.definition, key: `O${type.definition.id}` }]
        : [UNKNOWN];
    },
  );
}

/** A collection of whatever the arguments hold, one level down too: `zip`, `sorted`, `list`. */
function contents(ev: Evaluator, args: Arguments, place: Place): Value {
  const held = everyArgument(args).filter((value) => !isCallable(value));
  const inner = held.flatMap((value) => ev.elements(value, place));
  const container = ev.container(place.node, "contents");
  const row = ev.container(place.node, "row");
  ev.grow(row.elements, [...inner, NUMBER]);
  ev.grow(container.elements, [...inner, containerValue(row)]);
  return containerValue(container);
}

/** File names below a folder, or those that a pattern matches: they never leave the folder. */
function matches(
  ev: Evaluator,
  known: Known,
  receiver: Value | undefined,
  args: Arguments,
  place: Place,
): Value {
  const values = valuesAt(known.entry.path ?? [0], receiver, args, "");
  const folders = values.length === 0 ? [textOf(".")] : values;
  if (known.path === "os.walk" || known.path === "os.fwalk") return walked(ev, folders, place);
  const found = folders.flatMap((folder) => matchesIn(known, folder, args));
  return containerOf(ev, unique(found), place);
}

/** `os.walk` yields rows of folder, folder names, file names. */
function walked(ev: Evaluator, folders: Values, place: Place): Value {
  const names = ev.container(place.node, "names");
  ev.grow(names.elements, [text([{ hole: "name" }])]);
  const row = ev.container(place.node, "row");
  const roots = folders
    .map(templateOf)
    .flatMap((base) => [text(base), text(joinPaths([base, [{ hole: "name" }]]))]);
  row.sequence = [unique(roots), [containerValue(names)], [containerValue(names)]];
  ev.grow(row.elements, [...roots, containerValue(names)]);
  return containerOf(ev, [containerValue(row)], place);
}

function matchesIn(known: Known, folder: Value, args: Arguments): Values {
  const base = templateOf(folder);
  const name: Template = [{ hole: "name" }];
  if (known.path.startsWith("pathlib.")) {
    const pattern = argumentAt(args, [0]).map(templateOf)[0];
    return [
      instance("pathlib.Path", joinPaths(pattern === undefined ? [base, name] : [base, withNames(pattern)])),
    ];
  }
  if (known.path.startsWith("glob.")) return [text(withNames(base))];
  if (known.path === "os.scandir") return [instance("pathlib.Path", joinPaths([base, name]))];
  return [text(name)];
}

function withNames(pattern: Template): Template {
  return pattern.flatMap<Part>((part) =>
    typeof part === "string"
      ? part
          .split(/[*?]+|\[[^\]]*\]/)
          .flatMap((piece, index) => (index === 0 ? [piece] : [{ hole: "name" as const }, piece]))
      : [part],
  );
}

export function containerOf(ev: Evaluator, elements: Values, place: Place): Value {
  const container: Container = ev.container(place.node, "result");
  ev.grow(container.elements, elements);
  return containerValue(container);
}

export function isCallable(value: Value): boolean {
  return ["function", "class", "bound", "method"].includes(value.kind);
}
