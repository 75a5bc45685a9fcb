import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAgent } from "../../../src/agent/open-agent.ts";
import type { Agent } from "../../../src/agent/agent.ts";
import type { AnalysisId } from "../../../src/agent/analysis.ts";
import type { ActionKind } from "../../../src/approval/action-kind.ts";
import type { RequestId } from "../../../src/approval/decisions.ts";
import { Inbox } from "../../../src/approval/inbox.ts";
import { ActionFailed } from "../../../src/approval/outcome.ts";
import { loadConfiguration } from "../../../src/config/load.ts";
import { Emitter, type Clock, type Host } from "../../../src/host.ts";
import type { AnswerSchema, AskOptions, LanguageModel } from "../../../src/models/language-model.ts";
import type { Executor } from "../../../src/python/executor.ts";
import {
  PYTHON_RUN,
  PYTHON_RUN_VERSION,
  type PythonRun,
  type RunRecord,
} from "../../../src/python/python-run.ts";
import { RUN } from "../editor/example-requests.ts";
import { openDatabase } from "../../../src/storage/open-database.ts";

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "countersign-agent-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export type Answers = Record<string, (asked: AskOptions, times: number) => unknown>;

/** A scripted model: answers by the name of the structure asked for, and remembers what it was asked. */
export class ScriptedModel implements LanguageModel {
  readonly name = "Scripted";
  readonly maxInputTokens = 8_000;
  readonly asked: { readonly answer: string; readonly text: string }[] = [];
  private readonly answers: Answers;

  constructor(answers: Answers = {}) {
    this.answers = { ...ONE_STEP, ...answers };
  }

  ask(): Promise<string> {
    return Promise.reject(new Error("the agent asks for structures only"));
  }

  async askFor<T>(answer: AnswerSchema, options: AskOptions): Promise<T> {
    options.signal.throwIfAborted();
    const times = this.asked.filter((asked) => asked.answer === answer.name).length;
    this.asked.push({ answer: answer.name, text: options.messages.map(({ content }) => content).join("\n") });
    return (await this.answers[answer.name]?.(options, times)) as T;
  }

  countTokens(text: string): Promise<number> {
    return Promise.resolve(Math.ceil(text.length / 4));
  }

  textsFor(answer: string): readonly string[] {
    return this.asked.filter((asked) => asked.answer === answer).map(({ text }) => text);
  }
}

const ONE_STEP: Answers = {
  task: () => ({ task: "add", kind: "analysis" }),
  plan: () => ({ objective: "know the sum", steps: [{ purpose: "add two numbers" }] }),
  python: (_, times) => ({
    code: `results = {'sum': ${times} + 2}`,
    purpose: "add",
    expectedResults: "sum",
    mode: "read_only",
  }),
  answer: () => ({ text: "The sum is 2." }),
};

/** Stands where the sandboxes are: keeps what ran instead of running it, and fails with what the test says. */
export class RecordedRuns implements ActionKind<PythonRun, RunRecord> {
  readonly kind = PYTHON_RUN;
  readonly version = PYTHON_RUN_VERSION;
  readonly ran: string[] = [];
  /** What its sandboxes have installed. */
  packages: readonly string[] = ["numpy 2.3.1"];
  /** Errors that code raises, by run; absent means that it ends well. */
  readonly raises: (string | undefined)[] = [];

  parse(payload: unknown): PythonRun {
    return payload as PythonRun;
  }

  assess() {
    const isolation = { level: "container" as const, networks: [], summary: "a container without network" };
    return Promise.resolve({ effects: [], findings: [], isolation, summary: "computes" });
  }

  text(payload: PythonRun): string {
    return payload.code;
  }

  amend(payload: PythonRun, text: string): PythonRun {
    return { ...payload, code: text };
  }

  observe(payload: PythonRun): Promise<PythonRun> {
    return Promise.resolve(payload);
  }

  perform(payload: PythonRun, claim: { start(): void; readonly requestId: string }): Promise<RunRecord> {
    claim.start();
    const message = this.raises[this.ran.length];
    this.ran.push(payload.code);
    const record = runRecord(claim.requestId);
    if (message === undefined) return Promise.resolve(record);
    const error = { name: "KeyError", message, traceback: `KeyError: ${message}` };
    return Promise.reject(new ActionFailed("run-failed", { message, next: "" }, { ...record, error }));
  }
}

function runRecord(runId: string): RunRecord {
  const nothing = { figures: [], files: [], text: "", startedAt: 0, endedAt: 1 };
  return {
    runId,
    folder: "/runs/1",
    notebook: "/runs/1/notebook.ipynb",
    resultsText: '{"sum": 2}',
    ...nothing,
  };
}

function recordedExecutor(kind: RecordedRuns): Executor {
  return {
    kind,
    plan: (code, mode) => Promise.resolve({ ...RUN, code, mode }),
    packages: () => Promise.resolve(kind.packages),
    missingPackages: () => Promise.resolve([]),
    warm: () => Promise.resolve(),
    onOutput: new Emitter<never>().event,
    onStage: new Emitter<never>().event,
    dispose: () => undefined,
  };
}

export interface Opened {
  readonly agent: Agent;
  readonly inbox: Inbox;
  readonly runs: RecordedRuns;
  readonly model: ScriptedModel;
  approve(id: RequestId): Promise<void>;
  /** So many milliseconds pass for the house. */
  later(milliseconds: number): void;
  settled(id: AnalysisId): ReturnType<Agent["settled"]>;
  close(): Promise<void>;
}

/** An agent that never hears of a decision stands for one that died before it could. */
function deaf(inbox: Inbox): Inbox {
  const silence = new Emitter<never>().event;
  return new Proxy(inbox, {
    get: (target, name) => {
      if (name === "onDidChange") return silence;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
}

export interface AgentOptions {
  readonly answers?: Answers;
  /** What the data sources say. */
  readonly context?: string;
  readonly hears?: "decisions" | "nothing";
  /** What policy says of every request; a person is asked unless said. */
  readonly verdict?: "allow" | "ask";
  /** The user's own, by key. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** The agent on a real database and a real inbox; model and sandboxes are scripted. */
export function openScriptedAgent(
  stateDir: string,
  { answers = {}, context = "", hears = "decisions", verdict = "ask", settings = {} }: AgentOptions = {},
): Opened {
  let ahead = 0;
  const clock: Clock = { now: () => Date.now() + ahead };
  const host: Host = {
    secrets: {
      get: () => Promise.resolve(undefined),
      store: () => Promise.resolve(),
      delete: () => Promise.resolve(),
    },
    identity: () => ({ name: "Ada", knownBy: "os-user" }),
    trusted: () => true,
    clock,
    log: silent,
    stateDir,
    workspaceDir: stateDir,
  };
  const { database } = openDatabase({ stateDir, log: silent, clock, pollInterval: 20 });
  const { configuration } = loadConfiguration({
    file: "countersign.yml",
    text: undefined,
    environment: {},
    userSettings: settings,
  });
  const policy = () => ({ judge: () => ({ verdict, reason: "the test says so" }) });
  const inbox = new Inbox({
    database,
    clock,
    log: silent,
    policy,
    door: host,
  });
  const runs = new RecordedRuns();
  inbox.register(runs);
  const model = new ScriptedModel(answers);
  const agent = openAgent({
    host,
    database,
    approvals: hears === "nothing" ? deaf(inbox) : inbox,
    models: { current: () => Promise.resolve(model) },
    executor: recordedExecutor(runs),
    configuration: () => configuration,
    syntax: (code) => Promise.resolve(code.includes("def (") ? [{ line: 1, message: "invalid syntax" }] : []),
    context: () => Promise.resolve(context),
  });
  return {
    agent,
    inbox,
    runs,
    model,
    approve: async (id) => {
      const shown = await inbox.show(id, AbortSignal.timeout(5_000));
      await inbox.decide(id, { verdict: "approve" }, shown.proof);
    },
    later: (milliseconds) => {
      ahead += milliseconds;
    },
    settled: (id) => agent.settled(id, AbortSignal.timeout(10_000)),
    close: async () => {
      await agent.dispose();
      await inbox.dispose();
      database.dispose();
    },
  };
}
