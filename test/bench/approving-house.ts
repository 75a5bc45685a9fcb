import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Json } from "../../src/approval/actions.ts";
import { ConfiguredPolicy } from "../../src/approval/configured-policy.ts";
import type { RequestId } from "../../src/approval/decisions.ts";
import { Inbox } from "../../src/approval/inbox.ts";
import type { Configuration } from "../../src/config/configuration.ts";
import { systemClock, type Disposable, type Log } from "../../src/host.ts";
import type { Analyser } from "../../src/python/analysis/analyser.ts";
import { PythonExecutor } from "../../src/python/python-executor.ts";
import type { Database } from "../../src/storage/database.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { MEDIA, noSecrets, type Laboratory } from "../integration/python/laboratory.ts";

const LIMIT_MS = 120_000;
const nothing = (): void => undefined;
const quiet: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Where code runs, and how many sandboxes are in reserve. */
export type HouseOptions = Partial<
  Pick<Configuration["execution"], "method" | "gateway" | "data" | "modes">
> & {
  readonly poolSize: number;
};

/** Inbox and executor as a door puts them together, with its own database and its own pool. */
export class ApprovingHouse implements Disposable {
  readonly inbox: Inbox;
  readonly executor: PythonExecutor;
  private readonly configuration: Configuration;
  private readonly database: Database;

  private constructor(lab: Laboratory, stateDir: string, options: HouseOptions, analyser: Analyser) {
    const { execution, container, ...rest } = lab.configuration;
    const { poolSize, ...where } = options;
    this.configuration = {
      ...rest,
      execution: { ...execution, ...where },
      container: { ...container, poolSize },
    };
    const configuration = (): Configuration => this.configuration;
    const common = { clock: systemClock, log: quiet };
    this.database = openDatabase({ ...common, stateDir }).database;
    this.inbox = new Inbox({
      ...common,
      database: this.database,
      policy: () => new ConfiguredPolicy(this.configuration),
      door: { identity: () => ({ name: "bench", knownBy: "os-user" }), trusted: () => true },
    });
    this.executor = new PythonExecutor({
      containers: () => Promise.resolve(lab.containers),
      configuration,
      host: { ...common, secrets: noSecrets, stateDir, workspaceDir: lab.workspace },
      mediaDir: MEDIA,
      analyser,
      subject: (id) => this.inbox.get(id).context,
    });
    this.inbox.register(this.executor.kind);
  }

  static async open(lab: Laboratory, options: HouseOptions, analyser: Analyser): Promise<ApprovingHouse> {
    const stateDir = join(lab.stateDir, randomUUID());
    await mkdir(stateDir, { recursive: true });
    return new ApprovingHouse(lab, stateDir, options, analyser);
  }

  /** Milliseconds from a person's decision to the first output, for code that was shown already. The run is over after it. */
  async approveToFirstOutput(code: string, signal: AbortSignal): Promise<number> {
    const patient = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
    const id = await this.ask(code);
    const { proof } = await this.inbox.show(id, patient);
    let first = NaN;
    const listening = this.executor.onOutput(({ requestId }) => {
      if (requestId === id && Number.isNaN(first)) first = performance.now();
    });
    const start = performance.now();
    await this.inbox.decide(id, { verdict: "approve" }, proof);
    const outcome = await this.inbox.perform(id, patient);
    void listening.dispose();
    signal.throwIfAborted();
    if (outcome.state === "finished") return first - start;
    throw new Error(`a run ended as ${outcome.state}: ${"error" in outcome ? outcome.error.message : ""}`);
  }

  async dispose(): Promise<void> {
    await this.inbox.dispose();
    await this.executor.dispose();
    this.database.dispose();
  }

  private async ask(code: string): Promise<RequestId> {
    const payload = await this.executor.plan(code, "read_only", []);
    const { kind, version } = this.executor.kind;
    const action = { kind, version, subject: "a bench", payload: payload as unknown as Json };
    const context = { question: "", objective: "", expectedResults: "", model: "none", attempt: 1 };
    const analysisId = randomUUID();
    return (await this.inbox.request(action, analysisId, { ...context, analysisId })).id;
  }
}
