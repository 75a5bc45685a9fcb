import { Command, END, interrupt, START, StateGraph, type BaseCheckpointSaver } from "@langchain/langgraph";
import type { Json } from "../approval/actions.ts";
import type { Approvals } from "../approval/approvals.ts";
import type { RequestId } from "../approval/decisions.ts";
import type { PythonAnswer } from "../models/answers.ts";
import type { Stage } from "./analysis.ts";
import type { Budget } from "./budget.ts";
import type { Capability } from "./capability.ts";
import { StepState, type StepValues, type Trouble } from "./state.ts";

/** What a thread waits for while it is interrupted. */
export type WaitsFor = { readonly requestId: RequestId } | { readonly thread: string };

export interface StepParts {
  readonly approvals: Approvals;
  readonly capability: Capability<PythonAnswer>;
  readonly budget: Pick<Budget, "attempts">;
  readonly checkpointer: BaseCheckpointSaver;
  readonly signal: AbortSignal;
  readonly report: (stage: Stage, detail?: string) => void;
}

/** Each attempt passes all of them where nobody is asked; a person's revision begins a round of its own. */
const NODES = 4;

/** generate → propose → await → perform, round again while an outcome teaches something. */
export function stepGraph(parts: StepParts) {
  return new StateGraph(StepState)
    .addNode("generate", (step: StepValues) => generate(parts, step), { ends: ["propose"] })
    .addNode("propose", (step: StepValues) => propose(parts, step), { ends: ["await", "generate", END] })
    .addNode("await", (step: StepValues) => awaitDecision(parts.approvals, step.requestId), {
      ends: ["perform"],
    })
    .addNode("perform", (step: StepValues) => perform(parts, step), { ends: ["generate", END] })
    .addConditionalEdges(START, beginning, ["generate", "propose"])
    .compile({ checkpointer: parts.checkpointer })
    .withConfig({ recursionLimit: NODES * (parts.budget.attempts() + 1) });
}

/** What is asked anew has its code already. */
function beginning(step: StepValues): "generate" | "propose" {
  return step.proposal === undefined ? "generate" : "propose";
}

async function generate(parts: StepParts, step: StepValues): Promise<Command> {
  parts.report("writing Python", step.attempt === 0 ? undefined : `attempt ${step.attempt + 1}`);
  const proposal = await parts.capability.generate(step, parts.signal);
  return new Command({ update: { proposal, attempt: step.attempt + 1 }, goto: "propose" });
}

async function propose(parts: StepParts, step: StepValues): Promise<Command> {
  if (step.proposal === undefined) return new Command({ goto: "generate" });
  parts.report("checking the code");
  const proposal = await parts.capability.propose(step, step.proposal, parts.signal);
  if (proposal.state === "unusable") return another(step, proposal.trouble, parts.budget.attempts());
  const previous = step.requestId === undefined ? {} : { previous: step.requestId as RequestId };
  const context = { ...proposal.context, attempt: step.attempt, ...previous };
  const request = await parts.approvals.request(
    proposal.action,
    requestKey(step.thread, step.attempt),
    context,
  );
  return new Command({ update: { requestId: request.id }, goto: "await" });
}

/** No effects here: LangGraph runs this node again on every resume. The inbox says whether there is a decision. */
export function awaitDecision(approvals: Approvals, id: string | undefined): Command {
  const requestId = id as RequestId;
  if (approvals.get(requestId).state === "requested") interrupt<WaitsFor>({ requestId });
  return new Command({ goto: "perform" });
}

async function perform(parts: StepParts, step: StepValues): Promise<Command> {
  const outcome = await parts.approvals.perform<Json>(step.requestId as RequestId, parts.signal);
  const lesson = parts.capability.learn(step, outcome);
  if (lesson.state === "again") return another(step, lesson.trouble, parts.budget.attempts());
  return new Command({ update: { result: lesson.result }, goto: END });
}

/** Back to generation with what went wrong, unless too much did. */
function another(step: StepValues, trouble: Trouble, allowed: number): Command {
  const failures = step.failures + (trouble.kind === "revise" ? 0 : 1);
  const troubles = [...step.troubles, trouble];
  if (trouble.kind === "revise" || failures < allowed)
    return new Command({ update: { failures, troubles }, goto: "generate" });
  const text = `${allowed} attempt${allowed === 1 ? "" : "s"} failed. The last error was:\n${trouble.text}`;
  const result = { purpose: step.purpose, state: "failed" as const, text };
  return new Command({ update: { failures, troubles, result }, goto: END });
}

/** Unique per thread and attempt, so that a node that runs again finds its own request. */
export function requestKey(thread: string, attempt: number): string {
  return `${thread}#${attempt}`;
}
