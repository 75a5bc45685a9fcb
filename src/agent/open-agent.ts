import type { Approvals } from "../approval/approvals.ts";
import type { Configuration } from "../config/configuration.ts";
import type { Host } from "../host.ts";
import type { Models } from "../models/language-model.ts";
import type { Executor } from "../python/executor.ts";
import type { Database } from "../storage/database.ts";
import type { Agent } from "./agent.ts";
import { Analyses } from "./analyses.ts";
import { Budget } from "./budget.ts";
import { SqliteCheckpointer } from "./checkpointer.ts";
import { Leases } from "./leases.ts";
import { OldPositions } from "./old-positions.ts";
import { PythonCapability, type SyntaxCheck } from "./python-capability.ts";
import { Questions } from "./questions.ts";
import { Runner } from "./runner.ts";
import { Runtime } from "./runtime.ts";
import { Threads } from "./threads.ts";

export interface AgentParts {
  readonly host: Host;
  readonly database: Database;
  readonly approvals: Approvals;
  readonly models: Models;
  readonly executor: Executor;
  readonly configuration: () => Configuration;
  readonly syntax: SyntaxCheck;
  /** What the data sources say to a question, formatted for the model. */
  readonly context: (question: string, signal: AbortSignal) => Promise<string>;
}

/** Builds the runtime. This file is where LangGraph is loaded: import it on first use only. */
export function openAgent(parts: AgentParts): Agent {
  const { host, database, approvals, models, executor, configuration, syntax, context } = parts;
  const analyses = new Analyses(database, host.clock);
  const budget = new Budget({ models, analyses, configuration });
  const runner = new Runner({
    approvals,
    analyses,
    threads: new Threads(database),
    checkpointer: new SqliteCheckpointer(database),
    capability: new PythonCapability({ budget, executor, syntax }),
    budget,
    context,
  });
  const questions = new Questions(database, host.clock);
  const leases = new Leases(database, host.clock);
  const oldPositions = new OldPositions({ database, log: host.log, prune: (id) => runner.prune(id) });
  const work = { questions, leases, runner, oldPositions };
  return new Runtime({ host, database, approvals, models, executor, analyses, ...work });
}
