import type { AnswerSchema } from "./language-model.ts";

/** The agent writes the question after this word on a line of its own user message, so that it stands apart from data and memory. */
export const QUESTION_HEADING = "Question:";

/** What the model made of the question: something to analyse, or something to ask back. */
export interface TaskAnswer {
  /** The question as one self-contained sentence. */
  readonly task: string;
  readonly kind: "analysis" | "clarify";
  /** Plain text for the person; present where `kind` is `clarify`. */
  readonly clarification?: string;
}

export interface PlanAnswer {
  readonly objective: string;
  readonly steps: readonly { readonly purpose: string }[];
}

export interface PythonAnswer {
  /** A whole program, without Markdown fences. */
  readonly code: string;
  readonly purpose: string;
  readonly expectedResults: string;
  /** Name of the execution mode that the code needs: `read_only`, `simulation`, `write_access` or the workspace's own. */
  readonly mode: string;
}

export interface FinalAnswer {
  /** Plain text for the person. */
  readonly text: string;
  /** Something worth remembering for later analyses, where there is. */
  readonly memory?: { readonly title: string; readonly text: string };
}

export const TASK_ANSWER: AnswerSchema = {
  name: "task",
  description: "The task that the question asks for, or what has to be clarified first",
  schema: record({
    required: {
      task: text("The question as one self-contained sentence"),
      kind: { type: "string", enum: ["analysis", "clarify"] },
    },
    optional: { clarification: text("What to ask the person; only where kind is clarify") },
  }),
};

export const PLAN_ANSWER: AnswerSchema = {
  name: "plan",
  description: "The objective and the steps that lead to it",
  schema: record({
    required: {
      objective: text("What the analysis will show, in one sentence"),
      steps: {
        type: "array",
        minItems: 1,
        maxItems: 8,
        items: record({ required: { purpose: text("What this step does, in one sentence") } }),
      },
    },
  }),
};

export const PYTHON_ANSWER: AnswerSchema = {
  name: "python",
  description: "A Python program that does the task",
  schema: record({
    required: {
      code: { type: "string", description: "The whole program, without Markdown fences" },
      purpose: text("What the program does, in one sentence"),
      expectedResults: text("What the program leaves in `results`, in files and in figures"),
      mode: text("Execution mode that the program needs"),
    },
  }),
};

export const FINAL_ANSWER: AnswerSchema = {
  name: "answer",
  description: "The answer to the question in plain text, without Markdown",
  schema: record({
    required: { text: text("The answer, plain text") },
    optional: {
      memory: record({ required: { title: text("One line"), text: text("What to remember, plain text") } }),
    },
  }),
};

type Schema = Readonly<Record<string, unknown>>;

function record(members: { required: Record<string, Schema>; optional?: Record<string, Schema> }): Schema {
  return {
    type: "object",
    properties: { ...members.required, ...members.optional },
    required: Object.keys(members.required),
    additionalProperties: false,
  };
}

/** Text that must not be empty: code may be, and is then told apart as `model-answer-without-code`. */
function text(description: string): Schema {
  return { type: "string", minLength: 1, description };
}
