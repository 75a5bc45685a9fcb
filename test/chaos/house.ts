import { randomUUID } from "node:crypto";
import type { Json } from "../../src/approval/actions.ts";
import { ConfiguredPolicy } from "../../src/approval/configured-policy.ts";
import type { RequestId } from "../../src/approval/decisions.ts";
import { Inbox } from "../../src/approval/inbox.ts";
import type { Configuration } from "../../src/config/configuration.ts";
import { ContainerServices } from "../../src/containers/container-services.ts";
import { systemClock, type Disposable, type Log } from "../../src/host.ts";
import { Analyser } from "../../src/python/analysis/analyser.ts";
import { PythonExecutor } from "../../src/python/python-executor.ts";
import type { Database } from "../../src/storage/database.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { MEDIA, noSecrets } from "../integration/python/laboratory.ts";

const nothing = (): void => undefined;
const quiet: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** What two processes need to be windows of one workspace. */
export interface Place {
  readonly workspaceDir: string;
  readonly stateDir: string;
  readonly configuration: Configuration;
}

/** Inbox and executor of one window, as a door puts them together. */
export class House implements Disposable {
  readonly inbox: Inbox;
  readonly executor: PythonExecutor;
  private readonly containers: ContainerServices;
  private readonly database: Database;

  private constructor({ workspaceDir, stateDir, configuration }: Place, analyser: Analyser) {
    const common = { clock: systemClock, log: quiet };
    this.database = openDatabase({ ...common, stateDir }).database;
    this.inbox = new Inbox({
      ...common,
      database: this.database,
      policy: () => new ConfiguredPolicy(configuration),
      door: { identity: () => ({ name: "chaos", knownBy: "os-user" }), trusted: () => true },
    });
    this.containers = new ContainerServices({
      configuration: () => configuration,
      mediaDir: MEDIA,
      packages: () => [],
      log: quiet,
      environment: process.env,
    });
    this.executor = new PythonExecutor({
      containers: () => Promise.resolve(this.containers),
      configuration: () => configuration,
      host: { ...common, secrets: noSecrets, stateDir, workspaceDir },
      mediaDir: MEDIA,
      analyser,
      subject: (id) => this.inbox.get(id).context,
    });
    this.inbox.register(this.executor.kind);
  }

  static open(place: Place): House {
    return new House(place, new Analyser());
  }

  /** A request for this code that a person approved. */
  async approved(code: string, signal: AbortSignal): Promise<RequestId> {
    const payload = await this.executor.plan(code, "read_only", []);
    const { kind, version } = this.executor.kind;
    const action = { kind, version, subject: "chaos", payload: payload as unknown as Json };
    const context = { question: "", objective: "", expectedResults: "", model: "none", attempt: 1 };
    const analysisId = randomUUID();
    const { id } = await this.inbox.request(action, analysisId, { ...context, analysisId });
    const { proof } = await this.inbox.show(id, signal);
    await this.inbox.decide(id, { verdict: "approve" }, proof);
    return id;
  }

  async dispose(): Promise<void> {
    await this.inbox.dispose();
    await this.executor.dispose();
    this.containers.dispose();
    this.database.dispose();
  }
}
