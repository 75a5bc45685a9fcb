import { setTimeout as delay } from "node:timers/promises";
import { cancelled, CountersignError } from "../errors.ts";
import type { Output } from "./python-run.ts";
import type { Sandbox } from "./sandboxes/sandbox.ts";

/** What an interrupted kernel gets to put its affairs in order. */
const GRACE_MS = 2_000;

/** More than a kernel's start of counting is late. */
const SURE_SECONDS = 1;

type Stoppable = Pick<Sandbox, "interrupt" | "abandon">;

/**
 * Passes a run's output on until it has ended, its time is up or somebody cancels. At the limit the kernel is
 * interrupted and may go on for two seconds; its output until then still counts.
 * @param aborted what it ends with where the signal aborts
 * @throws `time-limit`, what `aborted` says, and what the output throws
 */
export async function* withinLimits(
  outputs: AsyncIterable<Output>,
  sandbox: Stoppable,
  seconds: number,
  signal: AbortSignal,
  aborted: () => Error = () => cancelled("The run"),
): AsyncIterable<Output> {
  const watch = new Watch(sandbox, seconds, signal, aborted);
  try {
    for await (const output of outputs) {
      if (output.type === "ended" && watch.interrupted && !endedBefore(seconds, output))
        throw timeLimit(seconds);
      yield output;
    }
  } finally {
    watch.stop();
  }
}

class Watch {
  interrupted = false;
  private readonly stopped = new AbortController();

  constructor(sandbox: Stoppable, seconds: number, signal: AbortSignal, aborted: () => Error) {
    const cancel = (): void => sandbox.abandon(aborted());
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { signal: this.stopped.signal });
    // Ends early, with an error nobody needs, when the run has ended.
    this.time(sandbox, seconds).catch(() => undefined);
  }

  stop(): void {
    this.stopped.abort();
  }

  private async time(sandbox: Stoppable, seconds: number): Promise<void> {
    const { signal } = this.stopped;
    await delay(seconds * 1000, undefined, { signal });
    this.interrupted = true;
    // A kernel or gateway that does not answer is killed all the same.
    void sandbox.interrupt().catch(() => undefined);
    await delay(GRACE_MS, undefined, { signal });
    sandbox.abandon(timeLimit(seconds));
  }
}

/**
 * Whether it had ended when its time was up, and its reply alone came later, behind output that took long to be taken over.
 * An error right at the limit is what the interrupt made of it: the kernel starts to count a little later.
 */
function endedBefore(
  limit: number,
  { status, seconds = limit }: Extract<Output, { type: "ended" }>,
): boolean {
  return seconds < (status === "ok" ? limit : limit - SURE_SECONDS);
}

export function timeLimit(seconds: number): CountersignError {
  return new CountersignError("time-limit", {
    message: `The code ran longer than ${seconds} seconds and was stopped.`,
    kept: "The output and the files up to then.",
    next: "Raise seconds in your setting countersign.execution.limits (a countersign.yml can only lower it), or ask for a shorter computation.",
  });
}
