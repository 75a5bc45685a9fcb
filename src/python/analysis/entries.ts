import type { EffectKind } from "../../approval/assessment.ts";
import { callsBack, mayBeCommand } from "./commands.ts";
import {
  type Arguments,
  type Evaluator,
  NO_ARGUMENTS,
  type Place,
  argumentAt,
  everyArgument,
} from "./evaluator.ts";
import { expressionActs } from "./expressions-in-text.ts";
import { findAttached, findFileEffects, isFileKind } from "./file-effects.ts";
import type { Known } from "./knowledge.ts";
import type { Condition, Entry } from "./knowledge-domain.ts";
import { loseNames } from "./losses.ts";
import { phrase } from "./phrases.ts";
import { resultOf } from "./results.ts";
import { type Target, NO_TARGET, commandOf, putValues, targetsOf, valueText, valuesAt } from "./targets.ts";
import { whole } from "./text.ts";
import { literalOf } from "./text-methods.ts";
import type { Value, Values } from "./values.ts";

/** Calls what the knowledge has an entry for: its effects are found, its result follows from the entry. */
export function callEntry(
  ev: Evaluator,
  known: Known,
  receiver: Value | undefined,
  args: Arguments,
  place: Place,
): Values {
  findEffects(ev, known, receiver, args, place);
  const every = everyArgument(args);
  if (callsBack(known.path))
    for (const value of every) if (mayBeCommand(ev.knowledge, value)) ev.call(value, NO_ARGUMENTS, place);
  const handed = isInert(known, args) ? every.flatMap(shown) : every;
  if (handed.length > 0) ev.escape(handed, receiver === undefined ? [] : [receiver], place);
  return resultOf(ev, known, receiver, args, place);
}

/** What shows all that it stands for when it is shown: the environment. */
function shown(value: Value): Values {
  const held = value.kind === "container" ? value.definition.elements.values : [value];
  return held.filter(({ kind }) => kind === "instance");
}

/** Of what `print` and `len` are given, they call only what operators call too; another file to print to is another matter. */
function isInert({ entry }: Known, args: Arguments): boolean {
  return entry.inert === true && args.named.length === 0 && !args.keywords.has("file");
}

export function findEffects(
  ev: Evaluator,
  known: Known,
  receiver: Value | undefined,
  args: Arguments,
  place: Place,
): void {
  const { entry } = known;
  findFileEffects(ev, known, receiver, args, place);
  for (const kind of entry.does ?? []) {
    if (!isFileKind(kind))
      for (const target of targetsFor(kind, entry, receiver, args, known))
        tell(ev, kind, target, known, args, place);
  }
  for (const kind of entry.also?.does ?? [])
    if (!isFileKind(kind)) tell(ev, kind, NO_TARGET, known, args, place);
  for (const condition of entry.when ?? []) findConditional(ev, condition, known, receiver, args, place);
  if (entry.sql !== undefined) findAttached(ev, known, argumentAt(args, entry.sql), place);
  if (entry.runs !== undefined) findNested(ev, known, argumentAt(args, entry.runs), place);
  if (entry.expression !== undefined) findExpression(ev, known, argumentAt(args, entry.expression), place);
}

/** Effects of reading or setting an attribute. */
export function findAttributeEffects(
  ev: Evaluator,
  kinds: readonly EffectKind[],
  known: Known,
  receiver: Value | undefined,
  args: Arguments,
  place: Place,
): void {
  const name = known.path.slice(known.path.lastIndexOf(".") + 1);
  const at = known.entry.channel;
  const targets = at === undefined ? [NO_TARGET] : orNone(targetsOf(valuesAt(at, receiver, args, name)));
  for (const kind of kinds)
    for (const target of targets) tell(ev, kind, target, known, args, place, argumentAt(args, [0]));
}

function targetsFor(
  kind: EffectKind,
  entry: Entry,
  receiver: Value | undefined,
  args: Arguments,
  known: Known,
): readonly Target[] {
  const name = known.path.slice(known.path.lastIndexOf(".") + 1);
  if (kind.startsWith("control") && entry.channel !== undefined)
    return orNone(targetsOf(valuesAt(entry.channel, receiver, args, name)));
  if (kind === "network" && entry.url !== undefined) return orNone(targetsOf(argumentAt(args, entry.url)));
  if (entry.target === undefined) return [NO_TARGET];
  return kind === "process"
    ? [commandOf(argumentAt(args, entry.target))]
    : orNone(targetsOf(argumentAt(args, entry.target)));
}

function tell(
  ev: Evaluator,
  kind: EffectKind,
  target: Target,
  known: Known,
  args: Arguments,
  place: Place,
  values: Values = known.entry.value === undefined ? [] : argumentAt(args, known.entry.value),
): void {
  const value = kind === "control-write" ? valueText(values) : undefined;
  const effect = {
    kind,
    certainty: target.certainty,
    ...(target.text === undefined ? {} : { target: target.text }),
    ...(value === undefined ? {} : { value }),
    ...(kind === "control-write" && known.entry.exact === true ? { puts: putValues(values) } : {}),
  };
  const says = known.entry.why ?? phrase(place.isGuess === true ? { ...effect, guess: true } : effect);
  const message = `${ev.reasoning(known.path, place)}: ${says}`;
  const { instead } = known.entry;
  ev.found({ ...effect, message, ...(instead === undefined ? {} : { instead }) }, place);
  if (kind === "process" && target.text !== undefined) findControlCommand(ev, target.text, place);
}

/** The command line tools of control systems set channels as surely as their libraries do. */
function findControlCommand(ev: Evaluator, command: string, place: Place): void {
  const match =
    /(?:^|[\s;&|/"'(])(caput|pvput|caputq|cainput|pvcall|bluesky)\b((?:\s+-\w+(?:\s+\d+)?)*)\s*(\S+)?\s*(.*)/.exec(
      command,
    );
  if (match === null) return;
  const [, tool = "", , channel, value = ""] = match;
  const effect = {
    kind: "control-write" as const,
    certainty: channel === undefined ? ("nothing" as const) : ("whole" as const),
    ...(channel === undefined ? {} : { target: channel }),
    ...(value === "" ? {} : { value: value.trim() }),
  };
  ev.found({ ...effect, message: `The command \`${tool}\` ${phrase(effect)}` }, place);
}

function findConditional(
  ev: Evaluator,
  condition: Condition,
  known: Known,
  receiver: Value | undefined,
  args: Arguments,
  place: Place,
): void {
  // Of a guess only what is written counts: what unknown keywords might be besides would make every call dangerous.
  const given = argumentAt(
    place.isGuess === true ? { ...args, rest: [], named: [] } : args,
    condition.argument,
  );
  const values = given.length === 0 ? [condition.default] : given.map(conditionText);
  if (values.every((value) => value !== undefined && isHarmless(value, condition))) return;
  for (const kind of condition.does)
    for (const target of targetsFor(kind, known.entry, receiver, args, known))
      tell(ev, kind, target, known, args, place);
}

/** A harmless value that ends in `*` stands for all that begin so. */
function isHarmless(value: string, { harmless }: Condition): boolean {
  return harmless.some((one) => (one.endsWith("*") ? value.startsWith(one.slice(0, -1)) : value === one));
}

function conditionText(value: Value): string | undefined {
  if (value.kind === "constant") return value.value;
  if (value.kind === "number") return value.value === 0 ? "False" : "True";
  if (value.kind === "instance") return value.type;
  return value.kind === "known" ? value.path : literalOf(value);
}

function findNested(ev: Evaluator, known: Known, values: Values, place: Place): void {
  loseNames(ev, place);
  const texts = values.filter((value) => value.kind === "text");
  for (const value of texts) {
    const code = whole(value.template);
    if (code !== undefined) ev.runs({ code, node: place.node, scope: place.scope });
  }
  const harmless = values.every(
    (value) => value.kind === "function" || value.kind === "known" || value.kind === "bound",
  );
  if (known.entry.does === undefined && !harmless) tell(ev, "dynamic", NO_TARGET, known, NO_ARGUMENTS, place);
}

function findExpression(ev: Evaluator, known: Known, values: Values, place: Place): void {
  const acting = values.filter(
    (value) => value.kind !== "text" || expressionActs(value.template, ev.knowledge),
  );
  const unknown = acting.filter(
    (value) => value.kind === "text" || value.kind === "unknown" || value.kind === "foreign",
  );
  if (unknown.length === 0) return;
  const message = `${ev.reasoning(known.path, place)}, which evaluates its text as an expression; this one can do more than compute`;
  ev.found({ kind: "dynamic", message }, place);
}

function orNone(targets: readonly Target[]): readonly Target[] {
  return targets.length === 0 ? [NO_TARGET] : targets;
}
