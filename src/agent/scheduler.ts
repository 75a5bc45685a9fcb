import type { Approvals } from "../approval/approvals.ts";
import type { RequestId } from "../approval/decisions.ts";
import { Closing, CountersignError, isCountersignError } from "../errors.ts";
import type { Disposable, Host } from "../host.ts";
import type { Analyses } from "./analyses.ts";
import type { Analysis, AnalysisId, Stage } from "./analysis.ts";
import type { Leases } from "./leases.ts";
import type { Runner } from "./runner.ts";

export interface SchedulerParts {
  readonly host: Pick<Host, "log" | "trusted">;
  readonly approvals: Approvals;
  readonly analyses: Analyses;
  readonly leases: Leases;
  readonly runner: Runner;
  readonly report: (id: AnalysisId, stage: Stage, detail?: string) => void;
  /** A runner here is done with it, for now or for good. */
  readonly onDone: (id: AnalysisId) => void;
}

/** Where a runner begins: where the analysis stands, or before the step that it ended with, with new code or that of a request. */
export type From = "here" | "before the failure" | { readonly anew: RequestId };

/** One analysis that this process works on. `next` asks for another round: something was decided meanwhile. */
interface Work {
  readonly abort: AbortController;
  readonly done: Promise<void>;
  next: From | undefined;
}

/** Milliseconds between looks for what a window that died left behind. */
const LOOK_INTERVAL = 15_000;

/**
 * Which analyses this process works on: at most one runner for each, here or in another process. A change of the inbox wakes
 * it, and so does a look at what no change tells of; both lead to `wake`, which acts by where the analysis stands.
 */
export class Scheduler implements Disposable {
  private readonly parts: SchedulerParts;
  private readonly work = new Map<AnalysisId, Work>();
  private readonly listening: Disposable;
  private readonly looking: NodeJS.Timeout;
  private disposing = false;

  constructor(parts: SchedulerParts) {
    this.parts = parts;
    this.listening = parts.approvals.onDidChange((request) => {
      const id = this.analysisOf(request);
      if (id !== undefined) this.wake(id);
    });
    this.looking = setInterval(() => this.wakeAllQuietly(), LOOK_INTERVAL);
    this.looking.unref();
  }

  isAtWork(id: AnalysisId): boolean {
    return this.work.has(id);
  }

  /** Goes on with it where a runner would get further than where it stands, and stops where it was cancelled. */
  wake(id: AnalysisId): void {
    if (this.disposing || !this.parts.host.trusted()) return;
    const analysis = this.parts.analyses.get(id);
    if (analysis.state === "cancelled") this.stop(id);
    else if (this.isAtWork(id) || this.canGoOn(analysis)) this.run(id);
  }

  /** Everything that was decided or interrupted while nobody ran. */
  wakeAll(): void {
    for (const { id } of this.parts.analyses.open()) this.wake(id);
  }

  /** What was cancelled in this window or another one. */
  stopCancelled(): void {
    for (const id of this.work.keys()) if (this.isCancelled(id)) this.stop(id);
  }

  run(id: AnalysisId, from: From = "here"): void {
    const under = this.work.get(id);
    if (under !== undefined) {
      under.next = under.next === undefined || under.next === "here" ? from : under.next;
      return;
    }
    const abort = new AbortController();
    const done = Promise.resolve().then(() => this.advance(id, from, abort.signal));
    this.work.set(id, { abort, done, next: undefined });
    void done.finally(() => this.ended(id));
  }

  /** Requests of other kinds and of other extensions belong to no analysis. */
  analysisOf(requestId: RequestId): AnalysisId | undefined {
    const id = this.parts.approvals.get(requestId).context.analysisId as AnalysisId;
    return this.parts.analyses.knows(id) ? id : undefined;
  }

  async dispose(): Promise<void> {
    this.disposing = true;
    clearInterval(this.looking);
    await this.listening.dispose();
    const work = [...this.work.values()];
    for (const { abort } of work) abort.abort(new Closing());
    await Promise.allSettled(work.map(({ done }) => done));
  }

  private stop(id: AnalysisId): void {
    this.work.get(id)?.abort.abort();
  }

  /** Nobody says when another window dies in the middle of its work, so somebody looks. */
  private wakeAllQuietly(): void {
    try {
      this.wakeAll();
    } catch (error) {
      this.parts.host.log.warn("Could not look for analyses to go on with", error);
    }
  }

  private async advance(id: AnalysisId, from: From, signal: AbortSignal): Promise<void> {
    const { leases, runner, report } = this.parts;
    let lease: Disposable | undefined;
    try {
      lease = await leases.take(id, () => this.work.get(id)?.abort.abort(new Closing()));
      if (lease === undefined) return;
      if (from === "before the failure") await runner.reopen(id);
      if (typeof from === "object") await runner.askAnew(id, from.anew);
      await runner.advance(id, (stage, detail) => report(id, stage, detail), signal);
    } catch (error) {
      await this.failed(id, error, signal);
    } finally {
      await lease?.dispose();
    }
  }

  /** A disposing process leaves the analysis as it is: the next one takes it up. */
  private async failed(id: AnalysisId, error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.isCancelled(id)) return;
    const known = isCountersignError(error) ? error : unexpected(error);
    this.parts.host.log.error(`Analysis ${id} failed`, error);
    await this.parts.analyses.update(id, { state: "failed", error: known.toRecord(), waitingFor: undefined });
  }

  private ended(id: AnalysisId): void {
    const next = this.work.get(id)?.next;
    this.work.delete(id);
    if (this.disposing) return;
    if (next !== undefined && this.canGoOn(this.parts.analyses.get(id))) this.run(id, next);
    this.parts.onDone(id);
  }

  /** Whether a runner would get further than where the analysis stands. */
  private canGoOn(analysis: Analysis): boolean {
    const { runner, approvals } = this.parts;
    if (analysis.state === "running") return true;
    const isWaiting = analysis.state === "waiting";
    const waitsFor = isWaiting ? analysis.waitingFor : runner.openMemoryRequest(analysis.id);
    return waitsFor !== undefined && approvals.get(waitsFor).state !== "requested";
  }

  private isCancelled(id: AnalysisId): boolean {
    return this.parts.analyses.get(id).state === "cancelled";
  }
}

function unexpected(error: unknown): CountersignError {
  return new CountersignError("analysis-failed", {
    message: `The analysis stopped on an unexpected error: ${error instanceof Error ? error.message : String(error)}`,
    kept: "The question, every decision and every run so far.",
    next: "Retry the analysis; if it happens again, open the log (Countersign: Show Log) and report it.",
    cause: error,
  });
}
