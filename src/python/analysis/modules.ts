import { type Arguments, type Evaluator, type Place, argumentAt } from "./evaluator.ts";
import { literalOf } from "./text-methods.ts";
import { UNKNOWN, type Value, type Values, foreign, known, unique } from "./values.ts";

/** `__import__`, whose result is the top-level package, and `importlib.import_module`, whose is the module. */
export function importNamed(ev: Evaluator, args: Arguments, place: Place, top: boolean): Values {
  const names = argumentAt(args, [0, "name"]);
  return (names.length === 0 ? [UNKNOWN] : names).flatMap((name) => {
    const literal = literalOf(name);
    const how = top ? "__import__" : "importlib.import_module";
    if (literal === undefined || top) {
      const what = literal === undefined ? "a module whose name is not known here" : `\`${literal}\``;
      ev.found(
        { kind: "dynamic", target: how, certainty: "whole", message: `\`${how}\` imports ${what}` },
        place,
      );
    }
    return literal === undefined
      ? [UNKNOWN]
      : [
          importedModule(
            ev,
            top && argumentAt(args, [3, "fromlist"]).length === 0
              ? (literal.split(".")[0] ?? literal)
              : literal,
            place,
          ),
        ];
  });
}

/** `pkgutil.resolve_name("module:attribute")`, and the older way of writing it, with dots alone. */
export function resolvedName(ev: Evaluator, args: Arguments, place: Place): Values {
  return argumentAt(args, [0, "name"]).flatMap((name) => {
    const literal = literalOf(name);
    if (literal === undefined) return importNamed(ev, args, place, false);
    const [module = "", rest = ""] = literal.includes(":") ? literal.split(":") : atFirstDot(literal);
    const names = rest.split(".").filter((part) => part !== "");
    return names.reduce<Values>(
      (values, part) => unique(values.flatMap((value) => ev.attribute(value, part, place))),
      [importedModule(ev, module, place)],
    );
  });
}

function atFirstDot(dotted: string): readonly string[] {
  const dot = dotted.indexOf(".");
  return dot < 0 ? [dotted] : [dotted.slice(0, dot), dotted.slice(dot + 1)];
}

/** A module by name; a package that nothing is known about is found as such. */
export function importedModule(ev: Evaluator, path: string, place: Place): Value {
  const found = ev.knowledge.find(path);
  for (const kind of found?.entry.onImport ?? [])
    ev.found({ kind, message: `Importing \`${path}\` already acts` }, place);
  if (found !== undefined) return known(found.path);
  const top = path.split(".")[0] ?? path;
  if (ev.knowledge.isStandardLibrary(top)) return known(path);
  const message = `Nothing is known about the package \`${path}\``;
  ev.found({ kind: "unknown-import", target: path, certainty: "whole", message }, place);
  return foreign(path);
}
