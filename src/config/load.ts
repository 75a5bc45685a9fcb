import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { accept } from "./accepting.ts";
import { build } from "./building.ts";
import type { ConfigurationProblem, LoadedConfiguration, Loosening } from "./configuration.ts";
import { parseEnvironmentFile, type Environment } from "./interpolation.ts";
import type { Value } from "./key.ts";
import { machinePolicyFile, readMachinePolicy, type MachinePolicy } from "./machine-policy.ts";
import { merge, strictest, type Layer, type Merged } from "./merging.ts";
import { keyAt, schemaTree, type SchemaNode } from "./schema-tree.ts";
import { parseSource, type Source } from "./source.ts";
import { validate, type FileValues } from "./validation.ts";

/** Settings by dotted key path, as in the file: `{"approval.capabilities.python_execution.mode": "effects"}`. Untrusted shapes. */
export type Settings = Readonly<Record<string, unknown>>;

export interface ConfigurationInput {
  /** Absolute path of the configuration file, for messages. */
  readonly file: string;
  /** Its content; undefined where there is no file. */
  readonly text: string | undefined;
  /** For `${VAR}` only. */
  readonly environment: Environment;
  /** The person's own settings; absent means the strictest. */
  readonly userSettings?: Settings;
  /** What the person accepted of this file although it is looser than their settings, by path. */
  readonly accepted?: ReadonlyMap<string, Value>;
  /** An administrator's policy, for everybody on this machine. */
  readonly machine?: MachinePolicy;
}

/** The configuration in force. Never throws: every mistake is a problem, and a file with errors counts as strictest. */
export function loadConfiguration(input: ConfigurationInput): LoadedConfiguration {
  const schema = schemaTree();
  const source = parseSource(input.text ?? "");
  const file = validate(source, input.environment);
  const user = settingsLayer(schema, source, input.userSettings, "Your setting");
  const machine = machineLayer(source, input.machine);
  const isBroken = [...file.problems, ...machine.problems].some(({ severity }) => severity === "error");
  const merged = merge(schema, {
    machine: machine.values,
    user: user.values,
    workspace: valuesOf(file),
    accepted: input.accepted ?? new Map<string, Value>(),
    isBroken,
  });
  const problems = [...file.problems, ...(isBroken ? [] : overruled(schema, source, file, merged))];
  return {
    configuration: build(merged.values),
    problems: [...problems.sort(byPlace), ...machine.problems, ...user.problems],
    loosenings: isBroken ? [] : looseningsOf(schema, file, merged),
    file: input.file,
  };
}

export interface ConfigurationFiles {
  readonly file: string;
  readonly workspaceDir: string;
  readonly processEnvironment: Environment;
  readonly userSettings?: Settings;
  readonly accepted?: ReadonlyMap<string, Value>;
  /** False: nothing that lies in the workspace is read. */
  readonly isTrusted?: boolean;
  /** Where an administrator's policy lies; the platform's place unless said. */
  readonly machinePolicy?: string;
}

const VARIABLES = "environment_variables";

/** Reads the file and the workspace's `.env` (variables of the process that the person listed win), then loads. */
export async function readConfiguration(files: ConfigurationFiles): Promise<LoadedConfiguration> {
  const readOwn = (file: string) => (files.isTrusted === false ? undefined : readIfThere(file));
  const [text, dotEnv, machine] = await Promise.all([
    readOwn(files.file),
    readOwn(join(files.workspaceDir, ".env"))?.catch(() => undefined),
    readMachinePolicy(files.machinePolicy ?? machinePolicyFile(process.platform)),
  ]);
  const environment = { ...parseEnvironmentFile(dotEnv ?? ""), ...listedVariables(files) };
  return loadConfiguration({ ...files, text, environment, machine });
}

/** Of the process's own variables, which hold secrets too, those that the person named. */
function listedVariables({ processEnvironment, userSettings = {} }: ConfigurationFiles): Environment {
  const key = keyAt(schemaTree(), VARIABLES);
  const names = key && accept(key.accepts, userSettings[VARIABLES]);
  const listed = names !== undefined && "value" in names ? (names.value as readonly string[]) : [];
  return Object.fromEntries(
    listed.flatMap((name) => {
      const value = processEnvironment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** A file that is there but cannot be read must not count as absent: its text then is a mistake of its own. */
async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    return `The file cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"}).`;
  }
}

/** Nothing is interpolated in it: variables are the user's. Its mistakes are told in the workspace's file, at its top. */
function machineLayer(
  source: Source,
  machine: MachinePolicy | undefined,
): { readonly values: Layer; readonly problems: readonly ConfigurationProblem[] } {
  if (machine === undefined) return { values: new Map(), problems: [] };
  const { file, text, ignored } = machine;
  const policy = validate(parseSource(text ?? ""), {}, "mistakes");
  const problems = policy.problems
    .filter(({ severity }) => severity !== "information")
    .map(({ severity, line, message }) =>
      source.problem(severity, null, `This machine's policy, line ${line} of ${file}: ${message}`),
    );
  const warning = `This machine's policy is not used: ${ignored ?? ""}. It counts once only an administrator can write ${file}.`;
  return {
    values: valuesOf(policy),
    problems: ignored === undefined ? problems : [source.problem("warning", null, warning)],
  };
}

function valuesOf(file: FileValues): Layer {
  return new Map([...file.values].map(([path, { value }]) => [path, value]));
}

function settingsLayer(
  schema: SchemaNode,
  source: Source,
  settings: Settings | undefined,
  whose: string,
): { readonly values: Layer; readonly problems: readonly ConfigurationProblem[] } {
  const values = new Map<string, Value>();
  const problems: ConfigurationProblem[] = [];
  for (const [path, raw] of Object.entries(settings ?? {})) {
    const key = keyAt(schema, path);
    if (key === undefined) {
      problems.push(source.problem("warning", null, `${whose} ${path} names no key and is not used.`));
    } else if (raw !== undefined && raw !== null) {
      const accepted = accept(key.accepts, raw);
      values.set(path, "value" in accepted ? accepted.value : strictest(key));
      if ("mistake" in accepted) {
        problems.push(source.problem("error", null, `${whose} ${path}: ${accepted.mistake}`));
      }
    }
  }
  return { values, problems };
}

function overruled(
  schema: SchemaNode,
  source: Source,
  file: FileValues,
  merged: Merged,
): ConfigurationProblem[] {
  return [...merged.overruled].map(([path, value]) => {
    const rule = keyAt(schema, path)?.merge;
    const why =
      rule === "user" || rule === "workspace"
        ? "is not for a workspace's file to say"
        : "is looser than your own settings";
    const node = file.values.get(path)?.node ?? null;
    const problem = source.problem("information", node, `${path} ${why}: ${display(value)} stays in force.`);
    return merged.acceptable.has(path) ? { ...problem, mayBeAccepted: true } : problem;
  });
}

function looseningsOf(schema: SchemaNode, file: FileValues, { overruled, acceptable }: Merged): Loosening[] {
  return [...acceptable].map((path) => ({
    path,
    inForce: overruled.get(path) ?? null,
    asked: file.values.get(path)?.value ?? null,
    description: keyAt(schema, path)?.description ?? "",
  }));
}

function display(value: Value): string {
  if (value === null) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function byPlace(a: ConfigurationProblem, b: ConfigurationProblem): number {
  return a.line - b.line || a.column - b.column;
}
