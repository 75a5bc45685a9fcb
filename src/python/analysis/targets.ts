import type { Certainty, PutValue } from "./analysis.ts";
import { type Arguments, argumentAt } from "./evaluator.ts";
import type { ArgumentPlace, ContentKind, TargetPlace } from "./knowledge-domain.ts";
import { type Template, concatenate, display, whole, worstHole } from "./text.ts";
import { printed, templateOf } from "./text-methods.ts";
import { type Value, type Values, unique } from "./values.ts";

/** What an effect is about. */
export interface Target {
  readonly text?: string;
  readonly certainty: Certainty;
  readonly template?: Template;
}

export const NO_TARGET: Target = { certainty: "nothing" };
const MOST_TARGETS = 32;

/** How far a path or name with gaps can be told. A data-dependent name with a file ending stays a name. */
export function certaintyOf(template: Template, reads: boolean): Certainty {
  const worst = worstHole(template);
  if (worst === undefined) return "whole";
  if (worst === "number" || worst === "name") return "pattern";
  if (worst === "unknown") return "part";
  const first = template[0];
  const last = template.at(-1);
  const hasEnding = typeof last === "string" && /\.\w{1,8}$/.test(last);
  const hasFolder = reads && typeof first === "string" && /^[^/~].*\//.test(first);
  return hasEnding || hasFolder ? "pattern" : "part";
}

export function targetOf(template: Template, reads = false): Target {
  const certainty = certaintyOf(template, reads);
  const literal = template.some((part) => typeof part === "string" && part !== "");
  return literal ? { text: display(template), certainty, template } : { certainty: "part", template };
}

/** The values at a place; `self` places combine what the receiver was made for with an argument or a name. */
export function valuesAt(
  place: TargetPlace,
  receiver: Value | undefined,
  args: Arguments,
  name: string,
): Values {
  if (typeof place !== "string") return argumentAt(args, place);
  return receiver === undefined
    ? (args.positional[0] ?? args.rest)
    : place === "self"
      ? [receiver]
      : selfWith(place, receiver, args, name);
}

function selfWith(place: string, receiver: Value, args: Arguments, name: string): Values {
  const separator = place.slice(4, 5);
  const parts = place.endsWith("name") ? [[name]] : argumentAt(args, [0]).map(templateOf);
  const own =
    receiver.kind === "instance"
      ? (receiver.target ?? [{ hole: "unknown" as const }])
      : [{ hole: "unknown" as const }];
  return unique(
    parts.map((part) => ({
      kind: "text" as const,
      template: concatenate(own, [separator], part),
      bytes: false,
      key: display(part),
    })),
  );
}

/** One target for each value that names something; containers name all they hold. Of too many, the rest is one that is not known. */
export function targetsOf(values: Values): readonly Target[] {
  const targets = new Map<string, Target>();
  const visit = (value: Value, depth: number): void => {
    if (targets.has(value.key)) return;
    if (targets.size >= MOST_TARGETS) targets.set("", NO_TARGET);
    else if (value.kind === "text") targets.set(value.key, targetOf(value.template));
    else if (value.kind === "instance" && value.target !== undefined)
      targets.set(value.key, targetOf(value.target));
    else if (value.kind === "container" && depth < 3) {
      for (const element of [...value.definition.elements.values, ...value.definition.keys.values])
        visit(element, depth + 1);
    } else if (value.kind !== "constant" && value.kind !== "number") targets.set("", NO_TARGET);
  };
  for (const value of values) visit(value, 0);
  return [...targets.values()];
}

/** A command line as one text. */
export function commandOf(values: Values): Target {
  const value = values[0];
  if (value?.kind === "text") return targetOf(value.template);
  const words = value?.kind === "container" ? value.definition.sequence : undefined;
  if (words === undefined) return NO_TARGET;
  const templates = words.map((word) =>
    word[0] === undefined ? [{ hole: "unknown" as const }] : templateOf(word[0]),
  );
  return targetOf(
    concatenate(...templates.flatMap((template, index) => (index === 0 ? [template] : [[" "], template]))),
  );
}

/** What is written, as Python would print it; undefined where any of it is not known. */
export function valueText(values: Values, depth = 0): string | undefined {
  if (values.length === 0 || values.length > 4) return undefined;
  const texts = values.map((value) => {
    if (value.kind === "container" && depth < 2) return sequenceText(value.definition.sequence, depth);
    return printed(value);
  });
  return texts.every((one) => one !== undefined) ? [...new Set(texts)].join(" or ") : undefined;
}

function sequenceText(sequence: readonly Values[] | undefined, depth: number): string | undefined {
  if (sequence === undefined || sequence.length > 32) return undefined;
  const parts = sequence.map((values) => valueText(values, depth + 1));
  return parts.every((part) => part !== undefined) ? `[${parts.join(", ")}]` : undefined;
}

/** What is put, one by one; none where any of it is not known. */
export function putValues(values: Values): readonly PutValue[] {
  const known = values.map((value) =>
    value.kind === "container" ? putSequence(value.definition.sequence) : putValue(value),
  );
  const every = known.filter((one) => one !== undefined);
  return every.length === known.length ? every : [];
}

function putSequence(sequence: readonly Values[] | undefined): readonly (number | string)[] | undefined {
  const members = sequence?.map(([value, ...others]) =>
    value === undefined || others.length > 0 ? undefined : putValue(value),
  );
  return members?.every((member) => member !== undefined) ? members : undefined;
}

function putValue(value: Value): number | string | undefined {
  if (value.kind === "text") return value.bytes ? undefined : whole(value.template);
  if (value.kind === "number") return Number.isFinite(value.value) ? value.value : undefined;
  return value.kind === "constant" ? { True: 1, False: 0, None: undefined }[value.value] : undefined;
}

export const placeOf = (index: number, ...names: string[]): ArgumentPlace => [index, ...names];

/** `scheme://…`, and what follows a `file:` scheme as a path. */
export function schemeOf(template: Template): string | undefined {
  const first = template[0];
  return typeof first === "string" ? /^([a-z][a-z0-9+.-]+):\/\//i.exec(first)?.[1]?.toLowerCase() : undefined;
}

/** Whether an argument that may hold content instead of a path does so, so that no file is touched. */
export function isContent(template: Template, takes: ContentKind | undefined): boolean {
  const self = whole(template);
  if (self === undefined) return false;
  if (takes === "database") return self === ":memory:" || self === "";
  if (takes === undefined) return false;
  // Libraries look for a file of that name first: a document whose name as a path would lead away is still one.
  return /^\s*[[{<]/.test(self) && !self.split(/[/\\]/).includes("..");
}
