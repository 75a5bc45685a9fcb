import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { CodeAnalyser } from "../analysis/analysis.ts";
import { rewriteNotebookSyntax } from "../analysis/ipython.ts";

/** Why code cannot run to its end. `line` counts from 1. */
export interface SureFailure {
  readonly line: number;
  readonly message: string;
}

interface Found extends SureFailure {
  /** False where the checker could not parse it. */
  readonly parses: boolean;
}

const WITHIN_MS = 20_000;

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
  const found = await check(code, signal);
  if (found.some(({ parses }) => !parses) && rewriteNotebookSyntax(code) !== undefined) return [];
  return found.map(({ line, message }) => ({ line, message }));
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
