import { freemem } from "node:os";
import { join } from "node:path";
import type { Sha256 } from "../../approval/actions.ts";
import type { Isolation } from "../../approval/assessment.ts";
import type { Configuration } from "../../config/configuration.ts";
import type { Containers, ImageStatus } from "../../containers/containers.ts";
import type { ImageInfo } from "../../containers/engine.ts";
import type { Host } from "../../host.ts";
import type { PythonRun, RunPlace } from "../python-run.ts";
import { controlAccess, controlInWords } from "../control/control-access.ts";
import type { ControlGateways } from "../control/control-gateways.ts";
import { packageOfModule } from "../../containers/packages.ts";
import { installedModules, installedPackages } from "../installed-packages.ts";
import { findDataFolders, requireBound } from "../sandboxes/data-folders.ts";
import { refuseElsewhere, refuseMountsBelow } from "../sandboxes/mounts-below.ts";
import { SandboxPool } from "../sandboxes/pool.ts";
import type { Sandbox, SandboxSpec } from "../sandboxes/sandbox.ts";
import type { OnStage, Place } from "./place.ts";

interface Parts {
  readonly containers: () => Promise<Containers>;
  readonly configuration: () => Configuration;
  readonly host: Pick<Host, "log" | "workspaceDir">;
  /** Absolute path of `media/`. */
  readonly mediaDir: string;
}

/** What a spec is made from, apart from the image. */
type Shape = Pick<
  PythonRun,
  "kernelName" | "dataFolders" | "limits" | "networks" | "control" | "environment"
>;

/** Code in containers of the sandbox image, the next one always in reserve. */
export class ContainerPlace implements Place {
  private readonly parts: Parts;
  private readonly pool: SandboxPool;
  private loadedGateways: Promise<ControlGateways> | undefined;
  private readonly stopped = new AbortController();
  private readonly modesInUse = new Set<string>();

  constructor(parts: Parts) {
    this.parts = parts;
    this.pool = new SandboxPool({
      create: (spec, signal) => this.create(spec, signal),
      size: () => parts.configuration().container.poolSize,
      idleMs: () => parts.configuration().container.poolIdleSeconds * 1000,
      freeMemory: freemem,
      log: parts.host.log,
    });
  }

  async current(mode: string): Promise<RunPlace> {
    const status = await this.status(mode);
    const place = { method: "container", image: status.tag, recipe: status.recipe as Sha256 } as const;
    if (status.state === "built") return { ...place, imageId: status.image.id };
    void this.warm();
    return { ...place, imageId: null };
  }

  /** An image that was not built when it was approved is bound by its recipe alone. */
  async observe({ place: approved, mode }: PythonRun): Promise<RunPlace> {
    const status = await this.status(mode);
    const place = { method: "container", image: status.tag, recipe: status.recipe as Sha256 } as const;
    const bound = approved.method === "container" && approved.imageId !== null;
    return { ...place, imageId: bound && status.state === "built" ? status.image.id : null };
  }

  /** Of an image that the user named nothing is known. */
  async packages(): Promise<readonly string[]> {
    if (this.hasForeignImage()) return [];
    const added = (await this.parts.containers()).addedPackages();
    const own = await installedPackages(this.serviceDir);
    return [...own, ...added.map(({ name, version }) => `${name} ${version}`)];
  }

  async missing(modules: readonly string[]): Promise<readonly string[]> {
    if (this.hasForeignImage()) return [];
    const installed = await installedModules(this.serviceDir);
    const added = new Set((await this.parts.containers()).addedPackages().map(({ name }) => name));
    const lacking = modules.filter((module) => !installed.has(module)).map(packageOfModule);
    return [...new Set(lacking)].filter((name) => !added.has(name));
  }

  private get serviceDir(): string {
    return join(this.parts.mediaDir, "services", "jupyter");
  }

  private hasForeignImage(): boolean {
    return this.parts.configuration().container.existingImage !== null;
  }

  isolation(run: PythonRun): Isolation {
    const { memoryMb, seconds } = run.limits;
    const control = run.control === null ? [] : [controlInWords(run.control)];
    const networks = [...run.networks, ...control];
    const reaches =
      networks.length === 0 ? "without network" : `that reaches nothing but ${networks.join(" and ")}`;
    return {
      level: "container",
      networks,
      summary: `In a container ${reaches}, for at most ${seconds} s with ${memoryMb} MB of memory; it reads ${
        run.dataFolders.join(", ") || "no data folder"
      } and writes only its own working folder.`,
    };
  }

  async sandbox(run: PythonRun, onStage: OnStage, signal: AbortSignal): Promise<Sandbox> {
    const image = await this.image(run, onStage, signal);
    if (run.control !== null)
      await (await this.gateways()).ensureImage((line) => onStage("building the image", line), signal);
    onStage("preparing a sandbox");
    this.modesInUse.add(run.mode);
    const spec = await this.spec(image, run);
    requireBound(spec.dataFolders, run.data.folders);
    return this.pool.take(spec, signal);
  }

  async warm(): Promise<void> {
    try {
      await this.refill();
    } catch (error) {
      if (!this.stopped.signal.aborted) this.parts.host.log.warn("No sandbox could be made ready", error);
    }
  }

  async dispose(): Promise<void> {
    this.stopped.abort();
    await this.pool.dispose();
  }

  /** The kernel's client is heavy, and loaded when the first sandbox is made. */
  private async create(spec: SandboxSpec, signal: AbortSignal): Promise<Sandbox> {
    const { ContainerSandbox } = await import("../sandboxes/container-sandbox.ts");
    const containers = await this.parts.containers();
    const parts = { engine: await containers.engine(), gateways: await this.gateways() };
    return ContainerSandbox.create(parts, spec, signal);
  }

  private gateways(): Promise<ControlGateways> {
    this.loadedGateways ??= import("../control/control-gateways.ts").then(
      ({ ControlGateways }) => new ControlGateways(this.parts),
    );
    return this.loadedGateways;
  }

  private async refill(): Promise<void> {
    const containers = await this.parts.containers();
    const { execution } = this.parts.configuration();
    const modes = [...new Set([execution.defaultMode, ...this.modesInUse])];
    const specs = modes.flatMap((name) => {
      const mode = execution.modes[name];
      if (mode === undefined) return [];
      const { kernelName, networks, environment, data: dataFolders, limits } = mode;
      // Code that puts is rarer than code that reads, and waits the second that its sandbox takes.
      const control = controlAccess(execution, name, "none");
      const shape = { kernelName, networks, environment, control, dataFolders, limits };
      const image = containers.ensureSandboxImage(mode.image, () => undefined, this.stopped.signal);
      return [image.then(({ id }) => this.spec(id, shape))];
    });
    const wanted = await Promise.all(specs);
    await this.pool.keep(wanted);
    // Who approves a run that reaches a control system does not wait until its gateway is built.
    if (wanted.some(({ control }) => control !== null))
      await (await this.gateways()).ensureImage(() => undefined, this.stopped.signal);
  }

  /** The image by its id where that was approved, whatever its tag names by now; or else what the recipe builds. */
  private async image(run: PythonRun, onStage: OnStage, signal: AbortSignal): Promise<string> {
    const approved = run.place.method === "container" ? run.place.imageId : null;
    return approved ?? (await this.builtImage(run.mode, onStage, signal)).id;
  }

  private async builtImage(mode: string, onStage: OnStage, signal: AbortSignal): Promise<ImageInfo> {
    const status = await this.status(mode);
    if (status.state === "built") return status.image;
    onStage("building the image");
    const containers = await this.parts.containers();
    const onLine = (line: string) => onStage("building the image", line);
    return containers.ensureSandboxImage(this.ownImage(mode), onLine, signal);
  }

  private async status(mode: string): Promise<ImageStatus> {
    return (await this.parts.containers()).sandboxImage(this.ownImage(mode));
  }

  private ownImage(mode: string): string | null {
    return this.parts.configuration().execution.modes[mode]?.image ?? null;
  }

  private async spec(image: string, run: Shape): Promise<SandboxSpec> {
    const dataFolders = await findDataFolders(this.parts.host.workspaceDir, run.dataFolders);
    const { remote } = (await (await this.parts.containers()).engine()).address;
    if (remote) refuseElsewhere(dataFolders);
    else await refuseMountsBelow(dataFolders);
    const { kernelName, limits, networks, control, environment } = run;
    return { image, kernelName, dataFolders, limits, networks, control, environment };
  }
}
