import type { EffectKind } from "../../approval/assessment.ts";
import { briefly } from "../../approval/visible.ts";
import type { RawEffect } from "./analysis.ts";

type Phrase = (target: string | undefined, value: string | undefined) => string;

const PHRASES: Readonly<Record<EffectKind, Phrase>> = {
  "reads-files": (target) => `reads ${target ?? "a file whose path is not known"}`,
  "writes-files": (target) => `writes ${target ?? "a file whose path is not known"}`,
  "deletes-files": (target) => `deletes ${target ?? "files whose path is not known"}`,
  network: (target) => (target === undefined ? "uses the network" : `reaches ${target}`),
  process: (target) =>
    target === undefined ? "starts or controls a process" : `starts a process: ${target}`,
  "control-read": (target) => `reads ${target ?? "an unknown control channel"}`,
  "control-write": (target, value) =>
    `sets ${target ?? "an unknown channel"} to ${value ?? "an unknown value"}`,
  environment: (target) => `uses the environment${target === undefined ? "" : ` (${target})`}`,
  deserialises: () => "rebuilds objects, which can run any code",
  native: () => "runs or loads machine code, or reaches memory and devices directly",
  introspects: (target) => `looks inside the running program${target === undefined ? "" : ` (${target})`}`,
  exhausts: () => "can use up memory, processor or time",
  dynamic: (target) => `runs code that cannot be seen here${target === undefined ? "" : ` (${target})`}`,
  "unknown-import": (target) => `imports ${target ?? "a package"}, of which nothing is known`,
};

/** An effect in plain words on one line, without a full stop: `sets SR:MAG:CURRENT to 2.5`. */
export function phrase(effect: Pick<RawEffect, "kind" | "target" | "value">): string {
  const { kind, target, value } = effect;
  return PHRASES[kind](optional(target), optional(value));
}

function optional(text: string | undefined): string | undefined {
  return text === undefined ? undefined : briefly(text);
}
