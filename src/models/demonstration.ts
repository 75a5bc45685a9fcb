import { CountersignError, cancelled } from "../errors.ts";
import { QUESTION_HEADING, type PlanAnswer, type PythonAnswer, type TaskAnswer } from "./answers.ts";
import { SCRIPTS, type Script } from "./demonstration-scripts.ts";
import type { AnswerSchema, AskOptions, LanguageModel, Message } from "./language-model.ts";

const CONNECT =
  'Run "Countersign: Connect a Model…" to use a model of VS Code or any OpenAI-compatible server.';

/** Not a model: prepared answers to the sample workspace's questions, and named so wherever it appears. */
export class DemonstrationModel implements LanguageModel {
  readonly name = "Demonstration (scripted)";
  readonly maxInputTokens = 1_000_000;

  /** The questions that it can answer. */
  static questions(): readonly string[] {
    return SCRIPTS.map(({ question }) => question);
  }

  ask({ messages, signal }: AskOptions): Promise<string> {
    if (signal.aborted) return Promise.reject(cancelled("The demonstration"));
    const script = scriptFor(messages);
    return Promise.resolve(script === undefined ? needsModel() : script.answer(resultReader(messages)).text);
  }

  /** @throws `model-missing` where no script has an answer */
  async askFor<T>(answer: AnswerSchema, { messages, onText, signal }: AskOptions): Promise<T> {
    await Promise.resolve();
    if (signal.aborted) throw cancelled("The demonstration");
    const scripted = scriptedAnswer(answer.name, messages);
    onText?.(JSON.stringify(scripted));
    // The agent asks for an answer by the name of its schema; a test compares every scripted one with that schema.
    return scripted as T;
  }

  countTokens(text: string): Promise<number> {
    return Promise.resolve(Math.ceil(text.length / 4));
  }
}

function scriptedAnswer(name: string, messages: readonly Message[]): unknown {
  const script = scriptFor(messages);
  if (name === "task") return taskAnswer(script);
  if (script === undefined) throw missing(needsModel());
  if (name === "plan") {
    return { objective: script.objective, steps: [{ purpose: script.step }] } satisfies PlanAnswer;
  }
  if (name === "python") return pythonAnswer(script, messages);
  if (name === "answer") return script.answer(resultReader(messages));
  throw missing(`The demonstration has no script for "${name}".`);
}

function taskAnswer(script: Script | undefined): TaskAnswer {
  return script === undefined
    ? { task: "A question without a script", kind: "clarify", clarification: needsModel() }
    : { task: script.question, kind: "analysis" };
}

/** Each program that was tried stands in the conversation as the assistant's; an error message alone counts as well. */
function pythonAnswer(script: Script, messages: readonly Message[]): PythonAnswer {
  const tried = messages.filter(({ role }) => role === "assistant").length;
  const failed = messages.some(({ role, content }) => role === "user" && content.includes("KeyError"));
  const answer = script.attempts[Math.max(tried, failed ? 1 : 0)];
  if (answer !== undefined) return answer;
  throw missing(
    "The demonstration has no other program for this question: it is scripted and cannot change its code.",
  );
}

/** The question stands after its heading, below everything else that the agent gives; without a heading, anywhere. */
function scriptFor(messages: readonly Message[]): Script | undefined {
  const given = messages.filter(({ role }) => role === "user").map(({ content }) => content);
  const headed = given
    .flatMap((content) => content.split("\n"))
    .filter((line) => line.startsWith(QUESTION_HEADING));
  const asked = headed.at(-1)?.slice(QUESTION_HEADING.length);
  if (asked !== undefined) return SCRIPTS.find(({ question }) => plain(question) === plain(asked));
  return SCRIPTS.find(({ question }) => given.some((content) => plain(content).includes(plain(question))));
}

/** As people may type it: without subscripts, final marks, capitals, double spaces. */
function plain(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s.?!]+/g, " ")
    .trim();
}

/** Reads what the newest run left in `results`, as the agent quotes it: JSON. */
function resultReader(messages: readonly Message[]): (name: string) => string | undefined {
  const quoted = messages.at(-1)?.content ?? "";
  return (name) => {
    const found = [...quoted.matchAll(new RegExp(`"${name}"\\s*:\\s*(?:"([^"]*)"|(-?[\\d.eE+-]+))`, "g"))].at(
      -1,
    );
    return found?.[1] ?? found?.[2];
  };
}

function needsModel(): string {
  const known = SCRIPTS.map(({ question }) => `"${question}"`).join(", ");
  return `This is the demonstration, which is scripted and answers only the sample workspace's questions: ${known}. Any other question needs a language model. ${CONNECT}`;
}

function missing(message: string): CountersignError {
  return new CountersignError("model-missing", {
    message,
    kept: "The question and everything up to here.",
    next: CONNECT,
  });
}
