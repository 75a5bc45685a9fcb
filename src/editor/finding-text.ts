import type { EffectKind, Finding } from "../approval/assessment.ts";

/** What each effect means, in the house's words. */
export const EFFECT_MEANINGS: Readonly<Record<EffectKind, string>> = {
  "reads-files": "opens or lists files",
  "writes-files": "makes or changes files",
  "deletes-files": "removes files or folders",
  network: "talks to an address, or listens at one",
  process: "starts, replaces or signals a program",
  "control-read": "reads a channel or device of a control system",
  "control-write": "sets a channel or device of a control system",
  environment: "reads or changes what belongs to the process: variables, working folder, limits",
  deserialises: "rebuilds objects from data, which can run code",
  native: "loads compiled code, or reaches into memory",
  introspects: "reaches into the interpreter: frames, garbage collector, other modules' insides",
  exhausts: "may take time, memory or processes without end",
  dynamic: "cannot be seen through: text that is run, or callables that come from data",
  "unknown-import": "uses a package of which nothing is known",
};

export interface Explanation {
  readonly message: string;
  readonly detail: string;
}

/** A finding for somebody who asks what it means. */
export function explanationOf({ effect, line, message, ordinary, avoid }: Finding): Explanation {
  const weight = ordinary
    ? "That is ordinary here: where the code would run allows it anyway."
    : "That is more than ordinary, so that it weighs in the decision.";
  const detail = [
    `${effect} means that code ${EFFECT_MEANINGS[effect]}. ${weight}`,
    ...(avoid === undefined ? [] : ["", `To avoid it: ${avoid}.`]),
  ].join("\n");
  return { message: `Line ${line}: ${message}`, detail };
}

/** What the model is told that is to write the code without it; a person may change the words first. */
export function revisionWithout({ effect, line, message, avoid }: Finding): string {
  const advice = avoid === undefined ? "" : ` ${avoid}.`;
  return `Do it without this (${effect}, line ${line}): ${message}${advice}`;
}
