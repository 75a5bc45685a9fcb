import {
  type Arguments,
  type Evaluator,
  type Place,
  argumentAt,
  everyArgument,
  positional,
} from "./evaluator.ts";
import { literalOf } from "./text-methods.ts";
import { gap } from "./text.ts";
import {
  DATA,
  containerValue,
  NONE,
  UNKNOWN,
  type Value,
  type Values,
  instance,
  text,
  unique,
} from "./values.ts";

export const PARSER = "argparse.ArgumentParser";
export const NAMESPACE = "argparse.Namespace";

const SUBORDINATE = new Set([
  "add_argument_group",
  "add_mutually_exclusive_group",
  "add_subparsers",
  "add_parser",
]);
/** Actions that store what they are told themselves and not a word of the command line. */
const STORES_DATA = new Set(["store_true", "store_false", "count", "version", "help"]);

/**
 * A method of a parser of command lines. Code that is sent to a kernel has no command line of its own: an option is its
 * default or what the code itself hands to the parser. All parsers share one namespace here.
 */
export function callParser(
  ev: Evaluator,
  parser: Value,
  name: string,
  args: Arguments,
  place: Place,
): Values | undefined {
  if (name === "add_argument") {
    addArgument(ev, args, place);
    return [DATA];
  }
  if (name === "set_defaults") {
    for (const [option, values] of args.keywords) ev.grow(optionsOf(ev).keyed.named(option), values);
    return [];
  }
  if (name === "parse_args") return parsed(ev, args, place);
  if (name === "parse_known_args") {
    const both = ev.container(place.node, "options and the rest");
    both.sequence = [parsed(ev, args, place), [DATA]];
    ev.grow(both.elements, both.sequence.flat());
    return [containerValue(both)];
  }
  return SUBORDINATE.has(name) ? [parser] : undefined;
}

function addArgument(ev: Evaluator, args: Arguments, place: Place): void {
  const converters = argumentAt(args, [-1, "type"]);
  // Actions and what else is callable are not followed further.
  const others = everyArgument(args).filter((value) => !converters.includes(value));
  ev.escape(others, [text(gap("unknown"))], place);
  const words = args.positional.map((values) => literalOf(values[0]));
  const option = nameOf(argumentAt(args, [-1, "dest"]), words);
  const values = valuesOf(args, words[0]?.startsWith("-") === true);
  const converted = converters.flatMap((converter) => ev.call(converter, positional(values), place));
  if (option === undefined) ev.grow(optionsOf(ev).elements, [UNKNOWN]);
  else ev.grow(optionsOf(ev).keyed.named(option), unique([...values, ...converted]));
}

/** The first long option, or else the first, as an attribute. */
function nameOf(named: Values, words: readonly (string | undefined)[]): string | undefined {
  const name = literalOf(named[0]) ?? words.find((word) => word?.startsWith("--")) ?? words[0];
  return name?.replace(/^-+/, "").replaceAll("-", "_");
}

function valuesOf(args: Arguments, isOption: boolean): Values {
  const defaults = argumentAt(args, [-1, "default"]);
  const stored = argumentAt(args, [-1, "const"]);
  if (STORES_DATA.has(literalOf(argumentAt(args, [-1, "action"])[0]) ?? "")) return [DATA, ...defaults];
  if (defaults.length > 0 || stored.length > 0) return [...defaults, ...stored];
  return isOption ? [NONE] : [text(gap("unknown"))];
}

function parsed(ev: Evaluator, args: Arguments, place: Place): Values {
  const words = argumentAt(args, [0, "args"]).filter((value) => value.kind !== "constant");
  ev.grow(
    optionsOf(ev).elements,
    words.flatMap((value) =>
      value.kind === "container" ? value.definition.elements.values : ev.elements(value, place),
    ),
  );
  return [instance(NAMESPACE)];
}

/** What an option can be: its own values, and any word that the code hands to a parser. */
export function optionNamed(ev: Evaluator, name: string): Values {
  const options = optionsOf(ev);
  const own = options.keyed.find(name)?.values;
  return own === undefined ? [UNKNOWN] : unique([...own, ...options.elements.values]);
}

function optionsOf(ev: Evaluator): ReturnType<Evaluator["container"]> {
  return ev.container(ev.root, "command line");
}
