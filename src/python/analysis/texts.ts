import { show } from "./functions.ts";
import { sequenceOf } from "./containers.ts";
import { type Arguments, type Evaluator, type Place, argumentAt, everyArgument } from "./evaluator.ts";
import { decoded } from "./exact-bytes.ts";
import { combinations } from "./folds.ts";
import { formatBraces } from "./formats.ts";
import { formatReaches } from "./introspection.ts";
import { itemsOf } from "./iteration.ts";
import { display, gap, whole, worstHole } from "./text.ts";
import { codecOf, encoded, foldStringMethod, joinTexts, piecesOf, templateOf } from "./text-methods.ts";
import { DATA, type Value, type ValueOf, type Values, containerValue, text, textOf } from "./values.ts";

type TextValue = ValueOf<"text">;

/** Kinds of values whose attributes lead to the code's own globals, or to a library's. */
const LEADS_ON: ReadonlySet<Value["kind"]> = new Set([
  "function",
  "class",
  "object",
  "known",
  "method",
  "foreign",
]);

/** Methods of strings and bytes that fold; undefined for the rest, which only compute. */
export function callTextMethod(
  ev: Evaluator,
  self: TextValue,
  name: string,
  args: Arguments,
  place: Place,
): Values | undefined {
  switch (name) {
    case "join":
      return joined(ev, self, args, place);
    case "format":
      return formatted(ev, self, args, place);
    case "format_map":
      findReach(ev, self, itemsOf(ev, everyArgument(args), place), place);
      return [text(gap("data"))];
    case "encode":
      return [text(encoded(self.template, codecOf(argumentAt(args, [0, "encoding"]))), true)];
    case "decode":
      return [decodedText(self, args)];
    case "split":
    case "rsplit":
    case "splitlines":
      return [pieces(ev, self, name, args, place)];
    case "translate":
      return [text(gap(worstHole(self.template) ?? "unknown"), self.bytes)];
    default: {
      const folded = combinations(args.positional).map((values) => foldStringMethod(self, name, values));
      const known = folded.filter((value) => value !== undefined);
      return known.length === 0 ? undefined : known;
    }
  }
}

function joined(ev: Evaluator, self: TextValue, args: Arguments, place: Place): Values {
  return (args.positional[0] ?? args.rest).flatMap((collection) => {
    const sequence = sequenceOf(collection);
    if (sequence === undefined || sequence.some((values) => values.length === 0)) {
      const worst = worstHole(ev.elements(collection, place).flatMap(templateOf));
      return [text(gap(worst === "number" ? "name" : (worst ?? "data")), self.bytes)];
    }
    return combinations(sequence).map((values) =>
      joinTexts(self.template, values.map(templateOf), self.bytes),
    );
  });
}

function formatted(ev: Evaluator, self: TextValue, args: Arguments, place: Place): Values {
  findReach(ev, self, everyArgument(args), place);
  show(ev, everyArgument(args), place);
  const format = whole(self.template);
  if (format === undefined || args.rest.length > 0)
    return [text(gap(worstHole(everyArgument(args).flatMap(templateOf)) ?? "data"))];
  const names = [...args.keywords.keys()];
  return combinations([...args.positional, ...args.keywords.values()]).map((values) => {
    const given = values.slice(args.positional.length);
    const named = new Map(names.map((name, index) => [name, given[index] ?? DATA]));
    return text(formatBraces(format, values.slice(0, args.positional.length), named));
  });
}

/** A format out of data is as good as unknown where it is given what leads into the program. */
function findReach(ev: Evaluator, self: TextValue, given: Values, place: Place): void {
  const hole = worstHole(self.template);
  const unknown = hole === "unknown" || (hole === "data" && given.some(({ kind }) => LEADS_ON.has(kind)));
  if (!unknown && !formatReaches(display(self.template))) return;
  const message = "This format string can read attributes of what it is given";
  ev.found({ kind: unknown ? "dynamic" : "introspects", message }, place);
}

function decodedText(self: TextValue, args: Arguments): Value {
  const bytes = whole(self.template);
  const folded = bytes === undefined ? undefined : decoded(bytes, codecOf(argumentAt(args, [0, "encoding"])));
  return folded === undefined ? text(gap(worstHole(self.template) ?? "unknown")) : textOf(folded);
}

function pieces(ev: Evaluator, self: TextValue, name: string, args: Arguments, place: Place): Value {
  const container = ev.container(place.node, "pieces");
  const isPlainCall = args.keywords.size + args.rest.length + args.named.length === 0;
  const sequence = isPlainCall ? piecesOf(self, name, args.positional) : undefined;
  ev.grow(container.elements, sequence?.flat() ?? [text(gap(worstHole(self.template) ?? "data"))]);
  container.sequence = sequence;
  return containerValue(container);
}
