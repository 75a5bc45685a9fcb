import type { ActionKind } from "../approval/action-kind.ts";
import type { RequestId } from "../approval/decisions.ts";
import type { Disposable, Event } from "../host.ts";
import type { HandedFile, Output, PythonRun, RunRecord } from "./python-run.ts";

/** Where a run is, for progress. */
export type RunStage = "building the image" | "preparing a sandbox" | "running" | "collecting results";

/** One piece of what a run puts out, while it runs. */
export interface RunOutput {
  readonly requestId: RequestId;
  readonly output: Output;
  /** Absolute path of the figure that was saved of it. */
  readonly figure?: string;
}

/** Runs approved Python in single-use sandboxes and collects what it left. */
export interface Executor extends Disposable {
  readonly kind: ActionKind<PythonRun, RunRecord>;
  /**
   * Everything that decides what would run and where, as configuration and workspace are now; starts building a missing image
   * in the background.
   * @param mode by name; one that is not configured is the default one
   * @param handed what earlier runs of the analysis left, which comes before files of the workspace that have the same name
   */
  plan(code: string, mode: string, handed: readonly HandedFile[]): Promise<PythonRun>;
  /** Packages that code finds where it runs, with versions; empty where that is not known. */
  packages(): Promise<readonly string[]>;
  /** Packages of the index that code imports and that where it runs has not, where they could be added; else empty. */
  missingPackages(code: string): Promise<readonly string[]>;
  /** Makes the next sandbox ready before it is needed; resolves when it is, or cannot be, which is logged and not thrown. */
  warm(): Promise<void>;
  readonly onOutput: Event<RunOutput>;
  readonly onStage: Event<{
    readonly requestId: RequestId;
    readonly stage: RunStage;
    readonly detail?: string;
  }>;
}
