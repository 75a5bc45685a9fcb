import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { CodeAnalyser } from "../analysis/analysis.ts";
import { rewriteNotebookSyntax } from "../analysis/ipython.ts";
import { namesMayBeOpen } from "./open-names.ts";
import { findStartedLoop } from "./running-loop.ts";

/** Why code cannot run to its end. `line` counts from 1. */
export interface SureFailure {
  readonly line: number;
  readonly message: string;
}

interface Found extends SureFailure {
  /** Null where the checker could not parse it. */
  readonly rule: string | null;
}

const WITHIN_MS = 20_000;
const UNDEFINED_NAME = "F821";
/** Code that is run in a kernel comes from no file. The checker counts that name among Python's own, and looks this one up. */
const FILE = "__file__";
const FILE_FOR_CHECKER = "__fi1e__";

/** What keeps code from running to its end, as far as that is sure: our parser's errors, else the checker's. */
export async function whyItCannotRun(
  code: string,
  analyser: CodeAnalyser,
  signal: AbortSignal,
): Promise<readonly SureFailure[]> {
  const { syntaxErrors } = await analyser.analyse(code);
  return syntaxErrors.length > 0 ? syntaxErrors : findSureFailures(code, signal).catch(() => []);
}

/**
 * What must fail in code that our parser takes: undefined names, and what Python's grammar forbids beyond our parser's.
 * Notebook syntax is none of Python's. @throws what `signal` is aborted with
 */
export async function findSureFailures(code: string, signal: AbortSignal): Promise<readonly SureFailure[]> {
  const found = await check(withFileToLookUp(code), signal);
  const isNotebookSyntax =
    found.some(({ rule }) => rule === null) && rewriteNotebookSyntax(code) !== undefined;
  const failures = isNotebookSyntax ? [] : withoutOpenNames(found, code);
  const loop = findStartedLoop(code);
  return loop === undefined ? failures : [...failures, loop].sort((one, other) => one.line - other.line);
}

/** Code that asks for the name by its text sees that it is not there. */
function withFileToLookUp(code: string): string {
  return /["']__file__["']/.test(code) ? code : code.replaceAll(/\b__file__\b/g, FILE_FOR_CHECKER);
}

function withoutOpenNames(found: readonly Found[], code: string): readonly SureFailure[] {
  const mayBeOpen = found.some(({ rule }) => rule === UNDEFINED_NAME) ? namesMayBeOpen(code) : () => false;
  return found
    .filter(({ rule, line }) => rule !== UNDEFINED_NAME || !mayBeOpen(line))
    .map(({ line, message }) => ({ line, message: aboutFile(message) }));
}

function aboutFile(message: string): string {
  return message.includes(FILE_FOR_CHECKER)
    ? `Undefined name \`${FILE}\`: the code runs in a kernel, and comes from no file`
    : message;
}

/** In a thread of its own, because the checker takes a fifth of a second to load. A checker that fails finds nothing. */
async function check(code: string, signal: AbortSignal): Promise<readonly Found[]> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]);
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./ruff-worker.${extension}`, import.meta.url), { workerData: code });
  try {
    const [found] = (await once(worker, "message", { signal: limit })) as [readonly Found[]];
    return found;
  } catch {
    signal.throwIfAborted();
    return [];
  } finally {
    await worker.terminate();
  }
}
