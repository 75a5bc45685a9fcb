import { Command, END, interrupt, START, StateGraph, type BaseCheckpointSaver } from "@langchain/langgraph";
import {
  FINAL_ANSWER,
  PLAN_ANSWER,
  TASK_ANSWER,
  type FinalAnswer,
  type PlanAnswer,
  type TaskAnswer,
} from "../models/answers.ts";
import type { AnswerSchema, Message } from "../models/language-model.ts";
import type { AnalysisId, Stage } from "./analysis.ts";
import type { Budget } from "./budget.ts";
import { answerPrompt, planPrompt, taskPrompt } from "./prompts.ts";
import { AnalysisState, type AnalysisValues, type StepResult } from "./state.ts";
import type { WaitsFor } from "./step-graph.ts";

export interface AnalysisParts {
  readonly budget: Budget;
  /** What the data sources say to the question, formatted for the model. */
  readonly context: (question: string, signal: AbortSignal) => Promise<string>;
  readonly checkpointer: BaseCheckpointSaver;
  readonly signal: AbortSignal;
  readonly report: (stage: Stage, detail?: string) => void;
}

/** extract task → classify → plan → steps → respond | clarify | recover. */
export function analysisGraph(parts: AnalysisParts) {
  return new StateGraph(AnalysisState)
    .addNode("extract", (state: AnalysisValues) => extract(parts, state))
    .addNode("classify", classify, { ends: ["plan_steps", "clarify"] })
    .addNode("plan_steps", (state: AnalysisValues) => planSteps(parts, state))
    .addNode("steps", steps, { ends: ["steps", "respond", "recover"] })
    .addNode("respond", (state: AnalysisValues) => respond(parts, state))
    .addNode("clarify", (state: AnalysisValues) => ({ answer: state.clarification ?? "" }))
    .addNode("recover", recover)
    .addEdge(START, "extract")
    .addEdge("extract", "classify")
    .addEdge("plan_steps", "steps")
    .addEdge("respond", END)
    .addEdge("clarify", END)
    .addEdge("recover", END)
    .compile({ checkpointer: parts.checkpointer });
}

/** Each step is a thread of its own, and a retried one another; its name is all that links the two. */
export function stepThread(analysisId: string, index: number, retries: number): string {
  const step = `${analysisId}/step-${index + 1}`;
  return retries === 0 ? step : `${step}/retry-${retries}`;
}

async function extract(parts: AnalysisParts, state: AnalysisValues): Promise<Partial<AnalysisValues>> {
  parts.report("looking at the data");
  const context = await parts.context(state.question, parts.signal);
  parts.report("reading the question");
  const messages = taskPrompt({ question: state.question, context });
  const answer = await ask<TaskAnswer>(parts, state, TASK_ANSWER, messages);
  const clarification = answer.kind === "clarify" ? (answer.clarification ?? answer.task) : undefined;
  return { context, task: answer.task, clarification };
}

function ask<T>(
  { budget, signal }: AnalysisParts,
  { analysisId }: AnalysisValues,
  answer: AnswerSchema,
  messages: readonly Message[],
): Promise<T> {
  return budget.askFor<T>(analysisId as AnalysisId, answer, { messages, signal });
}

function classify(state: AnalysisValues): Command {
  return new Command({ goto: state.clarification === undefined ? "plan_steps" : "clarify" });
}

async function planSteps(parts: AnalysisParts, state: AnalysisValues): Promise<Partial<AnalysisValues>> {
  parts.report("planning");
  const plan = await ask<PlanAnswer>(parts, state, PLAN_ANSWER, planPrompt(state, state.task));
  return { plan, results: [] };
}

/** Waits for the next step's thread. No effects here: LangGraph runs this node again on every resume. */
function steps(state: AnalysisValues): Command {
  const thread = stepThread(state.analysisId, state.results.length, state.retries ?? 0);
  const result = interrupt<WaitsFor, StepResult>({ thread });
  const results = [...state.results, result];
  if (result.state !== "finished") return new Command({ update: { results }, goto: "recover" });
  return new Command({
    update: { results },
    goto: results.length < state.plan.steps.length ? "steps" : "respond",
  });
}

async function respond(parts: AnalysisParts, state: AnalysisValues): Promise<Partial<AnalysisValues>> {
  parts.report("writing the answer");
  const messages = answerPrompt(state, state.task, state.results);
  const answer = await ask<FinalAnswer>(parts, state, FINAL_ANSWER, messages);
  return { answer: answer.text, memory: answer.memory };
}

/** Says what happened, without a model: a refusal or a failure is never a reason to generate again. */
function recover(state: AnalysisValues): Partial<AnalysisValues> {
  const last = state.results.at(-1);
  return { answer: last === undefined ? "" : last.text };
}
