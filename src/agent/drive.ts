import { Command } from "@langchain/langgraph";
import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { CountersignError } from "../errors.ts";
import { STATE_VERSION } from "./state.ts";
import type { WaitsFor } from "./step-graph.ts";
import { UNTRACED } from "./untraced.ts";

/** As much of a compiled LangGraph graph as a runner needs. */
export interface Graph<V> {
  getState(config: ThreadConfig): Promise<Snapshot<V>>;
  invoke(input: unknown, config: ThreadConfig): Promise<unknown>;
}

interface ThreadConfig {
  readonly configurable: { readonly thread_id: string };
  readonly durability: "sync";
  readonly signal: AbortSignal;
  readonly callbacks: BaseCallbackHandler[];
}

interface Snapshot<V> {
  readonly values: Partial<V>;
  readonly next: readonly string[];
  readonly createdAt?: string;
  readonly tasks: readonly {
    readonly interrupts: readonly { readonly id?: string; readonly value?: unknown }[];
  }[];
}

export type Driven<V> =
  | { readonly state: "waiting"; readonly for: WaitsFor }
  | { readonly state: "ended"; readonly values: Partial<V> };

/** What to resume an interrupted thread with, or what it really waits for. */
export type Answer = (
  waits: WaitsFor,
) => Promise<{ readonly resume: unknown } | { readonly waitsFor: WaitsFor }>;

/**
 * Takes one thread on from wherever its checkpoint stands, until it ends or waits for what `answer` cannot give.
 * The interrupt is found in the checkpoint each time: resuming with another id would silently interrupt again.
 * @throws `approval-stale` where another version wrote the thread
 */
export async function drive<V extends { version: number }>(
  graph: Graph<V>,
  thread: string,
  begin: Partial<V>,
  answer: Answer,
  signal: AbortSignal,
): Promise<Driven<V>> {
  const config: ThreadConfig = {
    configurable: { thread_id: thread },
    durability: "sync",
    signal,
    callbacks: [...UNTRACED],
  };
  for (;;) {
    signal.throwIfAborted();
    const snapshot = await graph.getState(config);
    if (snapshot.createdAt === undefined) {
      await graph.invoke(begin, config);
      continue;
    }
    requireVersion(snapshot.values.version);
    const interrupted = snapshot.tasks.flatMap((task) => task.interrupts)[0];
    if (interrupted === undefined) {
      if (snapshot.next.length === 0) return { state: "ended", values: snapshot.values };
      await graph.invoke(null, config);
      continue;
    }
    const given = await answer(interrupted.value as WaitsFor);
    if ("waitsFor" in given) return { state: "waiting", for: given.waitsFor };
    const resume = interrupted.id === undefined ? given.resume : { [interrupted.id]: given.resume };
    await graph.invoke(new Command({ resume }), config);
  }
}

function requireVersion(version: number | undefined): void {
  if (version === STATE_VERSION) return;
  throw new CountersignError("approval-stale", {
    message: "This analysis was begun by another version of Countersign and cannot be taken up.",
    kept: "Its question, code, decisions and runs.",
    next: "Ask the question again.",
  });
}
