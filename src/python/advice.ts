import type { EffectKind } from "../approval/assessment.ts";
import type { RawFinding } from "./analysis/analysis.ts";

type Advice = (isNamed: boolean) => string | undefined;

/** Effects of which nothing is listed have no way round: what is asked for is the effect itself. */
const ADVICE: Readonly<Partial<Record<EffectKind, Advice>>> = {
  "reads-files": (isNamed) =>
    isNamed
      ? "Put the file into a data folder of the workspace, and name it from there"
      : "Name the file by a constant, relative path",
  "writes-files": (isNamed) =>
    isNamed
      ? "Write into the current folder, by a relative name: all of it is kept"
      : "Name the file by a constant, relative path",
  "deletes-files": () => "Delete nothing: the working folder ends with the run",
  network: () => "Put what it downloads into a data folder first, and read it from there",
  process: () => "Do it in Python itself: what another program does cannot be seen here",
  "control-write": (isNamed) =>
    isNamed ? undefined : "Write channel and value as constants, so that they can be read here",
  environment: () =>
    "Write the value into the code, or set it in the mode's environment, which every request shows",
  deserialises: () => "Read a format that holds only data, such as CSV, JSON or HDF5",
  introspects: () => "Use values by their own names in place of looking them up in the running program",
  exhausts: () => "Work in pieces whose size is known",
  dynamic: () => "Write out what is called: what is put together only while the code runs cannot be judged",
  "unknown-import": () =>
    "Use a package that is known, or have a person classify this one in their setting analysis.modules",
};

/** What would avoid the effect where something would, as one instruction without a full stop. */
export function adviceFor({ effect, target, certainty, guess, instead }: RawFinding): string | undefined {
  if (guess === true && effect === "control-write")
    return "Use a package that is known: this is a guess from a name";
  return instead ?? ADVICE[effect]?.(target !== undefined && certainty === "whole");
}
