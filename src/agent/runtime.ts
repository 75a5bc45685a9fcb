import type { RequestId } from "../approval/decisions.ts";
import type { Approvals } from "../approval/approvals.ts";
import { mayAskAnew } from "../approval/request.ts";
import { Closing, CountersignError, isCountersignError } from "../errors.ts";
import { Emitter, type Disposable, type Host } from "../host.ts";
import type { Models } from "../models/language-model.ts";
import type { Executor, RunOutput } from "../python/executor.ts";
import type { Database } from "../storage/database.ts";
import type { Agent, Progress } from "./agent.ts";
import type { Analyses } from "./analyses.ts";
import type { Analysis, AnalysisId, Stage } from "./analysis.ts";
import type { Leases } from "./leases.ts";
import type { Questions } from "./questions.ts";
import type { Runner } from "./runner.ts";

export interface RuntimeParts {
  readonly host: Host;
  readonly database: Database;
  readonly approvals: Approvals;
  readonly models: Models;
  readonly executor: Executor;
  readonly analyses: Analyses;
  readonly questions: Questions;
  readonly leases: Leases;
  readonly runner: Runner;
}

/** Where a runner begins: where the analysis stands, or before the step that it ended with, with new code or that of a request. */
type From = "here" | "before the failure" | { readonly anew: RequestId };

/** One analysis that this process works on. `next` asks for another round: something was decided meanwhile. */
interface Work {
  readonly abort: AbortController;
  readonly done: Promise<void>;
  next: From | undefined;
}

/** Milliseconds between looks for what a window that died left behind. */
const RESUME_INTERVAL = 15_000;

/** Starts, resumes, cancels; at most one runner per analysis, here or in another process. */
export class Runtime implements Agent {
  private readonly parts: RuntimeParts;
  private readonly work = new Map<AnalysisId, Work>();
  private readonly changed: Emitter<AnalysisId>;
  private readonly progress: Emitter<Progress>;
  private readonly output: Emitter<RunOutput>;
  private readonly subscriptions: readonly Disposable[];
  private stamps: ReadonlyMap<AnalysisId, string>;
  private readonly rounds: NodeJS.Timeout;
  private disposing = false;

  constructor(parts: RuntimeParts) {
    this.parts = parts;
    this.stamps = parts.analyses.stamps();
    const onError = (error: unknown): void => parts.host.log.error("A listener failed", error);
    this.changed = new Emitter(onError);
    this.progress = new Emitter(onError);
    this.output = new Emitter(onError);
    this.subscriptions = [
      parts.approvals.onDidChange((id) => this.heard(id)),
      parts.database.onDidChange(() => {
        this.stopCancelled();
        this.tellChanged();
      }),
      parts.executor.onOutput((piece) => this.output.fire(piece)),
      parts.executor.onStage(({ requestId, stage, detail }) =>
        this.report(this.analysisOf(requestId), stage, detail),
      ),
    ];
    this.rounds = setInterval(() => this.resumeQuietly(), RESUME_INTERVAL);
    this.rounds.unref();
  }

  get onDidChange() {
    return this.changed.event;
  }

  get onProgress() {
    return this.progress.event;
  }

  get onOutput() {
    return this.output.event;
  }

  async start(question: string): Promise<AnalysisId> {
    const asked = question.trim();
    if (asked === "") throw questionEmpty();
    if (!this.parts.host.trusted()) throw workspaceUntrusted();
    const model = await this.parts.models.current();
    this.parts.questions.remember(asked);
    const id = this.parts.analyses.create(asked, model.name);
    void this.parts.executor.warm();
    this.run(id);
    return id;
  }

  cancel(id: AnalysisId): void {
    const { state } = this.parts.analyses.get(id);
    if (state !== "running" && state !== "waiting") return;
    this.parts.analyses.update(id, { state: "cancelled", waitingFor: undefined });
    this.work.get(id)?.abort.abort();
    this.withdrawAll(id);
    this.changed.fire(id);
  }

  retry(id: AnalysisId): void {
    this.takeUp(id, "before the failure");
  }

  askAnew(id: RequestId): void {
    const analysisId = this.analysisOf(id);
    if (analysisId !== undefined && mayAskAnew(this.parts.approvals.get(id)))
      this.takeUp(analysisId, { anew: id });
  }

  private takeUp(id: AnalysisId, from: From): void {
    if (!this.parts.host.trusted()) throw workspaceUntrusted();
    const { state } = this.parts.analyses.get(id);
    // With a request that expired the analysis ended as cancelled.
    if (state !== "failed" && !(state === "cancelled" && typeof from === "object")) return;
    this.parts.analyses.update(id, { state: "running", error: undefined, answer: undefined });
    this.run(id, from);
  }

  get(id: AnalysisId): Analysis {
    return this.parts.analyses.get(id);
  }

  analyses(limit: number): readonly Analysis[] {
    return this.parts.analyses.newest(limit);
  }

  questions(limit: number): readonly string[] {
    return this.parts.questions.newest(limit);
  }

  resume(): void {
    if (!this.parts.host.trusted()) return;
    for (const analysis of this.parts.analyses.open()) {
      if (this.canGoOn(analysis)) this.run(analysis.id);
    }
  }

  settled(id: AnalysisId, signal: AbortSignal): Promise<Analysis> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const analysis = this.parts.analyses.get(id);
        if (analysis.state === "running" || this.work.has(id)) return;
        stop();
        resolve(analysis);
      };
      const onAbort = (): void => {
        stop();
        reject(signal.reason as Error);
      };
      const subscription = this.changed.event((changed) => {
        if (changed === id) check();
      });
      const elsewhere = this.parts.database.onDidChange(check);
      const stop = (): void => {
        void subscription.dispose();
        void elsewhere.dispose();
        signal.removeEventListener("abort", onAbort);
      };
      signal.addEventListener("abort", onAbort);
      check();
    });
  }

  async dispose(): Promise<void> {
    if (this.disposing) return;
    this.disposing = true;
    clearInterval(this.rounds);
    for (const subscription of this.subscriptions) void subscription.dispose();
    const work = [...this.work.values()];
    for (const { abort } of work) abort.abort(new Closing());
    await Promise.allSettled(work.map(({ done }) => done));
  }

  /** Nobody says when another window dies in the middle of its work, so somebody looks. */
  private resumeQuietly(): void {
    try {
      this.resume();
    } catch (error) {
      this.parts.host.log.warn("Could not look for analyses to go on with", error);
    }
  }

  private run(id: AnalysisId, from: From = "here"): void {
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

  private async advance(id: AnalysisId, from: From, signal: AbortSignal): Promise<void> {
    let lease: Disposable | undefined;
    try {
      lease = this.parts.leases.take(id, () => this.work.get(id)?.abort.abort(new Closing()));
      if (lease === undefined) return;
      if (from === "before the failure") await this.parts.runner.reopen(id);
      if (typeof from === "object") await this.parts.runner.askAnew(id, from.anew);
      await this.parts.runner.advance(id, (stage, detail) => this.report(id, stage, detail), signal);
    } catch (error) {
      this.failed(id, error, signal);
    } finally {
      await lease?.dispose();
    }
  }

  /** A disposing process leaves the analysis as it is: the next one takes it up. */
  private failed(id: AnalysisId, error: unknown, signal: AbortSignal): void {
    if (signal.aborted || this.parts.analyses.get(id).state === "cancelled") return;
    const known = isCountersignError(error) ? error : unexpected(error);
    this.parts.host.log.error(`Analysis ${id} failed`, error);
    this.parts.analyses.update(id, { state: "failed", error: known.toRecord(), waitingFor: undefined });
  }

  private ended(id: AnalysisId): void {
    const next = this.work.get(id)?.next;
    this.work.delete(id);
    if (this.disposing) return;
    if (this.parts.analyses.get(id).state === "cancelled") this.withdrawAll(id);
    if (next !== undefined && this.canGoOn(this.parts.analyses.get(id))) this.run(id, next);
    this.changed.fire(id);
  }

  /** Also what was filed while the cancellation was under way. */
  private withdrawAll(id: AnalysisId): void {
    const waiting = this.parts.approvals.waiting().filter(({ context }) => context.analysisId === id);
    for (const request of waiting) this.parts.approvals.withdraw(request.id, "The analysis was cancelled.");
  }

  private report(id: AnalysisId | undefined, stage: Stage, detail?: string): void {
    if (id === undefined || this.disposing) return;
    if (this.parts.analyses.get(id).stage !== stage) this.parts.analyses.update(id, { stage });
    this.progress.fire(detail === undefined ? { analysisId: id, stage } : { analysisId: id, stage, detail });
  }

  private heard(requestId: RequestId): void {
    const id = this.analysisOf(requestId);
    if (id === undefined || !this.parts.host.trusted()) return;
    if (this.work.has(id) || this.canGoOn(this.parts.analyses.get(id))) this.run(id);
  }

  /** Requests of other kinds and of other extensions belong to no analysis. */
  private analysisOf(requestId: RequestId): AnalysisId | undefined {
    const id = this.parts.approvals.get(requestId).context.analysisId as AnalysisId;
    return this.parts.analyses.knows(id) ? id : undefined;
  }

  /** Whether a runner would get further than where the analysis stands. */
  private canGoOn(analysis: Analysis): boolean {
    if (analysis.state === "running") return true;
    const waitsFor = analysis.state === "waiting" ? analysis.waitingFor : this.memoryRequest(analysis.id);
    return waitsFor !== undefined && this.parts.approvals.get(waitsFor).state !== "requested";
  }

  private memoryRequest(id: AnalysisId): RequestId | undefined {
    return this.parts.runner.openMemoryRequest(id);
  }

  /** Another window's analyses change without anybody here having a part in it. */
  private tellChanged(): void {
    const before = this.stamps;
    this.stamps = this.parts.analyses.stamps();
    for (const [id, stamp] of this.stamps) if (before.get(id) !== stamp) this.changed.fire(id);
  }

  /** Another window may have cancelled what runs here. */
  private stopCancelled(): void {
    for (const [id, { abort }] of this.work) {
      if (this.parts.analyses.get(id).state === "cancelled") abort.abort();
    }
  }
}

function questionEmpty(): CountersignError {
  return new CountersignError("question-empty", {
    message: "There is no question to analyse.",
    next: "Write what you want to know, in a sentence.",
  });
}

function workspaceUntrusted(): CountersignError {
  return new CountersignError("workspace-untrusted", {
    message: "This workspace is not trusted, so nothing is decided or run here.",
    kept: "Everything may be looked at.",
    next: "Trust the workspace (Workspaces: Manage Workspace Trust) and ask again.",
  });
}

function unexpected(error: unknown): CountersignError {
  return new CountersignError("analysis-failed", {
    message: `The analysis stopped on an unexpected error: ${error instanceof Error ? error.message : String(error)}`,
    kept: "The question, every decision and every run so far.",
    next: "Retry the analysis; if it happens again, open the log (Countersign: Show Log) and report it.",
    cause: error,
  });
}
