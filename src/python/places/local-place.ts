import { join } from "node:path";
import type { Isolation } from "../../approval/assessment.ts";
import type { Configuration } from "../../config/configuration.ts";
import type { Host } from "../../host.ts";
import type { PythonRun, RunPlace } from "../python-run.ts";
import { installedPackages } from "../installed-packages.ts";
import { findDataFolders, requireBound } from "../sandboxes/data-folders.ts";
import { LocalEnvironment } from "../sandboxes/local-environment.ts";
import type { Sandbox } from "../sandboxes/sandbox.ts";
import type { OnStage, Place } from "./place.ts";

interface Parts {
  readonly host: Pick<Host, "log" | "stateDir" | "workspaceDir">;
  readonly mediaDir: string;
  readonly configuration: () => Pick<Configuration, "execution">;
}

/** Code as a process of this user, in an environment made for it. */
export class LocalPlace implements Place {
  private readonly parts: Parts;
  private readonly serviceDir: string;
  private readonly environment: LocalEnvironment;
  private readonly stopped = new AbortController();

  constructor(parts: Parts) {
    this.parts = parts;
    this.serviceDir = join(parts.mediaDir, "services", "jupyter");
    this.environment = new LocalEnvironment({
      folder: join(parts.host.stateDir, "python"),
      requirements: join(this.serviceDir, "requirements.txt"),
      interpreters: ["python3", "python"],
      chosen: () => parts.configuration().execution.local.interpreter,
    });
  }

  async current(): Promise<RunPlace> {
    void this.warm();
    return { method: "local", environment: await this.environment.recipe() };
  }

  async observe(): Promise<RunPlace> {
    return { method: "local", environment: await this.environment.recipe() };
  }

  async packages(): Promise<readonly string[]> {
    return (await this.environment.packages()) ?? installedPackages(this.serviceDir);
  }

  async missing(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  isolation(run: PythonRun): Isolation {
    return {
      level: "local",
      networks: ["everything this machine reaches"],
      summary: `On this machine with your own rights and without isolation, for at most ${run.limits.seconds} s.`,
    };
  }

  async sandbox(run: PythonRun, onStage: OnStage, signal: AbortSignal): Promise<Sandbox> {
    onStage("preparing a sandbox");
    const either = AbortSignal.any([signal, this.stopped.signal]);
    const python = await this.environment.ensure((line) => onStage("preparing a sandbox", line), either);
    const dataFolders = await findDataFolders(this.parts.host.workspaceDir, run.dataFolders);
    requireBound(dataFolders, run.data.folders);
    const { LocalSandbox } = await import("../sandboxes/local-sandbox.ts");
    return LocalSandbox.create({ python, serviceDir: this.serviceDir }, dataFolders, either);
  }

  /** Only the environment: a process that waits on a machine without isolation would be one too many. */
  async warm(): Promise<void> {
    try {
      await this.environment.ensure(() => undefined, this.stopped.signal);
    } catch (error) {
      if (!this.stopped.signal.aborted)
        this.parts.host.log.warn("The Python environment could not be made", error);
    }
  }

  dispose(): void {
    this.stopped.abort();
  }
}
