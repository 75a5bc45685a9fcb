import type { ErrorRecord } from "../errors.ts";
import type { RequestId } from "../approval/decisions.ts";

export type AnalysisId = string & { readonly __analysisId: true };

/** Stages by the names that progress shows. */
export type Stage =
  | "reading the question"
  | "looking at the data"
  | "planning"
  | "writing Python"
  | "checking the code"
  | "waiting for your decision"
  | "building the image"
  | "preparing a sandbox"
  | "running"
  | "collecting results"
  | "writing the answer"
  | "done";

/** One question and all that follows, as the views show it. */
export interface Analysis {
  readonly id: AnalysisId;
  readonly question: string;
  readonly state: "running" | "waiting" | "finished" | "failed" | "cancelled";
  readonly stage: Stage;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The request that waits, while `state` is `waiting`. */
  readonly waitingFor?: RequestId;
  /** Plain text for the person, once finished; also what a clarification asks. */
  readonly answer?: string;
  readonly error?: ErrorRecord;
  /** Folder of the newest run, and its notebook. */
  readonly notebook?: string;
  readonly runFolder?: string;
}
