import { cancelled, isCountersignError } from "../errors.ts";
import type { DataContext, DataQuery, DataSource, Retrieved } from "./data-source.ts";

/**
 * Asks all sources at once, each until its own deadline; one that fails or is late never takes the others with it.
 * @returns one entry a source, in their order. @throws `cancelled` where `signal` was aborted
 */
export async function retrieve(
  sources: readonly DataSource[],
  query: DataQuery,
  signal: AbortSignal,
): Promise<readonly Retrieved[]> {
  const retrieved = await Promise.all(sources.map((source) => retrieveOne(source, query, signal)));
  if (signal.aborted) throw cancelled("Looking at the data");
  return retrieved;
}

async function retrieveOne(source: DataSource, query: DataQuery, signal: AbortSignal): Promise<Retrieved> {
  const start = performance.now();
  const about = () => ({ source: source.name, milliseconds: Math.round(performance.now() - start) });
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), source.deadline);
  const either = AbortSignal.any([signal, late.signal]);
  try {
    const { items } = await abandoning(source.retrieve(query, either), either);
    return { ...about(), state: "ok", items };
  } catch (error) {
    if (late.signal.aborted) {
      return { ...about(), state: "timed-out", reason: `no answer within ${source.deadline} ms` };
    }
    return { ...about(), state: "failed", reason: reasonOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** A source that does not listen to its signal is left behind. */
function abandoning(work: Promise<DataContext>, signal: AbortSignal): Promise<DataContext> {
  return new Promise((resolve, reject) => {
    const abandon = () => reject(cancelled("Retrieval"));
    if (signal.aborted) abandon();
    signal.addEventListener("abort", abandon, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abandon));
  });
}

function reasonOf(error: unknown): string {
  if (isCountersignError(error)) return `${error.message} ${error.next}`;
  return error instanceof Error ? error.message : String(error);
}
