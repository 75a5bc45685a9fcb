import type { Action, Json } from "../approval/actions.ts";
import type { ApprovalRequest, RequestContext } from "../approval/request.ts";
import type { Outcome } from "../approval/outcome.ts";
import type { StepResult, StepValues, Trouble } from "./state.ts";

/** What one attempt at a step came to: something to ask approval for, or a proposal that nobody need see. */
export type Proposal =
  | {
      readonly state: "ready";
      readonly action: Action<Json>;
      readonly context: Omit<RequestContext, "attempt" | "previous">;
    }
  | { readonly state: "unusable"; readonly trouble: Trouble };

/** What follows from an outcome: the step's result, or another attempt that knows what went wrong. */
export type Lesson =
  | { readonly state: "done"; readonly result: StepResult }
  | { readonly state: "again"; readonly trouble: Trouble };

/** Something the agent can do for a step of a plan. It proposes and learns; `step-graph.ts` owns the order of things. */
export interface Capability<G> {
  readonly name: string;
  generate(step: StepValues, signal: AbortSignal): Promise<G>;
  /** What was generated, as a person had edited it by the time the request ended. */
  edited(generated: G, request: ApprovalRequest): G;
  propose(step: StepValues, generated: G, signal: AbortSignal): Promise<Proposal>;
  learn(step: StepValues, outcome: Outcome<Json>): Lesson;
}
