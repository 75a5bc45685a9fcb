import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { sha256 } from "../../../src/approval/actions.ts";
import type { Claim } from "../../../src/approval/claim.ts";
import { ActionFailed } from "../../../src/approval/outcome.ts";
import { loadConfiguration } from "../../../src/config/load.ts";
import type { Configuration } from "../../../src/config/configuration.ts";
import { ContainerServices } from "../../../src/containers/container-services.ts";
import { CountersignError } from "../../../src/errors.ts";
import { systemClock, type Disposable, type Secrets } from "../../../src/host.ts";
import { Analyser } from "../../../src/python/analysis/analyser.ts";
import { DataBinding } from "../../../src/python/bound/data-binding.ts";
import { WorkspaceFiles } from "../../../src/python/bound/workspace-files.ts";
import { Performer } from "../../../src/python/performer.ts";
import { ContainerPlace } from "../../../src/python/places/container-place.ts";
import { LocalPlace } from "../../../src/python/places/local-place.ts";
import { ControlGateways } from "../../../src/python/control/control-gateways.ts";
import type { ControlAccess } from "../../../src/python/control/control-access.ts";
import type { Place } from "../../../src/python/places/place.ts";
import type { Output, PythonRun, RunLimits, RunRecord } from "../../../src/python/python-run.ts";
import { findInputs } from "../../../src/python/inputs.ts";
import { buildSettings } from "../../machine/build-settings.ts";

export const MEDIA = join(import.meta.dirname, "../../../media");
/** A host whose secret storage is empty. */
export const noSecrets: Secrets = {
  get: () => Promise.resolve(undefined),
  store: () => Promise.resolve(),
  delete: () => Promise.resolve(),
};
const LIMITS: RunLimits = {
  seconds: 60,
  memoryMb: 1024,
  cpus: 1,
  processes: 128,
  workingFolderMb: 64,
  outputMb: 64,
};

/** How a run ended, and what came while it ran. */
export interface Ended {
  readonly record: RunRecord | undefined;
  readonly error: CountersignError | undefined;
  readonly outputs: readonly Output[];
  readonly started: number;
  readonly requestId: string;
}

export interface RunOptions {
  readonly limits?: Partial<RunLimits>;
  readonly inputs?: readonly string[];
  readonly requestId?: string;
  readonly control?: ControlAccess;
  readonly dataFolders?: readonly string[];
  readonly kernelName?: string;
  readonly networks?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly attempt?: number;
  readonly signal?: AbortSignal;
  readonly onOutput?: (output: Output) => void;
  readonly onStart?: () => void;
  /** `outputs` stays empty where this is false: a test that measures memory does not measure its own. */
  readonly keepsOutputs?: boolean;
}

/** Tried once a test file: trying takes a container. */
const settings = buildSettings();

/** A workspace of its own and the product's own parts around it: engine, image, sandboxes, kernels. */
export class Laboratory implements Disposable {
  readonly workspace: string;
  readonly stateDir: string;
  readonly containers: ContainerServices;
  readonly configuration: Configuration;
  readonly container: ContainerPlace;
  readonly local: LocalPlace;
  readonly files: WorkspaceFiles;
  readonly data: DataBinding;
  /** For sandboxes that a test makes by itself. */
  readonly gateways: ControlGateways;
  readonly warnings: string[] = [];

  private constructor(root: string, configuration: Configuration) {
    this.workspace = join(root, "workspace");
    this.stateDir = join(root, "state");
    this.configuration = configuration;
    this.files = new WorkspaceFiles(this.workspace);
    this.data = new DataBinding(this.files, new Analyser());
    const warn = (message: string, detail?: unknown): void =>
      void this.warnings.push(`${message} ${String(detail)}`);
    const log = { debug: () => undefined, info: () => undefined, warn, error: warn };
    this.containers = new ContainerServices({
      configuration: () => configuration,
      mediaDir: MEDIA,
      packages: () => [],
      log,
      environment: process.env,
    });
    const host = { log, clock: systemClock, stateDir: this.stateDir, workspaceDir: this.workspace };
    this.container = new ContainerPlace({
      containers: () => Promise.resolve(this.containers),
      configuration: () => configuration,
      host,
      mediaDir: MEDIA,
    });
    this.gateways = new ControlGateways({
      containers: () => Promise.resolve(this.containers),
      mediaDir: MEDIA,
    });
    this.local = new LocalPlace({ host, mediaDir: MEDIA, configuration: () => configuration });
  }

  static async open(poolSize = 0): Promise<Laboratory> {
    const root = await realpath(await mkdtemp(join(tmpdir(), "countersign-laboratory-")));
    await mkdir(join(root, "workspace"));
    await mkdir(join(root, "state"));
    const loaded = loadConfiguration({
      file: "countersign.yml",
      text: undefined,
      environment: {},
    }).configuration;
    const container = { ...loaded.container, ...(await settings), existingImage: null, poolSize };
    return new Laboratory(root, { ...loaded, container });
  }

  async write(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(this.workspace, path)), { recursive: true });
    await writeFile(join(this.workspace, path), content);
  }

  async payload(place: Place, code: string, options: RunOptions): Promise<PythonRun> {
    const dataFolders = options.dataFolders ?? ["data"];
    return {
      code,
      mode: "read_only",
      kernelName: options.kernelName ?? "python3-epics-readonly",
      place: await place.current("read_only"),
      dataFolders,
      data: await this.data.bind(code, dataFolders),
      inputs: await findInputs(this.files, options.inputs ?? [], ["data"]),
      networks: options.networks ?? [],
      control: options.control ?? null,
      environment: options.environment ?? {},
      limits: { ...LIMITS, ...options.limits },
    };
  }

  /** Runs code as an approved request would. */
  async run(place: Place, code: string, options: RunOptions = {}): Promise<Ended> {
    const payload = await this.payload(place, code, options);
    const requestId = options.requestId ?? randomUUID();
    const outputs: Output[] = [];
    let started = 0;
    const start = (): void => {
      started += 1;
      options.onStart?.();
    };
    const claim = { requestId, hash: sha256(code), by: "person", startPatiently: start } as unknown as Claim;
    const performer = this.performer(options, outputs, requestId);
    try {
      const record = await performer.perform(
        place,
        payload,
        claim,
        options.signal ?? AbortSignal.timeout(240_000),
      );
      return { record, error: undefined, outputs, started, requestId };
    } catch (error) {
      if (!(error instanceof CountersignError)) throw error;
      const record = error instanceof ActionFailed ? (error.result as RunRecord) : undefined;
      return { record, error, outputs, started, requestId };
    }
  }

  async dispose(): Promise<void> {
    await this.container.dispose();
    this.local.dispose();
    this.containers.dispose();
    await rm(dirname(this.workspace), { recursive: true, force: true });
  }

  private performer(options: RunOptions, outputs: Output[], analysisId: string): Performer {
    const log = {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    };
    return new Performer({
      host: { clock: systemClock, log, workspaceDir: this.workspace },
      configuration: () => this.configuration,
      files: this.files,
      data: this.data,
      subject: () => ({ analysisId, attempt: options.attempt ?? 1, question: "What is the CO₂ trend?" }),
      onStage: () => undefined,
      onOutput: ({ output }) => {
        if (options.keepsOutputs !== false) outputs.push(output);
        options.onOutput?.(output);
      },
    });
  }
}

/** What the code printed, in order. */
export function printed(ended: Ended, stream: "stdout" | "stderr" = "stdout"): string {
  return ended.outputs
    .filter((output) => output.type === "stream" && output.stream === stream)
    .map((output) => (output.type === "stream" ? output.text : ""))
    .join("");
}
