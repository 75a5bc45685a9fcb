import type { Disposable, Event } from "../host.ts";
import type { RequestId } from "../approval/decisions.ts";
import type { RunOutput } from "../python/executor.ts";
import type { Analysis, AnalysisId, Stage } from "./analysis.ts";

export interface Progress {
  readonly analysisId: AnalysisId;
  readonly stage: Stage;
  /** One line more, where there is something to say: a build step, an attempt. */
  readonly detail?: string;
}

/** The runtime's face: analyses are started, cancelled, watched and resumed here. */
export interface Agent extends Disposable {
  /** Starts an analysis and returns at once; it goes on in the background. @throws `question-empty`, `model-missing`, `workspace-untrusted` */
  start(question: string): Promise<AnalysisId>;
  /** Stops it in whichever process it runs; what waits for a decision is withdrawn. */
  cancel(id: AnalysisId): void;
  /** Goes on with a failed analysis from where it failed. @throws `workspace-untrusted` */
  retry(id: AnalysisId): void;
  /**
   * Asks once more about code whose request expired, or that a person approved and that then was refused, or of which nobody
   * can tell how it ended: a new request for the same code, in the world as it is now. No effect for any but an analysis'
   * last request.
   * @throws `workspace-untrusted`
   */
  askAnew(id: RequestId): void;
  get(id: AnalysisId): Analysis;
  /** Newest first. */
  analyses(limit: number): readonly Analysis[];
  /** Questions asked before, newest first, each once. */
  questions(limit: number): readonly string[];
  /** Takes up everything that was decided or interrupted while nobody ran; called once at start and on every change of the inbox. */
  resume(): void;
  /** Resolves when the analysis waits for a person or has ended. */
  settled(id: AnalysisId, signal: AbortSignal): Promise<Analysis>;
  readonly onDidChange: Event<AnalysisId>;
  readonly onProgress: Event<Progress>;
  /** Output while code runs, in order. */
  readonly onOutput: Event<RunOutput>;
}
