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

/** What each phrase begins with, and how that goes on after "may". */
const INFINITIVES: Readonly<Record<string, string>> = {
  ...{ reads: "read", writes: "write", deletes: "delete", uses: "use", reaches: "reach", starts: "start" },
  ...{ sets: "set", rebuilds: "rebuild", runs: "run", looks: "look", can: "", imports: "import" },
};

/** An effect in plain words on one line, without a full stop: `sets SR:MAG:CURRENT to 2.5`, of a guess `may set …`. */
export function phrase(effect: Pick<RawEffect, "kind" | "target" | "value" | "guess">): string {
  const { kind, target, value, guess } = effect;
  const known = PHRASES[kind](optional(target), optional(value));
  return guess === true ? tentatively(known) : known;
}

function tentatively(known: string): string {
  const [verb = "", ...rest] = known.split(" ");
  return ["may", INFINITIVES[verb] ?? verb, ...rest].filter((word) => word !== "").join(" ");
}

function optional(text: string | undefined): string | undefined {
  return text === undefined ? undefined : briefly(text);
}
