import type { RequestId } from "../approval/decisions.ts";
import type { Approvals } from "../approval/approvals.ts";
import { mayAskAnew } from "../approval/request.ts";
import { CountersignError, isCountersignError } from "../errors.ts";
import { Emitter, type Disposable, type Host } from "../host.ts";
import type { Models } from "../models/language-model.ts";
import type { Executor, RunOutput } from "../python/executor.ts";
import type { Database } from "../storage/database.ts";
import type { Agent, Progress } from "./agent.ts";
import type { Analyses } from "./analyses.ts";
import type { Analysis, AnalysisId, Stage } from "./analysis.ts";
import type { Leases } from "./leases.ts";
import type { OldPositions } from "./old-positions.ts";
import type { Questions } from "./questions.ts";
import type { Runner } from "./runner.ts";
import { Scheduler, type From } from "./scheduler.ts";

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
  readonly oldPositions: OldPositions;
}

/** What surfaces ask of the agent and hear from it; the scheduler says which analyses are worked on. */
export class Runtime implements Agent {
  private readonly parts: RuntimeParts;
  private readonly scheduler: Scheduler;
  private readonly changed: Emitter<AnalysisId>;
  private readonly progress: Emitter<Progress>;
  private readonly output: Emitter<RunOutput>;
  private readonly subscriptions: readonly Disposable[];
  private stamps: ReadonlyMap<AnalysisId, string>;
  private disposing = false;

  constructor(parts: RuntimeParts) {
    this.parts = parts;
    this.stamps = parts.analyses.stamps();
    const onError = (error: unknown): void => parts.host.log.error("A listener failed", error);
    this.changed = new Emitter(onError);
    this.progress = new Emitter(onError);
    this.output = new Emitter(onError);
    this.scheduler = new Scheduler({
      ...parts,
      report: (id, stage, detail) => this.report(id, stage, detail),
      onDone: (id) => this.done(id),
    });
    this.subscriptions = [
      parts.database.onDidChange(() => {
        this.scheduler.stopCancelled();
        this.tellChanged();
      }),
      parts.executor.onOutput((piece) => this.output.fire(piece)),
      parts.executor.onStage(({ requestId, stage, detail }) =>
        this.report(this.scheduler.analysisOf(requestId), stage, detail),
      ),
    ];
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
    await this.parts.questions.remember(asked);
    const id = await this.parts.analyses.create(asked, model.name);
    void this.parts.executor.warm();
    this.scheduler.run(id);
    return id;
  }

  cancel(id: AnalysisId): void {
    const { state } = this.parts.analyses.get(id);
    if (state !== "running" && state !== "waiting") return;
    this.soon(() => {
      this.parts.analyses.write(id, { state: "cancelled", waitingFor: undefined });
      this.scheduler.stopCancelled();
      this.cancelAll(id);
      this.changed.fire(id);
    });
  }

  retry(id: AnalysisId): void {
    this.takeUp(id, "before the failure");
  }

  askAnew(id: RequestId): void {
    const analysisId = this.scheduler.analysisOf(id);
    if (analysisId !== undefined && mayAskAnew(this.parts.approvals.get(id)))
      this.takeUp(analysisId, { anew: id });
  }

  private takeUp(id: AnalysisId, from: From): void {
    if (!this.parts.host.trusted()) throw workspaceUntrusted();
    const { state } = this.parts.analyses.get(id);
    // With a request that expired the analysis ended as cancelled.
    if (state !== "failed" && !(state === "cancelled" && typeof from === "object")) return;
    this.soon(() => {
      this.parts.analyses.write(id, { state: "running", error: undefined, answer: undefined });
      this.scheduler.run(id, from);
    });
  }

  /** Where another program holds the database, as soon as it does not any more. */
  private soon(work: () => void): void {
    const { database, host } = this.parts;
    database.soon(work, (error) => host.log.error("What was asked for could not be written", error));
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
    this.scheduler.wakeAll();
    if (this.parts.host.trusted()) void this.parts.oldPositions.remove();
  }

  settled(id: AnalysisId, signal: AbortSignal): Promise<Analysis> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const analysis = this.parts.analyses.get(id);
        if (analysis.state === "running" || this.scheduler.isAtWork(id)) return;
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
    for (const subscription of this.subscriptions) void subscription.dispose();
    await Promise.all([this.scheduler.dispose(), this.parts.oldPositions.dispose()]);
  }

  private done(id: AnalysisId): void {
    if (this.parts.analyses.get(id).state === "cancelled") this.cancelAll(id);
    this.changed.fire(id);
  }

  /** Also what was filed while the cancellation was under way. */
  private cancelAll(id: AnalysisId): void {
    const { approvals } = this.parts;
    for (const request of approvals.openOf(id)) approvals.cancel(request, "The analysis was cancelled.");
  }

  private report(id: AnalysisId | undefined, stage: Stage, detail?: string): void {
    if (id === undefined || this.disposing) return;
    if (this.parts.analyses.get(id).stage !== stage) this.noteStage(id, stage);
    this.progress.fire(detail === undefined ? { analysisId: id, stage } : { analysisId: id, stage, detail });
  }

  /** Who waits for nothing tells of the next stage soon enough; with the analysis' state its last stage is written too. */
  private noteStage(id: AnalysisId, stage: Stage): void {
    const { analyses, database } = this.parts;
    try {
      database.atOnce(() => analyses.write(id, { stage }));
    } catch (error) {
      if (!isCountersignError(error, "database-locked")) throw error;
    }
  }

  /** Another window's analyses change without anybody here having a part in it. */
  private tellChanged(): void {
    const before = this.stamps;
    this.stamps = this.parts.analyses.stamps();
    for (const [id, stamp] of this.stamps) if (before.get(id) !== stamp) this.changed.fire(id);
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
