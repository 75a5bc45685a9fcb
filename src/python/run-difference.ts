import { isDeepStrictEqual } from "node:util";
import { briefly } from "../approval/visible.ts";
import { dataDifference, fileDifference } from "./bound/data-difference.ts";
import type { PythonRun, RunLimits, RunPlace, StagedInput } from "./python-run.ts";

/** In what another run would differ from this one, its code aside, in words for the person who decides. */
export function runDifference(before: PythonRun, now: PythonRun): readonly string[] {
  return [
    ...placeDifference(before.place, now.place),
    ...controlDifference(before.control, now.control),
    ...(before.mode === now.mode ? [] : [`mode ${now.mode} instead of ${before.mode}`]),
    ...otherwise(before.networks, now.networks, "it reaches other networks"),
    ...otherwise(before.dataFolders, now.dataFolders, "it may read other data folders"),
    ...otherwise(before.environment, now.environment, "it gets other environment variables"),
    ...limitDifference(before.limits, now.limits),
    ...inputDifference(before.inputs, now.inputs),
    ...dataDifference(before.data, now.data),
  ];
}

const LIMITS: Readonly<Record<keyof RunLimits, readonly [name: string, unit: string]>> = {
  seconds: ["time", "s"],
  memoryMb: ["memory", "MB"],
  cpus: ["processors", ""],
  processes: ["processes", ""],
  workingFolderMb: ["working folder", "MB"],
  outputMb: ["output", "MB"],
};

function limitDifference(before: RunLimits, now: RunLimits): readonly string[] {
  const names = Object.keys(LIMITS) as readonly (keyof RunLimits)[];
  const different = names.filter((name) => before[name] !== now[name]);
  return different.map((name) => {
    const [what, unit] = LIMITS[name];
    return `its limit of ${what} is ${`${now[name]} ${unit}`.trim()} instead of ${before[name]}`;
  });
}

function otherwise(before: unknown, now: unknown, words: string): readonly string[] {
  return isDeepStrictEqual(before, now) ? [] : [words];
}

function controlDifference(before: PythonRun["control"], now: PythonRun["control"]): readonly string[] {
  const isSame = before !== null && now !== null && isDeepStrictEqual(before, { ...now, puts: before.puts });
  return isSame
    ? otherwise(before.puts, now.puts, "it may set other channels, or set them to other values")
    : otherwise(before, now, "the control system that it reaches is configured otherwise");
}

function placeDifference(before: RunPlace, now: RunPlace): readonly string[] {
  if (isDeepStrictEqual(before, now)) return [];
  if (before.method !== now.method)
    return [`it would run ${PLACES[now.method]} instead of ${PLACES[before.method]}`];
  if (now.method === "container") return ["the image was rebuilt or replaced"];
  return [now.method === "local" ? "the local environment was made anew" : `the server is ${now.url}`];
}

const PLACES: Readonly<Record<RunPlace["method"], string>> = {
  container: "in a container",
  local: "on this machine without isolation",
  gateway: "on another Jupyter server",
};

function inputDifference(before: readonly StagedInput[], now: readonly StagedInput[]): readonly string[] {
  const earlier = new Map(before.map((input) => [input.path, input]));
  const given = new Set(now.map(({ path }) => path));
  return [
    ...now.flatMap((input) => {
      const known = earlier.get(input.path);
      if (known === undefined) return [`${briefly(input.path)} is given to it`];
      return fileDifference(known, input);
    }),
    ...before
      .filter(({ path }) => !given.has(path))
      .map(({ path }) => `${briefly(path)} is no longer given to it`),
  ];
}
