import { type Arguments, argumentAt } from "./evaluator.ts";
import { combinations } from "./folds.ts";
import { type Template, concatenate, joinPaths, splitPath } from "./text.ts";
import { templateOf } from "./text-methods.ts";
import { type Value, type ValueOf, type Values, instance, text } from "./values.ts";

const SAME = new Set(["resolve", "absolute", "expanduser", "__enter__"]);

/** Methods of `pathlib.Path` that make another path; undefined for those that do something. */
export function callPathMethod(
  receiver: ValueOf<"instance">,
  name: string,
  args: Arguments,
): Values | undefined {
  const path = receiver.target;
  if (path === undefined) return undefined;
  if (SAME.has(name)) return [receiver];
  if (name === "as_posix") return [text(path)];
  if (name === "joinpath" || name === "__truediv__") {
    return args.rest.length > 0
      ? undefined
      : combinations(args.positional).map((parts) => pathTo(joinPaths([path, ...parts.map(templateOf)])));
  }
  if (name === "with_name")
    return argumentAt(args, [0, "name"]).map((own) =>
      pathTo(joinPaths([splitPath(path).folder, templateOf(own)])),
    );
  if (name !== "with_suffix") return undefined;
  return argumentAt(args, [0, "suffix"]).map((suffix) =>
    pathTo(concatenate(withoutSuffix(path), templateOf(suffix))),
  );
}

function withoutSuffix(path: Template): Template {
  const last = path.at(-1);
  if (typeof last !== "string") return path;
  const dot = last.lastIndexOf(".");
  return dot > last.lastIndexOf("/") ? [...path.slice(0, -1), last.slice(0, dot)] : path;
}

const pathTo = (path: Template): Value => instance("pathlib.Path", path);
