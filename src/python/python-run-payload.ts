import { CountersignError } from "../errors.ts";
import type { PythonRun } from "./python-run.ts";

/** What is wrong with a value, after the name of the member that holds it; undefined where it is right. */
type Check = (value: unknown) => string | undefined;

/**
 * Checks a stored payload before it is used. One closed shape: a member that it does not know is refused too, because it
 * might be one that a newer version obeys.
 * @throws `approval-state` naming the first thing that is wrong
 */
export function parsePythonRun(payload: unknown): PythonRun {
  const problem = PYTHON_RUN(payload);
  if (problem === undefined) return payload as PythonRun;
  throw new CountersignError("approval-state", {
    message: `This stored run cannot be read: ${problem.trim()}.`,
    kept: "The request, as it is stored.",
    next: "Run the analysis again, so that it is asked for anew.",
  });
}

const text: Check = (value) => (typeof value === "string" ? undefined : " is no text");
const positive: Check = (value) =>
  typeof value === "number" && Number.isFinite(value) && value > 0 ? undefined : " is no positive number";
const count: Check = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : " is no whole number";
const digest: Check = (value) =>
  typeof value === "string" && /^[0-9a-f]{64}$/.test(value) ? undefined : " is no SHA-256";

/** It becomes a path in the sandbox and one in the workspace. */
const relativePath: Check = (value) => {
  if (typeof value !== "string" || value === "" || value.startsWith("/")) return " is no relative path";
  return value.split("/").some((part) => part === "" || part === "." || part === "..")
    ? " leads out of its folder"
    : undefined;
};

function oneOf(...values: readonly unknown[]): Check {
  return (value) => (values.includes(value) ? undefined : ` is none of ${values.join(", ")}`);
}

function either(...checks: readonly Check[]): Check {
  return (value) => {
    const problems = checks.map((check) => check(value));
    return problems.includes(undefined) ? undefined : problems.at(-1);
  };
}

function list(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return " is no list";
    const problems = value.map((member, index) => prefixed(`[${index}]`, check(member)));
    return problems.find((problem) => problem !== undefined);
  };
}

function object(members: Readonly<Record<string, Check>>): Check {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return " is no object";
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(members, name));
    if (unknown !== undefined) return `.${unknown} is not known`;
    const found = value as Readonly<Record<string, unknown>>;
    const problems = Object.entries(members).map(([name, check]) => prefixed(`.${name}`, check(found[name])));
    return problems.find((problem) => problem !== undefined);
  };
}

function prefixed(name: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `${name}${problem}`;
}

/** Names with text values. */
const texts: Check = (value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return " is no object";
  return Object.values(value).every((one) => typeof one === "string") ? undefined : " holds more than text";
};
const number: Check = (value) => (Number.isFinite(value) ? undefined : " is no number");
const PUT_VALUE = either(number, text, list(either(number, text)));

const CONTROL = object({
  gateway: text,
  address: text,
  port: positive,
  network: text,
  puts: either(oneOf("none", "any"), list(object({ channel: text, value: either(oneOf(null), PUT_VALUE) }))),
});

const INPUT = object({
  path: relativePath,
  source: either(oneOf(undefined), relativePath),
  bytes: count,
  digest,
  boundBy: oneOf("content", "head-and-tail"),
});

const DATA = object({
  folders: list(object({ name: relativePath, at: relativePath, identity: text })),
  files: list(
    object({
      path: relativePath,
      bytes: count,
      digest,
      boundBy: oneOf("content", "head-and-tail", "absence"),
    }),
  ),
  listings: list(
    object({
      pattern: relativePath,
      files: count,
      bytes: count,
      digest,
      named: list(object({ path: relativePath, bytes: count, times: text })),
    }),
  ),
});

const CONTAINER = object({
  method: oneOf("container"),
  image: text,
  recipe: digest,
  imageId: either(oneOf(null), text),
});

const PYTHON_RUN = object({
  code: text,
  mode: text,
  kernelName: text,
  place: either(
    object({ method: oneOf("local"), environment: digest }),
    object({ method: oneOf("gateway"), url: text }),
    CONTAINER,
  ),
  dataFolders: list(text),
  data: DATA,
  inputs: list(INPUT),
  networks: list(text),
  control: either(oneOf(null), CONTROL),
  environment: texts,
  limits: object({
    seconds: positive,
    memoryMb: positive,
    cpus: positive,
    processes: positive,
    workingFolderMb: positive,
    outputMb: positive,
  }),
});
