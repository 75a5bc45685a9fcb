import type { ActionKind } from "../approval/action-kind.ts";
import type { RequestId } from "../approval/decisions.ts";
import type { Disposable, Event } from "../host.ts";
import type { ControlAccess } from "./control/control-access.ts";
import type { HandedFile, Output, PythonRun, RunPlace, RunRecord, StagedInput } from "./python-run.ts";

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
  /** Where code would run now, for a new request; starts building a missing image in the background. */
  place(): Promise<RunPlace>;
  /**
   * The workspace files that the code names and that lie outside the data folders, with their digests, and what earlier runs
   * of the analysis left, which comes first where both have a name.
   */
  inputs(code: string, handed: readonly HandedFile[]): Promise<readonly StagedInput[]>;
  /** The control system that the code would reach in this mode, and whether it may put there. */
  control(code: string, mode: string): Promise<ControlAccess | null>;
  /** Makes the next sandbox ready before it is needed; resolves when it is, or cannot be, which is logged and not thrown. */
  warm(): Promise<void>;
  readonly onOutput: Event<RunOutput>;
  readonly onStage: Event<{
    readonly requestId: RequestId;
    readonly stage: RunStage;
    readonly detail?: string;
  }>;
}
