import type { EffectKind } from "../../approval/assessment.ts";
import { changesContainer } from "./container-changes.ts";
import { callUnbound } from "./container-methods.ts";
import { callEntry } from "./entries.ts";
import { type Arguments, type Evaluator, type Place, argumentAt, everyArgument } from "./evaluator.ts";
import { type Known, acts } from "./knowledge.ts";
import { loseHeld } from "./losses.ts";
import type { Entry } from "./knowledge-domain.ts";
import { mayBeProgram, ownNames } from "./namespaces.ts";
import { containerOf } from "./results.ts";
import { schemeOf } from "./targets.ts";
import { whole } from "./text.ts";
import { LIBRARY_DATA, UNKNOWN, type Value, type Values, unique } from "./values.ts";

/** From what can do most harm to what can do least. */
const SEVERITY: readonly EffectKind[] = [
  "control-write",
  "process",
  "native",
  "dynamic",
  "network",
  "deserialises",
  "deletes-files",
  "writes-files",
  "environment",
  "introspects",
  "exhausts",
  "unknown-import",
  "reads-files",
  "control-read",
];

/** A method of plain data: what a data type's method of that name does; computing, where none is known to act. */
export function callDataMethod(
  ev: Evaluator,
  receiver: Value,
  name: string,
  args: Arguments,
  place: Place,
): Values {
  const unbound = callUnbound(ev, name, args, place);
  if (unbound !== undefined) return unbound;
  const candidates = fitting(ev, name, args);
  const plain = candidates.filter((known) => ev.knowledge.isPlainType(typeOf(known)));
  const isPlain = ev.knowledge.isPlainMethod(name);
  const acting = plain.filter(({ entry }) => acts(entry) && !(isPlain && entry.ambiguous === true));
  const worst = mostDangerous(acting);
  if (worst !== undefined) return callEntry(ev, worst, receiver, args, place);
  if (!isPlain && plain.length === 0) {
    const outside = mostDangerous(actingAnywhere(ev, candidates, name));
    if (outside !== undefined) return callEntry(ev, outside, receiver, args, { ...place, isGuess: true });
  }
  if (HANDS_ON.has(name) && args.positional.length > (name === "submit" ? 0 : 1))
    return handOn(ev, name, args, place);
  ev.escape(everyArgument(args), [receiver], place);
  return [LIBRARY_DATA];
}

/** `executor.map(f, items)` and the like call what they are given with what they are given. */
const HANDS_ON = new Set(["map", "submit", "imap", "imap_unordered", "starmap", "apply_async", "apply"]);

function handOn(ev: Evaluator, name: string, args: Arguments, place: Place): Values {
  const [callees = [], ...given] = args.positional;
  const each = name.includes("map")
    ? given.map((values) => unique(values.flatMap((value) => ev.elements(value, place))))
    : given;
  const passed = {
    positional: name === "starmap" || name.startsWith("apply") ? [] : each,
    keywords: args.keywords,
    rest: each.flat(),
    named: each.flat(),
  };
  const results = callees.flatMap((callee) => ev.call(callee, passed, place));
  return [containerOf(ev, results, place), LIBRARY_DATA];
}

/** A method of a value of unknown origin is the most dangerous method of that name. */
export function callUnknownMethod(
  ev: Evaluator,
  receiver: Value,
  name: string,
  args: Arguments,
  place: Place,
): Values {
  if (changesContainer(name) && mayBeProgram(ev, receiver)) ev.callMember(ownNames(), name, args, place);
  loseHeld(ev, everyArgument(args));
  const candidates = isOperator(name) ? [] : fitting(ev, name, args);
  const likely = candidates.filter((known) => known.entry.ambiguous !== true || isNamed(ev, known));
  const worst = mostDangerous(likely.filter((known) => acts(known.entry) && isPossible(known, args)));
  if (worst !== undefined) {
    callEntry(ev, worst, receiver, args, { ...place, isGuess: true });
    return [receiver.kind === "foreign" ? receiver : UNKNOWN];
  }
  ev.escape(everyArgument(args), [receiver], place);
  if (candidates.length > 0 || ev.knowledge.isPlainMethod(name) || isOperator(name)) return [receiver];
  const outside = mostDangerous(actingAnywhere(ev, candidates, name));
  if (outside !== undefined) callEntry(ev, outside, undefined, args, { ...place, isGuess: true });
  else if (receiver.kind !== "foreign") tellUnknown(ev, name, place);
  return [receiver];
}

/** A function or method of a package of which nothing is known, by a name that sets channels elsewhere: it may do so here. */
export function guessFromName(ev: Evaluator, path: string, args: Arguments, place: Place): void {
  const name = path.slice(path.lastIndexOf(".") + 1);
  const namesakes = [...fitting(ev, name, args), ...ev.knowledge.functionsNamed(name)];
  const setting = namesakes.find(
    ({ entry }) => entry.ambiguous !== true && entry.does?.includes("control-write") === true,
  );
  if (setting !== undefined)
    callEntry(ev, setting, UNKNOWN, args, { ...place, isGuess: true, guessed: path });
}

/** Operators of unknown values are everywhere; names that lead anywhere were found when they were read. */
function isOperator(name: string): boolean {
  return name.startsWith("__") && name.endsWith("__");
}

function tellUnknown(ev: Evaluator, name: string, place: Place): void {
  const message = `It is not known what \`${name}\` is a method of`;
  ev.found({ kind: "dynamic", target: name, certainty: "whole", message }, place);
}

function fitting(ev: Evaluator, name: string, args: Arguments): readonly Known[] {
  const count = args.positional.length;
  return ev.knowledge.methodsNamed(name).filter(({ entry }) => {
    const [least, most] = entry.arity ?? [0, Infinity];
    const mayBeMore = args.rest.length + args.named.length > 0;
    return count <= most && (count >= least || mayBeMore || namedArguments(entry, args) >= least);
  });
}

/** How many of the keywords are names that the entry knows. */
function namedArguments(entry: Entry, args: Arguments): number {
  const places = [entry.path, ...(entry.paths ?? []), entry.url, entry.channel, entry.value, entry.target];
  const names = new Set(places.flatMap((place) => (typeof place === "object" ? place.slice(1) : [])));
  return [...args.keywords.keys()].filter((name) => names.has(name)).length;
}

function actingAnywhere(ev: Evaluator, candidates: readonly Known[], name: string): readonly Known[] {
  return [...candidates.filter((known) => acts(known.entry)), ...ev.knowledge.functionsNamed(name)];
}

/** Where plain data has a method of that name too, the other type's module stands somewhere in code that uses it. */
function isNamed(ev: Evaluator, { path }: Known): boolean {
  return ev.source.includes(path.slice(0, path.indexOf(".")));
}

/** `value.get("name")` does not reach the network: a name is not an address. */
function isPossible({ entry }: Known, args: Arguments): boolean {
  if (entry.url === undefined || entry.does?.includes("network") !== true) return true;
  const given = argumentAt(args, entry.url);
  return given.length === 0 || given.some(mayBeAddress);
}

function mayBeAddress(value: Value): boolean {
  if (value.kind === "number" || value.kind === "constant") return false;
  return (
    value.kind !== "text" || whole(value.template) === undefined || schemeOf(value.template) !== undefined
  );
}

function mostDangerous(candidates: readonly Known[]): Known | undefined {
  return candidates.toSorted((a, b) => severity(a) - severity(b))[0];
}

function severity({ entry }: Known): number {
  const kinds = [
    ...(entry.does ?? []),
    ...(entry.reads ?? []),
    ...(entry.mode === undefined ? [] : (["writes-files"] as const)),
  ];
  return Math.min(SEVERITY.length, ...kinds.map((kind) => SEVERITY.indexOf(kind)));
}

function typeOf(known: Known): string {
  return known.path.slice(0, known.path.lastIndexOf("."));
}
