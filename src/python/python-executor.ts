import { existsSync } from "node:fs";
import { join } from "node:path";
import type { RequestId } from "../approval/decisions.ts";
import type { Configuration } from "../config/configuration.ts";
import type { Containers } from "../containers/containers.ts";
import { CountersignError } from "../errors.ts";
import { Emitter, type Host } from "../host.ts";
import type { CodeAnalyser } from "./analysis/analysis.ts";
import { putsOf } from "./control/allowed-puts.ts";
import { controlAccess, type ControlAccess } from "./control/control-access.ts";
import { DataBinding } from "./bound/data-binding.ts";
import { WorkspaceFiles } from "./bound/workspace-files.ts";
import type { Executor, RunOutput, RunStage } from "./executor.ts";
import { bindHanded, findInputs, withNamed } from "./inputs.ts";
import type { Performer, PerformerParts, RunSubject } from "./performer.ts";
import { ContainerPlace } from "./places/container-place.ts";
import { GatewayPlace } from "./places/gateway-place.ts";
import { LocalPlace } from "./places/local-place.ts";
import type { Place } from "./places/place.ts";
import { PythonRunKind } from "./python-run-kind.ts";
import type { HandedFile, PythonRun, RunPlace, StagedInput } from "./python-run.ts";

export interface ExecutorParts {
  readonly containers: () => Promise<Containers>;
  readonly configuration: () => Configuration;
  readonly host: Pick<Host, "clock" | "log" | "secrets" | "stateDir" | "workspaceDir">;
  /** Absolute path of `media/`. */
  readonly mediaDir: string;
  readonly analyser: CodeAnalyser;
  /** The analysis that a request belongs to, for the name of its run's folder. */
  readonly subject: (id: RequestId) => RunSubject;
}

/** See `Executor`. */
export class PythonExecutor implements Executor {
  readonly kind: PythonRunKind;
  private readonly parts: ExecutorParts;
  private readonly places: Readonly<Record<RunPlace["method"], Place>>;
  private loadedPerformer: Promise<Performer> | undefined;
  private readonly files: WorkspaceFiles;
  private readonly data: DataBinding;
  private readonly outputs = new Emitter<RunOutput>();
  private readonly stages = new Emitter<{
    readonly requestId: RequestId;
    readonly stage: RunStage;
    readonly detail?: string;
  }>();

  readonly onOutput = this.outputs.event;
  readonly onStage = this.stages.event;

  constructor(parts: ExecutorParts) {
    this.parts = parts;
    this.files = new WorkspaceFiles(parts.host.workspaceDir);
    this.data = new DataBinding(this.files, parts.analyser);
    const onStage = (requestId: RequestId, stage: RunStage, detail?: string): void =>
      this.stages.fire(detail === undefined ? { requestId, stage } : { requestId, stage, detail });
    this.places = {
      container: new ContainerPlace(parts),
      local: new LocalPlace(parts),
      gateway: new GatewayPlace(parts),
    };
    this.kind = new PythonRunKind({
      ...parts,
      place: (method) => this.placeFor(method),
      files: this.files,
      data: this.data,
      performer: () => (this.loadedPerformer ??= this.loadPerformer(onStage)),
      recover: async (run, started, signal) => {
        const { Recovery } = await import("./recovery/recovery.ts");
        return new Recovery({ ...parts, data: this.data, onStage }).recover(run, started, signal);
      },
      inputs: (code, dataFolders) => this.bindInputs(code, dataFolders),
      control: (code, mode) => this.control(code, mode),
    });
  }

  async plan(code: string, named: string, handed: readonly HandedFile[]): Promise<PythonRun> {
    const { method, modes, defaultMode } = this.parts.configuration().execution;
    const mode = Object.hasOwn(modes, named) ? named : defaultMode;
    const { kernelName, networks, environment, data: folders, limits } = modes[mode] ?? modes.read_only;
    // A server elsewhere is given no file of this workspace.
    const dataFolders = method === "gateway" ? [] : folders;
    const [place, inputs, control, data] = await Promise.all([
      this.places[method].current(mode),
      method === "gateway" ? [] : this.inputs(code, dataFolders, handed),
      this.control(code, mode),
      this.data.bind(code, dataFolders),
    ]);
    const bound = { place, dataFolders, data, inputs, control };
    return { code, mode, kernelName, ...bound, networks, environment, limits };
  }

  async packages(): Promise<readonly string[]> {
    return this.places[this.parts.configuration().execution.method].packages();
  }

  async missingPackages(code: string): Promise<readonly string[]> {
    const { thirdParty } = await this.parts.analyser.analyse(code);
    const { workspaceDir } = this.parts.host;
    const isOwn = (module: string) =>
      existsSync(join(workspaceDir, module)) || existsSync(join(workspaceDir, `${module}.py`));
    const modules = thirdParty.filter((name) => !isOwn(name));
    return this.places[this.parts.configuration().execution.method].missing(modules);
  }

  async warm(): Promise<void> {
    await this.places[this.parts.configuration().execution.method].warm();
  }

  /**
   * Removes the sandboxes that dead processes left in the engine, except those that may still tell how a run ended.
   * @param isOver whether the end of the request's run is proven
   * @throws `engine-missing` and what the engine throws
   */
  async tidy(isOver: (id: RequestId) => boolean): Promise<void> {
    const { removeOrphans } = await import("./sandboxes/orphans.ts");
    await removeOrphans(await (await this.parts.containers()).engine(), isOver);
  }

  async dispose(): Promise<void> {
    await (await this.loadedPerformer)?.dispose();
    for (const place of Object.values(this.places)) await place.dispose();
    this.outputs.dispose();
    this.stages.dispose();
  }

  private async inputs(
    code: string,
    dataFolders: readonly string[],
    handed: readonly HandedFile[],
  ): Promise<readonly StagedInput[]> {
    const earlier = await bindHanded(this.files, handed);
    return withNamed(earlier, await this.bindInputs(code, dataFolders));
  }

  /** What runs without isolation reaches whatever this machine reaches, and is refused where a control write is recognised. */
  private async control(code: string, mode: string): Promise<ControlAccess | null> {
    const { execution } = this.parts.configuration();
    if (execution.method !== "container") return null;
    const { effects } = await this.parts.analyser.analyse(code);
    return controlAccess(execution, mode, putsOf(effects));
  }

  private async bindInputs(code: string, dataFolders: readonly string[]): Promise<readonly StagedInput[]> {
    const { namedFiles } = await this.parts.analyser.analyse(code);
    const read = namedFiles.filter(({ access }) => access === "read").map(({ path }) => path);
    return findInputs(this.files, read, dataFolders);
  }

  private async loadPerformer(onStage: PerformerParts["onStage"]): Promise<Performer> {
    const { Performer } = await import("./performer.ts");
    return new Performer({
      ...this.parts,
      files: this.files,
      data: this.data,
      onStage,
      onOutput: (piece) => this.outputs.fire(piece),
    });
  }

  /** Code that was approved for a container never runs elsewhere, nor anywhere else where the user did not choose that. */
  private placeFor(method: RunPlace["method"]): Place {
    if (method === "container" || this.parts.configuration().execution.method === method) {
      return this.places[method];
    }
    throw new CountersignError("local-not-accepted", {
      message:
        method === "local"
          ? "This run was asked for without isolation, and local execution is not accepted here."
          : "This run was asked for on a Jupyter server, and that is not where code runs here any more.",
      kept: "The request and its code; nothing ran.",
      next: "Choose that method in countersign.execution.method, your own setting for all workspaces, or run the analysis again.",
    });
  }
}
