import { Annotation } from "@langchain/langgraph";
import type { ErrorRecord } from "../errors.ts";
import type { HandedFile } from "../python/python-run.ts";
import type { FinalAnswer, PlanAnswer, PythonAnswer } from "../models/answers.ts";

/** Version of what checkpoints hold. A thread written by another version is void and says so. */
export const STATE_VERSION = 2;

/** How a step ended, for the answer and for recovery. */
export interface StepResult {
  readonly purpose: string;
  readonly state:
    | "finished"
    | "failed"
    | "cancelled"
    | "refused"
    | "rejected"
    | "expired"
    | "withdrawn"
    | "outcome-unknown";
  /** For the model where the step finished, for the person where it did not. Untrusted where it came from a kernel. */
  readonly text: string;
  readonly requestId?: string;
  /** Why its run failed; absent where the code was given up after several attempts. */
  readonly error?: ErrorRecord;
  readonly notebook?: string;
  readonly runFolder?: string;
  /** Attempts of the analysis that had failed by themselves when the step ended. */
  readonly failures?: number;
  /** What its run left, for the steps that follow. */
  readonly files?: readonly HandedFile[];
}

/** Code that is asked about again, in the world as it is now. */
export interface AskedAnew {
  /** The retry that it belongs to. */
  readonly retry: number;
  readonly proposal: PythonAnswer;
  /** The request that could not be performed. */
  readonly requestId: string;
}

/** Graph state of one analysis: one thread. */
export const AnalysisState = Annotation.Root({
  version: Annotation<number>,
  analysisId: Annotation<string>,
  question: Annotation<string>,
  /** What the sources said, formatted for the model. */
  context: Annotation<string>,
  task: Annotation<string>,
  clarification: Annotation<string | undefined>,
  plan: Annotation<PlanAnswer>,
  results: Annotation<readonly StepResult[]>,
  /** How often a person had it go on after a step had failed for good. */
  retries: Annotation<number | undefined>,
  /** What a person had asked again as it was; absent where the step begins by generating. */
  anew: Annotation<AskedAnew | undefined>,
  answer: Annotation<string>,
  memory: Annotation<FinalAnswer["memory"]>,
});
export type AnalysisValues = typeof AnalysisState.State;

/** What went wrong with an earlier attempt, for the next. */
export interface Trouble {
  readonly kind: "raised" | "unparsable" | "revise";
  readonly code: string;
  readonly text: string;
}

/** Graph state of one step: a thread of its own. */
export const StepState = Annotation.Root({
  version: Annotation<number>,
  analysisId: Annotation<string>,
  thread: Annotation<string>,
  question: Annotation<string>,
  task: Annotation<string>,
  objective: Annotation<string>,
  purpose: Annotation<string>,
  context: Annotation<string>,
  /** The steps before this one. */
  earlier: Annotation<readonly StepResult[]>,
  model: Annotation<string>,
  /** Requests made so far. */
  attempt: Annotation<number>,
  /** Attempts that failed by themselves; a person's revision is none. */
  failures: Annotation<number>,
  troubles: Annotation<readonly Trouble[]>,
  proposal: Annotation<PythonAnswer | undefined>,
  requestId: Annotation<string | undefined>,
  result: Annotation<StepResult | undefined>,
});
export type StepValues = typeof StepState.State;

/** Graph state of a proposed memory entry: a thread of its own, so that the analysis need not wait for it. */
export const MemoryState = Annotation.Root({
  version: Annotation<number>,
  analysisId: Annotation<string>,
  thread: Annotation<string>,
  question: Annotation<string>,
  model: Annotation<string>,
  entry: Annotation<NonNullable<FinalAnswer["memory"]>>,
  requestId: Annotation<string | undefined>,
  /** The outcome's state, once there is one. */
  ended: Annotation<string | undefined>,
});
export type MemoryValues = typeof MemoryState.State;
