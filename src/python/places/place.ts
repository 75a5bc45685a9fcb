import type { Isolation } from "../../approval/assessment.ts";
import type { Disposable } from "../../host.ts";
import type { RunStage } from "../executor.ts";
import type { PythonRun, RunPlace } from "../python-run.ts";
import type { Sandbox } from "../sandboxes/sandbox.ts";

export type OnStage = (stage: RunStage, detail?: string) => void;

/** A way of running code: in containers, or on this machine. */
export interface Place extends Disposable {
  /** Where code would run in this mode now; starts in the background what that needs. */
  current(mode: string): Promise<RunPlace>;
  /** The approved place as it is now; different where something was rebuilt or replaced. */
  observe(approved: PythonRun): Promise<RunPlace>;
  /** Packages that code finds there, with versions; empty where that is not known. */
  packages(): Promise<readonly string[]>;
  /** Packages of the index that would bring these modules, of which it has neither; empty where nothing can be added. */
  missing(modules: readonly string[]): Promise<readonly string[]>;
  isolation(run: PythonRun): Isolation;
  /** A sandbox for exactly this run, ready for `adopt`. The caller disposes it. */
  sandbox(run: PythonRun, onStage: OnStage, signal: AbortSignal): Promise<Sandbox>;
  /** Makes the next sandbox ready; resolves when it is. Failures are logged. */
  warm(): Promise<void>;
}
