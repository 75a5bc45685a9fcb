import type { EffectKind } from "../../approval/assessment.ts";
import { type Arguments, type Evaluator, type Place, argumentAt } from "./evaluator.ts";
import type { Known } from "./knowledge.ts";
import type { Entry, FileAct, TargetPlace } from "./knowledge-domain.ts";
import { phrase } from "./phrases.ts";
import { type Target, NO_TARGET, isContent, schemeOf, targetOf, valuesAt } from "./targets.ts";
import { type Template, gap, whole } from "./text.ts";
import { literalOf } from "./text-methods.ts";
import type { Container, Value, Values } from "./values.ts";

const FILE_KINDS: ReadonlySet<EffectKind> = new Set(["reads-files", "writes-files", "deletes-files"]);
const OWN_FILES = "io.TextIOWrapper";

export const isFileKind = (kind: EffectKind): boolean => FILE_KINDS.has(kind);

/** Finds which files a call reads, writes and deletes. */
export function findFileEffects(
  ev: Evaluator,
  known: Known,
  receiver: Value | undefined,
  args: Arguments,
  place: Place,
): void {
  const { entry } = known;
  const acts: FileAct[] = [entry, ...(entry.also === undefined ? [] : [entry.also])];
  for (const act of acts) {
    const kinds =
      act === entry && entry.mode !== undefined
        ? kindsOfMode(entry, args)
        : (act.does ?? []).filter(isFileKind);
    for (const kind of kinds) {
      for (const target of fileTargets(act, known, receiver, args)) report(ev, kind, target, known, place);
    }
  }
}

/** A statement can open a database file that no argument names. */
export function findAttached(ev: Evaluator, known: Known, statements: Values, place: Place): void {
  for (const statement of statements) {
    if (statement.kind !== "text") continue;
    const self = statement.template.map((part) => (typeof part === "string" ? part : "")).join("");
    const attached = /\battach\s+(?:database\s+)?(?:'([^']*)'|"([^"]*)"|(\S*))/i.exec(self);
    if (attached === null) continue;
    const path = attached[1] ?? attached[2];
    const isWhole = whole(statement.template) !== undefined && path !== undefined;
    if (isWhole && isContent([path], "database")) continue;
    const target = isWhole ? targetOf([path], true) : NO_TARGET;
    for (const kind of ["reads-files", "writes-files"] as const) report(ev, kind, target, known, place);
  }
}

function report(ev: Evaluator, kind: EffectKind, target: Target, known: Known, place: Place): void {
  const scheme = target.template === undefined ? undefined : schemeOf(target.template);
  const isRemote = scheme !== undefined && scheme !== "file" && scheme !== "sqlite";
  const found = isRemote ? "network" : kind;
  const text = scheme === "file" ? target.text?.slice("file://".length) : target.text;
  const effect = {
    kind: found,
    certainty: target.certainty,
    ...(text === undefined ? {} : { target: text }),
  };
  ev.found({ ...effect, message: `${ev.reasoning(known.path, place)}: ${phrase(effect)}` }, place);
}

function kindsOfMode(entry: Entry, args: Arguments): readonly EffectKind[] {
  const values = entry.mode === undefined ? [] : argumentAt(args, entry.mode);
  if (values.length === 0) return kindsOf(entry.defaultMode ?? "r");
  return [...new Set(values.flatMap((value) => kindsOf(literalOf(value) ?? "r+")))];
}

function kindsOf(mode: string): readonly EffectKind[] {
  const writes = /[wax+]/.test(mode);
  const reads = /[r+]/.test(mode) || !writes;
  return [...(reads ? ["reads-files" as const] : []), ...(writes ? ["writes-files" as const] : [])];
}

function fileTargets(
  act: FileAct,
  known: Known,
  receiver: Value | undefined,
  args: Arguments,
): readonly Target[] {
  const places: readonly TargetPlace[] = act.paths ?? (act.path === undefined ? [] : [act.path]);
  if (places.length === 0) return [NO_TARGET];
  return distinct(places.flatMap((at) => targetsAt(at, act, known, receiver, args)));
}

/** Values that mean the same path are one target. */
function distinct(targets: readonly Target[]): readonly Target[] {
  return [...new Map(targets.map((target) => [`${target.certainty}|${target.text ?? ""}`, target])).values()];
}

function targetsAt(
  at: TargetPlace,
  act: FileAct,
  known: Known,
  receiver: Value | undefined,
  args: Arguments,
): readonly Target[] {
  const values = valuesAt(at, receiver, args, "").filter(
    (value) => value.kind !== "constant" || value.value !== "None",
  );
  if (values.length > 0) return distinct(heldIn(values).flatMap((value) => pathTargets(value, known)));
  const fallback = known.entry.defaultPath;
  if (fallback !== undefined) return [targetOf([fallback])];
  return act.optional === true ? [] : [NO_TARGET];
}

/**
 * What a value means as a path. Open files, buffers and writers are counted where they were opened; an object of a class
 * of the code's own can be any path (`__fspath__`, a subclass of `str`).
 */
function pathTargets(value: Value, known: Known): readonly Target[] {
  const reads = known.entry.does?.includes("writes-files") !== true;
  switch (value.kind) {
    case "text":
      return isContent(value.template, known.entry.content) ? [] : [pathTarget(value.template, reads)];
    case "instance":
      return value.type === "pathlib.Path" ? [pathTarget(value.target ?? gap("unknown"), reads)] : [];
    case "data":
      return value.library && known.entry.gives !== OWN_FILES ? [] : [NO_TARGET];
    case "number":
    case "constant":
      return [];
    default:
      return [NO_TARGET];
  }
}

const DEEPEST = 3;

/** The values with what they hold instead of containers, each container once; what is deeper stays the container it is. */
function heldIn(values: Values): Values {
  const seen = new Set<Container>();
  let level = values;
  for (let depth = 0; depth < DEEPEST && level.some(({ kind }) => kind === "container"); depth += 1) {
    level = level.flatMap((value) => {
      if (value.kind !== "container") return [value];
      if (seen.has(value.definition)) return [];
      seen.add(value.definition);
      return value.definition.elements.values;
    });
  }
  return level;
}

/** An empty path is the working folder where it is anything. */
function pathTarget(template: Template, reads: boolean): Target {
  return targetOf(whole(template) === "" ? ["."] : template, reads);
}
