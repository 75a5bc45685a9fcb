import type { Approvals } from "../approval/approvals.ts";
import type { RequestId } from "../approval/decisions.ts";
import type { FinalAnswer, PythonAnswer } from "../models/answers.ts";
import type { Analyses, AnalysisChange } from "./analyses.ts";
import type { Analysis, AnalysisId, Stage } from "./analysis.ts";
import { analysisGraph, stepThread } from "./analysis-graph.ts";
import type { Budget } from "./budget.ts";
import type { Capability } from "./capability.ts";
import type { SqliteCheckpointer } from "./checkpointer.ts";
import { drive, type Answer, type Driven, type Graph } from "./drive.ts";
import { memoryGraph } from "./memory-graph.ts";
import {
  STATE_VERSION,
  type AnalysisValues,
  type MemoryValues,
  type StepResult,
  type StepValues,
} from "./state.ts";
import { requestKey, stepGraph, type WaitsFor } from "./step-graph.ts";
import type { Threads } from "./threads.ts";

export interface RunnerParts {
  readonly approvals: Approvals;
  readonly analyses: Analyses;
  readonly threads: Threads;
  readonly checkpointer: SqliteCheckpointer;
  readonly capability: Capability<PythonAnswer>;
  readonly budget: Budget;
  readonly context: (question: string, signal: AbortSignal) => Promise<string>;
}

/** For looking at threads, which ends by itself. */
const NEVER = new AbortController().signal;

type Report = (stage: Stage, detail?: string) => void;

/** Takes one analysis as far as it goes without a person: its own thread, its steps' threads, its memory's thread. */
export class Runner {
  private readonly parts: RunnerParts;

  constructor(parts: RunnerParts) {
    this.parts = parts;
  }

  /** The caller holds the analysis's lease. */
  async advance(id: AnalysisId, report: Report, signal: AbortSignal): Promise<void> {
    const analysis = this.parts.analyses.get(id);
    if (analysis.state === "running" || analysis.state === "waiting")
      await this.advanceAnalysis(analysis, report, signal);
    await this.advanceMemory(id, signal);
  }

  /**
   * Takes an analysis that ended with a failed step back to before that step, whose new attempt is a thread of its own.
   * One that failed on the way needs none of this: its thread stands where it failed. The caller holds the lease.
   */
  async reopen(id: AnalysisId): Promise<void> {
    const { graph, ended } = await this.endedStep(id);
    if (ended === undefined || endState(ended.last) !== "failed") return;
    await graph.updateState(threadOf(id), ended.before, "plan_steps");
  }

  /** As `reopen`, and the new attempt is not generated: the code of its last request is asked about as it is. */
  async askAnew(id: AnalysisId, requestId: RequestId): Promise<void> {
    const { graph, ended } = await this.endedStep(id);
    if (ended?.last.requestId !== requestId) return;
    const steps = stepGraph({ ...this.parts, report: () => undefined, signal: NEVER });
    const snapshot = await steps.getState(threadOf(ended.thread));
    const generated = (snapshot.values as Partial<StepValues>).proposal;
    if (generated === undefined) return;
    const proposal = this.parts.capability.edited(generated, this.parts.approvals.get(requestId));
    const anew = { retry: ended.before.retries, proposal, requestId };
    await graph.updateState(threadOf(id), { ...ended.before, anew }, "plan_steps");
  }

  /** The step that an analysis ended with, and the analysis' state before it. */
  private async endedStep(id: AnalysisId) {
    const graph = analysisGraph({ ...this.parts, report: () => undefined, signal: NEVER });
    const snapshot = await graph.getState(threadOf(id));
    const { results = [], retries = 0 } = snapshot.values as Partial<AnalysisValues>;
    const last = results.at(-1);
    if (snapshot.next.length > 0 || last === undefined) return { graph, ended: undefined };
    const before = { results: results.slice(0, -1), retries: retries + 1, anew: undefined };
    return { graph, ended: { last, before, thread: stepThread(id, results.length - 1, retries) } };
  }

  /** The request for a memory entry that this analysis still has open. */
  openMemoryRequest(id: AnalysisId): RequestId | undefined {
    const thread = memoryThread(id);
    return this.parts.threads.isOpen(thread)
      ? this.parts.approvals.findByKey(requestKey(thread, 1))?.id
      : undefined;
  }

  private async advanceAnalysis(analysis: Analysis, report: Report, signal: AbortSignal): Promise<void> {
    const graph = analysisGraph({ ...this.parts, report, signal });
    await this.parts.threads.open(analysis.id, analysis.id);
    const begin = { version: STATE_VERSION, analysisId: analysis.id, question: analysis.question };
    const answer = async (waits: WaitsFor): ReturnType<Answer> => {
      if (!("thread" in waits)) return { waitsFor: waits };
      const state = await graph.getState(threadOf(analysis.id));
      const driven = await this.advanceStep(
        analysis,
        waits.thread,
        state.values as AnalysisValues,
        report,
        signal,
      );
      return driven.state === "waiting" ? { waitsFor: driven.for } : { resume: driven.values.result };
    };
    const driven = await drive(graph as Graph<AnalysisValues>, analysis.id, begin, answer, signal);
    if (driven.state === "ended") await this.finish(analysis.id, driven.values, report);
    else await this.wait(analysis.id, driven.for, report);
  }

  private async advanceStep(
    analysis: Analysis,
    thread: string,
    plan: AnalysisValues,
    report: Report,
    signal: AbortSignal,
  ): Promise<Driven<StepValues>> {
    await this.parts.threads.open(thread, analysis.id);
    const graph = stepGraph({ ...this.parts, report, signal });
    const begin = this.firstStepState(analysis, thread, plan);
    const answer = this.decided(() => this.goesOn(analysis.id));
    const driven = await drive(graph as Graph<StepValues>, thread, begin, answer, signal);
    if (driven.state === "ended") await this.parts.threads.end(thread);
    return driven;
  }

  /** Decided: until it ends, or waits again, people see it running. */
  private async goesOn(id: AnalysisId): Promise<void> {
    if (this.parts.analyses.get(id).state !== "waiting") return;
    await this.parts.analyses.update(id, { state: "running", waitingFor: undefined });
  }

  private firstStepState(analysis: Analysis, thread: string, values: AnalysisValues): StepValues {
    const index = values.results.length;
    const anew = values.anew?.retry === values.retries ? values.anew : undefined;
    return {
      version: STATE_VERSION,
      analysisId: analysis.id,
      thread,
      question: analysis.question,
      task: values.task,
      objective: values.plan.objective,
      purpose: values.plan.steps[index]?.purpose ?? values.plan.objective,
      context: values.context,
      earlier: values.results,
      model: this.parts.analyses.model(analysis.id),
      attempt: anew === undefined ? 0 : 1,
      failures: failuresOf(values.results),
      troubles: [],
      proposal: anew?.proposal,
      requestId: anew?.requestId,
      result: undefined,
    };
  }

  private async advanceMemory(id: AnalysisId, signal: AbortSignal): Promise<void> {
    const entry = await this.proposedMemory(id);
    if (entry !== undefined) {
      const thread = memoryThread(id);
      await this.parts.threads.open(thread, id);
      const graph = memoryGraph({ ...this.parts, signal });
      const { question } = this.parts.analyses.get(id);
      const model = this.parts.analyses.model(id);
      const nothing = { requestId: undefined, ended: undefined };
      const begin = { version: STATE_VERSION, analysisId: id, thread, question, model, entry, ...nothing };
      const driven = await drive(graph as Graph<MemoryValues>, thread, begin, this.decided(), signal);
      if (driven.state === "waiting") return;
      await this.parts.threads.end(thread);
    }
    if (!this.hasEnded(id)) return;
    await this.prune(id);
    await this.parts.threads.end(id);
  }

  /** What a page shows lies in its run and its row. One that came to nothing can be taken up again where it stands. */
  async prune(id: AnalysisId): Promise<void> {
    const { analyses, checkpointer, threads } = this.parts;
    const isFinished = analyses.get(id).state === "finished";
    for (const thread of threads.of(id))
      await (isFinished ? checkpointer.deleteThread(thread) : checkpointer.keepPosition(thread));
  }

  private hasEnded(id: AnalysisId): boolean {
    const { state } = this.parts.analyses.get(id);
    return state !== "running" && state !== "waiting";
  }

  private async proposedMemory(id: AnalysisId): Promise<FinalAnswer["memory"]> {
    if (this.parts.analyses.get(id).state !== "finished") return undefined;
    const graph = analysisGraph({ ...this.parts, report: () => undefined, signal: NEVER });
    return ((await graph.getState(threadOf(id))).values as Partial<AnalysisValues>).memory;
  }

  /** Resumes with the request's state once the inbox has a decision. */
  private decided(goesOn: () => Promise<void> = () => Promise.resolve()): Answer {
    return async (waits) => {
      if (!("requestId" in waits)) return { waitsFor: waits };
      const { state } = this.parts.approvals.get(waits.requestId);
      if (state === "requested") return { waitsFor: waits };
      await goesOn();
      return { resume: state };
    };
  }

  private async wait(id: AnalysisId, waits: WaitsFor, report: Report): Promise<void> {
    const waitingFor = "requestId" in waits ? { waitingFor: waits.requestId } : {};
    const stage = "waiting for your decision";
    await this.parts.analyses.update(id, { state: "waiting", stage, ...waitingFor });
    report(stage);
  }

  private async finish(id: AnalysisId, values: Partial<AnalysisValues>, report: Report): Promise<void> {
    const last = values.results?.at(-1);
    const error = last?.error === undefined ? {} : { error: last.error };
    const change: AnalysisChange = {
      state: endState(last),
      stage: "done",
      answer: values.answer,
      waitingFor: undefined,
      ...error,
    };
    const run = last === undefined ? {} : { notebook: last.notebook, runFolder: last.runFolder };
    await this.parts.analyses.update(id, { ...change, ...run });
    report("done");
  }
}

function threadOf(id: string): { readonly configurable: { readonly thread_id: string } } {
  return { configurable: { thread_id: id } };
}

/** An analysis has one budget of attempts, for all its steps. */
function failuresOf(results: readonly StepResult[]): number {
  return results.reduce((sum, { failures = 0 }) => Math.max(sum, failures), 0);
}

function memoryThread(id: AnalysisId): string {
  return `${id}/memory`;
}

/** How the analysis ended, after its last step. A clarification has none and counts as finished. */
function endState(last: StepResult | undefined): Analysis["state"] {
  if (last === undefined || last.state === "finished") return "finished";
  return ["rejected", "withdrawn", "expired", "cancelled"].includes(last.state) ? "cancelled" : "failed";
}
