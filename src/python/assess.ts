import type { Assessment, Effect, EffectKind, Finding, Isolation } from "../approval/assessment.ts";
import { sha256 } from "../approval/actions.ts";
import { briefly, visible } from "../approval/visible.ts";
import { adviceFor } from "./advice.ts";
import type { Analysis, RawEffect, RawFinding } from "./analysis/analysis.ts";
import { placeName } from "./analysis/line-table.ts";
import { phrase } from "./analysis/phrases.ts";
import { isKnownWrite } from "./known-write.ts";

/** Where the code would run, as far as it decides what is ordinary there. */
export interface AssessmentContext {
  /** Without a mode nothing is refused for what it does: the question is only what it can do. */
  readonly mode?: {
    readonly name: string;
    readonly allowsWrites: boolean;
    /** Why a control write would reach nothing, in a mode that allows it: completes `It sets … to …, and …`. */
    readonly obstacle?: string;
  };
  /** Modes in which control writes may run, for the refusal's advice. */
  readonly writingModes?: readonly string[];
  /** Folders that may be read, relative to the workspace. */
  readonly dataFolders: readonly string[];
  readonly isolation: Isolation;
}

const MOST_NAMED = 3;
/** Characters of a target that is kept as it is. */
const LONGEST_TARGET = 4_096;
const HAVE_TARGETS: ReadonlySet<EffectKind> = new Set([
  "reads-files",
  "writes-files",
  "deletes-files",
  "network",
  "environment",
  "control-read",
  "control-write",
]);
const FILE_KINDS: ReadonlySet<EffectKind> = new Set(["reads-files", "writes-files"]);

/** Variables that say in how many threads libraries compute and how they draw, and nothing else. */
const HOW_LIBRARIES_COMPUTE =
  /^((OMP|MKL|OPENBLAS|NUMEXPR|BLIS|VECLIB_MAXIMUM|NUMBA)_(NUM_)?THREADS|MPLBACKEND|PYTHONHASHSEED|TF_CPP_MIN_LOG_LEVEL|TOKENIZERS_PARALLELISM)$/;

/** No honest file has one in its name. */
const CONTROL_CHARACTER = /\p{Cc}/u;

/** Judges what an analysis found: which effects are ordinary in this place, and whether the code can be approved at all. */
export function assess(analysis: Analysis, context: AssessmentContext): Assessment {
  const effects = distinct(analysis.effects.map((effect) => judged(effect, context)));
  const refusal = refusalOf(analysis, context);
  return {
    effects,
    findings: analysis.findings.map((finding) => judgedFinding(finding, context)),
    isolation: context.isolation,
    summary: summaryOf(analysis, effects, context.isolation),
    ...(refusal === undefined ? {} : { refusal }),
  };
}

function judged(effect: RawEffect, context: AssessmentContext): Effect {
  const { kind, target, value, certainty } = effect;
  const isUnknown = HAVE_TARGETS.has(kind) && (certainty === "part" || certainty === "nothing");
  return {
    kind,
    ...(target === undefined ? {} : { target: wholly(target) }),
    ...(isUnknown ? { unknownTarget: true } : {}),
    ...(value === undefined ? {} : { value: briefly(value) }),
    ordinary: isOrdinary(effect, context.dataFolders),
    ...likely(effect),
    summary: phrase(effect),
  };
}

/** Two that differ anywhere differ here too, however long they are. */
function wholly(target: string): string {
  const shown = visible(target);
  return shown.length <= LONGEST_TARGET ? shown : `${briefly(target)} (${sha256(target)})`;
}

function judgedFinding(found: RawFinding, { dataFolders }: AssessmentContext): Finding {
  const { effect, cell, line, column, endLine, endColumn, message } = found;
  const ordinary = isOrdinary({ kind: effect, ...found }, dataFolders);
  const avoid = ordinary ? undefined : adviceFor(found);
  return {
    ...{ effect, line, column, endLine, endColumn, message, ordinary },
    ...(cell === undefined ? {} : { cell }),
    ...likely(found),
    ...(avoid === undefined ? {} : { avoid }),
  };
}

function likely({ guess }: Pick<RawEffect, "guess">): Pick<Effect, "certainty"> {
  return guess === true ? { certainty: "likely" } : {};
}

function isOrdinary({ kind, target, certainty }: RawEffect, dataFolders: readonly string[]): boolean {
  if (kind === "control-read") return true;
  if (kind === "environment") return certainty === "whole" && HOW_LIBRARIES_COMPUTE.test(target ?? "");
  if (!FILE_KINDS.has(kind) || target === undefined) return false;
  if (certainty !== "whole" && certainty !== "pattern") return false;
  if (CONTROL_CHARACTER.test(target)) return false;
  return staysInside(target) || isScratch(target) || (kind === "reads-files" && isData(target, dataFolders));
}

/** Relative, never upwards (a data folder is linked in, so that its parent is elsewhere), and nothing hidden. */
function staysInside(path: string): boolean {
  if (/^([/~\\]|[a-z]:)/i.test(path) || path.includes("\\") || /^\w+:\/\//.test(path)) return false;
  return parts(path).every((part) => part === "." || !part.startsWith("."));
}

function isScratch(path: string): boolean {
  if (path === "/dev/null") return true;
  return path.startsWith("/tmp/") && !parts(path).includes("..");
}

/** A data folder may be named absolutely, or be hidden. */
function isData(path: string, dataFolders: readonly string[]): boolean {
  return dataFolders.some((folder) => {
    const prefix = folder.endsWith("/") ? folder : `${folder}/`;
    return (
      path.startsWith(prefix) && parts(path.slice(prefix.length)).every((part) => !part.startsWith(".."))
    );
  });
}

function parts(path: string): readonly string[] {
  return path.split("/").filter((part) => part !== "");
}

function distinct(effects: readonly Effect[]): readonly Effect[] {
  return [...new Map(effects.map((effect) => [`${effect.summary}|${effect.ordinary}`, effect])).values()];
}

function refusalOf(
  analysis: Analysis,
  { mode, writingModes = ["write_access"] }: AssessmentContext,
): string | undefined {
  const [error] = analysis.syntaxErrors;
  if (!analysis.parses)
    return `This is no Python that can run: ${error === undefined ? "it does not parse" : `${visible(error.message)} in ${placeName(error)}`}.`;
  const write = analysis.effects.find(isKnownWrite);
  if (write === undefined || mode === undefined) return undefined;
  if (mode.allowsWrites) {
    return mode.obstacle === undefined ? undefined : `It ${phrase(write)}, and ${mode.obstacle}.`;
  }
  const others = writingModes.filter((name) => name !== mode.name);
  const advice = others.length === 0 ? "No mode allows it" : `Mode ${others.join(" or ")} does`;
  return `It ${phrase(write)}, and mode ${mode.name} does not allow control writes. ${advice}.`;
}

/** What its mode lets it reach, a control system through its gateway too, is said with the isolation. */
function summaryOf(analysis: Analysis, effects: readonly Effect[], { networks }: Isolation): string {
  if (!analysis.parses) return "cannot be parsed";
  const has = (kind: EffectKind) => effects.some((effect) => effect.kind === kind);
  const sets = effects.filter(({ kind }) => kind === "control-write");
  const known = sets.filter(({ certainty }) => certainty === undefined);
  const guessed = sets.filter(({ certainty }) => certainty === "likely");
  const phrases = [
    ...files(effects, "reads-files", "reads"),
    ...files(effects, "writes-files", "writes"),
    ...files(effects, "deletes-files", "deletes"),
    ...channels(known, "sets"),
    ...channels(guessed, "may set"),
    ...rest(effects),
  ];
  const others = networks.length === 0 ? "no network" : "no network but its mode's";
  const network = has("network") ? [] : [others];
  return (phrases.length === 0 ? ["only computes", ...network] : [...phrases, ...network]).join(", ");
}

function files(effects: readonly Effect[], kind: EffectKind, verb: string): readonly string[] {
  const found = effects.filter((effect) => effect.kind === kind && effect.certainty === undefined);
  if (found.length === 0) return [];
  const names = [
    ...new Set(
      found.map(({ target }) => (target === undefined ? "files whose path is not known" : briefly(target))),
    ),
  ];
  const shown = names.slice(0, MOST_NAMED).join(" and ");
  return [names.length > MOST_NAMED ? `${verb} ${names.length} files` : `${verb} ${shown}`];
}

function channels(sets: readonly Effect[], verb: string): readonly string[] {
  if (sets.length === 0) return [];
  const shown = sets
    .slice(0, MOST_NAMED)
    .map(
      ({ target, value }) =>
        `${target === undefined ? "an unknown channel" : briefly(target)} = ${value ?? "an unknown value"}`,
    );
  const more = sets.length > shown.length ? `, and ${sets.length - shown.length} more` : "";
  return [`${verb} ${sets.length} ${sets.length === 1 ? "channel" : "channels"}: ${shown.join(", ")}${more}`];
}

const COUNTED: ReadonlySet<EffectKind> = new Set([
  "reads-files",
  "writes-files",
  "deletes-files",
  "control-write",
]);

function rest(effects: readonly Effect[]): readonly string[] {
  const others = effects.filter(
    ({ kind, certainty }) => !COUNTED.has(kind) || (certainty === "likely" && kind !== "control-write"),
  );
  const phrases = [...new Set(others.map((effect) => effect.summary))];
  return phrases.length > 4 ? [...phrases.slice(0, 3), `and ${phrases.length - 3} more`] : phrases;
}
