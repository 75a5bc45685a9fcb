import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { CountersignError, cancelled } from "../errors.ts";
import type { TemplateAnswer, TemplateJob } from "./sealed-template.ts";

export interface Template {
  /** Sources by the names that `include` and `extends` may use. */
  readonly templates: Readonly<Record<string, string>>;
  /** Which of them is rendered. */
  readonly name: string;
  /** The values that it may read: JSON. */
  readonly data: unknown;
}

const RENDER_WITHIN_MS = 1_000;
const PROCESS_WITHIN_MS = 20_000;
const MEMORY_MB = 128;

/**
 * Renders a nunjucks template: plain text without escaping, an unknown value is an error. The template runs sealed, in a
 * process of its own with no environment and limited memory and time. A worker thread would not do: one that asks for
 * too much memory at once ends the whole process.
 * @throws `template-invalid`, `cancelled`
 */
export async function renderTemplate(template: Template, signal: AbortSignal): Promise<string> {
  const job: TemplateJob = {
    templates: template.templates,
    name: template.name,
    data: JSON.stringify(template.data),
    milliseconds: RENDER_WITHIN_MS,
  };
  const answer = await answerOf(job, signal);
  if ("text" in answer) return answer.text;
  throw templateInvalid(template.name, answer.problem);
}

async function answerOf(job: TemplateJob, signal: AbortSignal): Promise<TemplateAnswer> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PROCESS_WITHIN_MS)]);
  try {
    return await ask(startProcess(limit), job);
  } catch (error) {
    if (signal.aborted) throw cancelled(`Rendering ${job.name}`);
    const problem = limit.aborted
      ? "it took too long"
      : "it ended without an answer, or used too much memory";
    throw templateInvalid(job.name, problem, error);
  }
}

function startProcess(limit: AbortSignal): ChildProcess {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const file = fileURLToPath(new URL(`./template-worker.${extension}`, import.meta.url));
  return spawn(process.execPath, [`--max-old-space-size=${MEMORY_MB}`, file], {
    // VS Code's own executable runs as Node.
    env: { ELECTRON_RUN_AS_NODE: "1" },
    cwd: tmpdir(),
    stdio: ["pipe", "pipe", "ignore"],
    signal: limit,
    killSignal: "SIGKILL",
  });
}

async function ask(child: ChildProcess, job: TemplateJob): Promise<TemplateAnswer> {
  const ended = once(child, "close");
  // A process that dies before it has read its job is noticed by its missing answer.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(JSON.stringify(job));
  const [answer] = await Promise.all([child.stdout ? text(child.stdout) : "", ended]);
  return JSON.parse(answer) as TemplateAnswer;
}

function templateInvalid(name: string, problem: string, cause?: unknown): CountersignError {
  return new CountersignError("template-invalid", {
    message: `The template ${name} cannot be rendered: ${problem.replace(/\s+/g, " ").trim()}`,
    next: "Correct the template, or use the one that comes with Countersign.",
    cause,
  });
}
