import { join, relative, sep } from "node:path";
import type { Action, Json } from "../approval/actions.ts";
import type { Outcome } from "../approval/outcome.ts";
import type { ApprovalRequest } from "../approval/request.ts";
import { CountersignError } from "../errors.ts";
import { PYTHON_ANSWER, type PythonAnswer } from "../models/answers.ts";
import type { Executor } from "../python/executor.ts";
import {
  PYTHON_RUN,
  PYTHON_RUN_VERSION,
  type HandedFile,
  type PythonRun,
  type RunRecord,
} from "../python/python-run.ts";
import type { AskOptions } from "../models/language-model.ts";
import type { AnalysisId } from "./analysis.ts";
import type { Budget } from "./budget.ts";
import type { Capability, Lesson, Proposal } from "./capability.ts";
import { pythonPrompt } from "./prompts.ts";
import type { StepResult, StepValues, Trouble } from "./state.ts";

/** Why code can never run to its end (it does not parse, a name is undefined), by line. Empty where nothing is known. */
export type SyntaxCheck = (
  code: string,
) => Promise<readonly { readonly line: number; readonly message: string }[]>;

interface Parts {
  readonly budget: Budget;
  readonly executor: Executor;
  readonly syntax: SyntaxCheck;
}

/** Output and results given back to the model are cut to this many characters each. */
const TOLD = 6_000;

/** Generates Python, proposes it as a `python-run`, learns from how it ended. */
export class PythonCapability implements Capability<PythonAnswer> {
  readonly name = "python";
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** @throws `model-answer-without-code` where the answer holds none */
  async generate(step: StepValues, signal: AbortSignal): Promise<PythonAnswer> {
    const messages = pythonPrompt(step, await this.parts.executor.packages());
    const answer = await this.ask(step, { messages, signal });
    if (answer.code.trim() !== "") return answer;
    throw new CountersignError("model-answer-without-code", {
      message: `${step.model} answered without any code.`,
      kept: "The question and everything up to here.",
      next: "Retry the analysis, ask in other words, or connect another model.",
    });
  }

  edited(answer: PythonAnswer, { action, draft }: ApprovalRequest): PythonAnswer {
    const { code, mode } = action.payload as unknown as PythonRun;
    return { ...answer, code: draft ?? code, mode };
  }

  async propose(step: StepValues, answer: PythonAnswer): Promise<Proposal> {
    const broken = await this.parts.syntax(answer.code);
    if (broken.length > 0) {
      const text = broken.map(({ line, message }) => `line ${line}: ${message}`).join("\n");
      return { state: "unusable", trouble: { kind: "unparsable", code: answer.code, text } };
    }
    const { analysisId, question, objective, model } = step;
    const context = { analysisId, question, objective, expectedResults: answer.expectedResults, model };
    const handed = step.earlier.flatMap(({ files = [] }) => files);
    return { state: "ready", action: await this.action(step.purpose, answer, handed), context };
  }

  /** A run-time error goes back to generation with the error; a person's revision with the comment; nothing else does. */
  learn(step: StepValues, outcome: Outcome<Json>): Lesson {
    const code = step.proposal?.code ?? "";
    if (outcome.state === "revised") return again({ kind: "revise", code, text: outcome.comment });
    if (outcome.state === "failed" && outcome.error.code === "run-failed") {
      const record = asRecord(outcome.result);
      return again({ kind: "raised", code, text: record?.error?.traceback ?? outcome.error.message });
    }
    return { state: "done", result: this.result(step, outcome) };
  }

  /** A person may ask for as many revisions as they like. */
  private ask(step: StepValues, options: AskOptions): Promise<PythonAnswer> {
    const { budget } = this.parts;
    if (step.troubles.at(-1)?.kind === "revise") return budget.askFreely(PYTHON_ANSWER, options);
    return budget.askFor(step.analysisId as AnalysisId, PYTHON_ANSWER, options);
  }

  private async action(
    subject: string,
    answer: PythonAnswer,
    handed: readonly HandedFile[],
  ): Promise<Action<Json>> {
    const payload = await this.parts.executor.plan(answer.code, answer.mode, handed);
    return { kind: PYTHON_RUN, version: PYTHON_RUN_VERSION, subject, payload: payload as unknown as Json };
  }

  private result(step: StepValues, outcome: Exclude<Outcome<Json>, { state: "revised" }>): StepResult {
    const record = "result" in outcome ? asRecord(outcome.result) : undefined;
    return {
      purpose: step.purpose,
      state: outcome.state,
      failures: step.failures,
      text: describe(outcome, record),
      ...(outcome.state === "failed" ? { error: outcome.error } : {}),
      ...(step.requestId === undefined ? {} : { requestId: step.requestId }),
      ...(record === undefined
        ? {}
        : { notebook: record.notebook, runFolder: record.folder, files: handedBy(record) }),
    };
  }
}

function again(trouble: Trouble): Lesson {
  return { state: "again", trouble };
}

function asRecord(result: Json | undefined): RunRecord | undefined {
  return result === undefined ? undefined : (result as unknown as RunRecord);
}

function describe(
  outcome: Exclude<Outcome<Json>, { state: "revised" }>,
  record: RunRecord | undefined,
): string {
  switch (outcome.state) {
    case "finished":
      return [
        `results = ${cut(record?.resultsText ?? "{}")}`,
        ...putsInWords(record),
        ...renamedInWords(record),
        `printed:\n${cut(record?.text ?? "")}`,
      ].join("\n");
    case "failed":
    case "cancelled":
      return `${outcome.error.message} ${outcome.error.next}`;
    case "rejected":
      return outcome.reason === ""
        ? "It was rejected; nothing ran."
        : `It was rejected; nothing ran. The reason given: ${outcome.reason}`;
    case "refused":
      return `It was refused; nothing ran. ${outcome.reason}`;
    case "expired":
      return "Nobody decided before the request expired; nothing ran.";
    case "withdrawn":
      return "The request was withdrawn; nothing ran.";
    case "outcome-unknown":
      return `It was started, and how it ended cannot be proved. ${outcome.reason}`;
  }
}

/** Under the names that the run's own code gave them. */
function handedBy({ folder, files, renamed = [] }: RunRecord): readonly HandedFile[] {
  const own = new Map(renamed.map(({ name, path }) => [path, name]));
  return files.map((path) => ({ name: own.get(path) ?? keptName(folder, path), path }));
}

/** People find a file under another name than later steps do: an answer that names it should give theirs. */
function renamedInWords(record: RunRecord | undefined): readonly string[] {
  const { folder = "", renamed = [] } = record ?? {};
  if (renamed.length === 0) return [];
  const told = renamed.map(({ name, path }) => `${JSON.stringify(name)} as ${keptName(folder, path)}`);
  return [`files kept for people under other names: ${cut(told.join(", "))}`];
}

function keptName(folder: string, path: string): string {
  return relative(join(folder, "out"), path).split(sep).join("/");
}

/** What the control gateway saw: code may say that it put something, or nothing. */
function putsInWords(record: RunRecord | undefined): readonly string[] {
  const puts = record?.control?.puts ?? [];
  if (puts.length === 0) return [];
  const one = ({ channel, value, count, passed }: (typeof puts)[number]): string =>
    `${channel ?? "an unknown channel"} = ${JSON.stringify(value)}${
      count === undefined ? "" : ` (the first of ${count} values)`
    }${passed ? "" : " (refused)"}`;
  return [`puts to the control system: ${cut(puts.map(one).join(", "))}`];
}

function cut(text: string): string {
  return text.length <= TOLD ? text : `${text.slice(0, TOLD)}\n… (${text.length - TOLD} characters more)`;
}
