import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Agent } from "./agent/agent.ts";
import { Analyses } from "./agent/analyses.ts";
import type { Approvals } from "./approval/approvals.ts";
import { ConfiguredPolicy } from "./approval/configured-policy.ts";
import { ExtensionActKind } from "./approval/extension-act-kind.ts";
import type { Policy } from "./approval/policy.ts";
import { StrictestPolicy } from "./approval/strictest-policy.ts";
import { LOOSENING } from "./approval/loosening.ts";
import { Accepted } from "./approval/accepted.ts";
import { openLedger } from "./approval/ledger/open-ledger.ts";
import { Loosenings, acceptedLoosenings } from "./approval/loosenings.ts";
import { lifetimesOf } from "./approval/lifetime.ts";
import type { LedgerVerdict } from "./approval/ledger/chain.ts";
import { Inbox } from "./approval/inbox.ts";
import { Unattended } from "./approval/unattended.ts";
import type { LoadedConfiguration } from "./config/configuration.ts";
import { ConfigurationWatch } from "./config/configuration-watch.ts";
import type { Settings } from "./config/load.ts";
import { machinePolicyFile } from "./config/machine-policy.ts";
import type { Containers } from "./containers/containers.ts";
import { ImagePackages } from "./containers/image-packages.ts";
import { IMAGE_PACKAGES } from "./containers/packages.ts";
import { CountersignError } from "./errors.ts";
import { Emitter, type Disposable, type Event, type Host } from "./host.ts";
import type { Memory } from "./memory/memory.ts";
import { WorkspaceMemory } from "./memory/workspace-memory.ts";
import type { Models } from "./models/language-model.ts";
import type { KeptAnalysis } from "./python/runs/retention.ts";
import { AnalysisThread } from "./python/analysis/analysis-thread.ts";
import { PythonExecutor } from "./python/python-executor.ts";
import type { Database } from "./storage/database.ts";
import { Redactor } from "./storage/redaction.ts";
import { openDatabase, type OpenedDatabase } from "./storage/open-database.ts";

/** What a door gives besides the host. */
export interface Door {
  readonly host: Host;
  readonly models: Models;
  /** Absolute path of `media/`. */
  readonly mediaDir: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Takes secrets out of what the ledger keeps. */
  readonly redactor?: Redactor;
  /** Rules that others add, and take away again: they can only tighten. */
  readonly rules?: Iterable<Policy>;
  /** The person's own settings, by dotted key; asked for again at each reload. */
  readonly settings: () => Settings;
  /** The configuration file, relative to the workspace. */
  readonly configFile: () => string;
  /** Where an administrator's policy lies; the platform's place unless said. */
  readonly machinePolicy?: string;
}

/** The parts of one workspace, built once by a door. Heavy rooms load on first use. */
export interface Countersign extends Disposable {
  readonly configuration: LoadedConfiguration;
  readonly onDidChangeConfiguration: Event<LoadedConfiguration>;
  /** Reads the configuration again: its file or the person's settings changed. */
  reloadConfiguration(): Promise<void>;
  /** The workspace is trusted from now on: what its files say counts, and what waited for trust goes on. */
  trust(): Promise<void>;
  readonly approvals: Approvals;
  readonly memory: Memory;
  /** Where a damaged database was moved to, if one was found at opening. */
  readonly movedAside: string | undefined;
  /** Spans of Python to colour, in UTF-16 offsets, ordered and disjoint; `class` names a syntax class (`keyword`, `string`). */
  highlight(
    code: string,
  ): Promise<readonly { readonly start: number; readonly end: number; readonly class: string }[]>;
  /** Whether something was begun here that nobody brought to its end; loads nothing to tell. */
  hasUnfinished(): boolean;
  /** Analyses whose runs lie beyond what configuration keeps, oldest first. Asking removes nothing. */
  outdatedRuns(): Promise<readonly KeptAnalysis[]>;
  removeRuns(analyses: readonly KeptAnalysis[]): Promise<void>;
  /** What other extensions want to do: they say how once it is approved. */
  readonly extensionActs: Pick<ExtensionActKind, "prepare">;
  /** What the workspace's file asks for beyond the person's own settings, and what they accepted of it. */
  readonly loosenings: Pick<Loosenings, "askAgain" | "takeBack">;
  /** What was added to the image of this workspace's sandboxes. */
  readonly imagePackages: Pick<ImagePackages, "onDidChange" | "removeAll" | "request" | "wanted">;
  /** Packages of the index that this code imports and that its sandbox has not; empty where that is not known. */
  missingPackages(code: string): Promise<readonly string[]>;
  /** Reads the whole ledger in a worker: does it hold, and is it the one that it was? */
  checkLedger(): Promise<LedgerVerdict>;
  agent(): Promise<Agent>;
  /** @throws `workspace-untrusted` */
  containers(): Promise<Containers>;
}

/** @throws `database-newer`, `database-locked`, `database-unavailable`, `disk-full` */
export async function openCountersign(door: Door): Promise<Countersign> {
  const opened = openDatabase(door.host);
  const loaded = await load(door, opened.database, await acceptedIn(door, opened.database));
  const house = new House(door, opened, loaded);
  // What it had accepted was read before it was found to be another database.
  if (!house.approvals.isContinuous) await house.reloadConfiguration();
  return house;
}

async function acceptedIn({ host, redactor = new Redactor() }: Door, database: Database): Promise<Accepted> {
  const { clock, log, stateDir } = host;
  const { ledger, verified } = openLedger({ database, clock, log, redactor, stateDir });
  const isAny = database.get("SELECT 1 FROM accepted_loosenings LIMIT 1") !== undefined;
  if (isAny) await verified.prepare();
  return new Accepted({ ledger, verified, log });
}

async function load(door: Door, database: Database, accepted: Accepted): Promise<LoadedConfiguration> {
  // Its parser of YAML is half of what a window without a folder would load.
  const { readConfiguration } = await import("./config/load.ts");
  const { host, environment, settings, configFile, machinePolicy } = door;
  return readConfiguration({
    file: join(host.workspaceDir, configFile()),
    workspaceDir: host.workspaceDir,
    processEnvironment: environment,
    userSettings: settings(),
    isTrusted: host.trusted(),
    accepted: acceptedLoosenings(database, accepted),
    ...(machinePolicy === undefined ? {} : { machinePolicy }),
  });
}

/** What configuration is read from, besides the person's own settings, of which their door tells. */
function configurationFiles({ host, configFile, machinePolicy }: Door): readonly string[] {
  const own = [configFile(), ".env"].map((name) => join(host.workspaceDir, name));
  return [...own, machinePolicy ?? machinePolicyFile(process.platform)];
}

class House implements Countersign {
  readonly approvals: Inbox;
  readonly memory: WorkspaceMemory;
  readonly imagePackages: ImagePackages;
  readonly loosenings: Loosenings;
  readonly extensionActs = new ExtensionActKind();
  readonly movedAside: string | undefined;
  private readonly door: Door;
  private readonly database: Database;
  private readonly analyser = new AnalysisThread(() => this.loaded.configuration.analysis);
  private readonly executor: PythonExecutor;
  private readonly changed: Emitter<LoadedConfiguration>;
  private readonly unattended: Unattended;
  private readonly recovered: Promise<void>;
  private loaded: LoadedConfiguration;
  private loadedAgent: Promise<Agent> | undefined;
  private loadedContainers: Promise<Containers> | undefined;
  private readonly watch: ConfigurationWatch;
  private closing: Promise<void> | undefined;

  constructor(door: Door, opened: OpenedDatabase, loaded: LoadedConfiguration) {
    this.door = door;
    this.loaded = loaded;
    this.database = opened.database;
    this.movedAside = opened.movedAside;
    const { host, mediaDir, redactor, rules = [] } = door;
    const { database } = this;
    this.changed = new Emitter((error) => host.log.error("A listener to the configuration failed", error));
    const configuration = () => this.loaded.configuration;
    const policy = () => new StrictestPolicy(new ConfiguredPolicy(configuration()), rules);
    const mirror = { folder: () => configuration().approval.ledgerMirror, workspaceDir: host.workspaceDir };
    const lifetimes = () => lifetimesOf(configuration());
    this.approvals = new Inbox({
      database,
      clock: host.clock,
      log: host.log,
      policy,
      lifetimes,
      refresh: () => this.refreshConfiguration(),
      door: host,
      stateDir: host.stateDir,
      redactor,
      mirror,
    });
    this.memory = new WorkspaceMemory({ database, clock: host.clock });
    this.executor = new PythonExecutor({
      host,
      mediaDir,
      configuration,
      containers: () => this.containers(),
      analyser: this.analyser,
      subject: (id) => this.approvals.get(id).context,
    });
    this.approvals.register(this.executor.kind);
    this.approvals.register(this.memory.kind);
    this.approvals.register(this.extensionActs);
    const { accepted } = this.approvals;
    const containers = () => this.containers();
    this.imagePackages = new ImagePackages({ database, approvals: this.approvals, accepted, containers });
    this.approvals.register(this.imagePackages.kind);
    this.imagePackages.onDidChange(() => void this.executor.warm());
    this.loosenings = new Loosenings({
      database,
      approvals: this.approvals,
      accepted,
      log: host.log,
      trusted: () => host.trusted(),
      asked: () => this.loaded.loosenings,
      reload: () => this.reloadConfiguration(),
    });
    this.approvals.register(this.loosenings.kind);
    const kinds = new Set([IMAGE_PACKAGES, LOOSENING]);
    this.unattended = new Unattended({ approvals: this.approvals, kinds, log: host.log });
    const refresh = () => this.refreshConfiguration();
    this.watch = new ConfigurationWatch(configurationFiles(door), refresh, host.log);
    this.recovered = this.recover();
    void this.checkIntegrity(opened);
  }

  get configuration(): LoadedConfiguration {
    return this.loaded;
  }

  get onDidChangeConfiguration(): Event<LoadedConfiguration> {
    return this.changed.event;
  }

  async reloadConfiguration(): Promise<void> {
    this.loaded = await load(this.door, this.database, this.approvals.accepted);
    this.changed.fire(this.loaded);
    await this.loosenings.ask();
  }

  /** Where the files that it comes from say something else by now, that counts; otherwise nothing happens. */
  private async refreshConfiguration(): Promise<void> {
    const now = await load(this.door, this.database, this.approvals.accepted);
    if (isDeepStrictEqual(now, this.loaded)) return;
    this.loaded = now;
    this.changed.fire(now);
    void this.loosenings.ask().catch((error: unknown) => {
      this.door.host.log.warn("What the configuration asks for beyond the settings was not asked", error);
    });
  }

  async trust(): Promise<void> {
    await this.reloadConfiguration();
    this.unattended.resume();
  }

  highlight(code: string) {
    return this.analyser.highlight(code);
  }

  hasUnfinished(): boolean {
    return new Analyses(this.database, this.door.host.clock).open().length > 0;
  }

  async outdatedRuns(): Promise<readonly KeptAnalysis[]> {
    const { keptAnalyses, beyond } = await import("./python/runs/retention.ts");
    const { runsFolder, retention } = this.loaded.configuration.execution;
    const { host } = this.door;
    return beyond(await keptAnalyses(host.workspaceDir, runsFolder), retention, host.clock.now());
  }

  async removeRuns(analyses: readonly KeptAnalysis[]): Promise<void> {
    const { removeAnalysis } = await import("./python/runs/retention.ts");
    for (const analysis of analyses) await removeAnalysis(analysis);
  }

  missingPackages(code: string): Promise<readonly string[]> {
    return this.executor.missingPackages(code);
  }

  checkLedger(): Promise<LedgerVerdict> {
    return this.approvals.checkLedger();
  }

  agent(): Promise<Agent> {
    this.loadedAgent ??= this.openAgent();
    return this.loadedAgent;
  }

  async containers(): Promise<Containers> {
    if (!this.door.host.trusted()) throw untrusted();
    this.loadedContainers ??= this.openContainers();
    return this.loadedContainers;
  }

  /** Stops intake, aborts what runs, ends the sandboxes, then the engine's client, then the database. */
  dispose(): Promise<void> {
    this.closing ??= this.close();
    return this.closing;
  }

  private async close(): Promise<void> {
    this.watch.dispose();
    await (await this.loadedAgent?.catch(() => undefined))?.dispose();
    await this.unattended.dispose();
    await this.loosenings.dispose();
    await this.approvals.dispose();
    this.imagePackages.dispose();
    await this.executor.dispose();
    await this.analyser.dispose();
    await (await this.loadedContainers?.catch(() => undefined))?.dispose();
    this.changed.dispose();
    this.database.dispose();
  }

  private async openAgent(): Promise<Agent> {
    this.requireOpen();
    void this.analyser.prepare().catch(() => undefined);
    const [{ openAgent }, context] = await Promise.all([import("./agent/open-agent.ts"), this.context()]);
    return openAgent({
      host: this.door.host,
      database: this.database,
      approvals: this.approvals,
      models: this.door.models,
      executor: this.executor,
      configuration: () => this.loaded.configuration,
      syntax: async (code) => {
        const { whyItCannotRun } = await import("./python/checking/sure-failures.ts");
        return whyItCannotRun(code, this.analyser, AbortSignal.timeout(60_000));
      },
      context,
    });
  }

  /** What memory and the data folders say, asked concurrently, quoted for the model. */
  private async context(): Promise<(question: string, signal: AbortSignal) => Promise<string>> {
    const [{ gather }, { DataFolders }] = await Promise.all([
      import("./data/gathering.ts"),
      import("./data/data-folders.ts"),
    ]);
    const folders = () => this.loaded.configuration.execution.data;
    const { workspaceDir } = this.door.host;
    const sources = [this.memory.source, new DataFolders({ workspaceDir, folders })];
    return async (question, signal) => {
      const { maxInputTokens } = await this.door.models.current();
      return gather(sources, question, maxInputTokens, signal);
    };
  }

  private async openContainers(): Promise<Containers> {
    this.requireOpen();
    const { ContainerServices } = await import("./containers/container-services.ts");
    const { mediaDir, environment, host } = this.door;
    void this.tidy();
    return new ContainerServices({
      configuration: () => this.loaded.configuration,
      packages: () => this.imagePackages.all(),
      mediaDir,
      environment,
      log: host.log,
    });
  }

  /** Recovery comes first: it may want to ask a sandbox how its run ended. */
  private async tidy(): Promise<void> {
    await this.recovered;
    try {
      await this.executor.tidy((id) => {
        const outcome = this.approvals.outcome(id);
        return outcome !== undefined && outcome.state !== "outcome-unknown";
      });
    } catch (error) {
      this.door.host.log.debug("What earlier windows left in the engine was not looked at", error);
    }
  }

  /** Judges what dead processes left, before anybody is shown it. */
  private async recover(): Promise<void> {
    try {
      await this.approvals.recover();
      if (this.door.host.trusted()) this.unattended.resume();
      await this.loosenings.ask();
    } catch (error) {
      this.door.host.log.error("What an earlier window left could not be judged", error);
    }
  }

  private async checkIntegrity(opened: OpenedDatabase): Promise<void> {
    try {
      await opened.checkIntegrity();
    } catch (error) {
      this.door.host.log.warn("The database's integrity could not be checked", error);
    }
  }

  private requireOpen(): void {
    if (this.closing === undefined) return;
    throw new CountersignError("cancelled", {
      message: "Countersign is closing.",
      next: "Reload the window.",
    });
  }
}

function untrusted(): CountersignError {
  return new CountersignError("workspace-untrusted", {
    message: "This workspace is not trusted, so nothing is built or run in containers.",
    kept: "Everything may be looked at.",
    next: "Trust the workspace if you trust what is in it.",
  });
}
