import { ActionFailed, Detached } from "../approval/outcome.ts";
import type { Claim } from "../approval/claim.ts";
import type { RequestId } from "../approval/decisions.ts";
import type { Configuration } from "../config/configuration.ts";
import { cancelled, CountersignError, isClosing } from "../errors.ts";
import type { Disposable, Host } from "../host.ts";
import type { DataBinding } from "./bound/data-binding.ts";
import { dataDifference } from "./bound/data-difference.ts";
import { digestLines } from "./bound/digest-lines.ts";
import type { WorkspaceFiles } from "./bound/workspace-files.ts";
import type { RunOutput, RunStage } from "./executor.ts";
import { readInput } from "./inputs.ts";
import { KernelLost } from "./kernel/kernel-lost.ts";
import { withinLimits } from "./limited.ts";
import type { Place } from "./places/place.ts";
import type { Output, PythonRun, RunRecord } from "./python-run.ts";
import { assembleRun, type RunSource } from "./run-assembly.ts";
import {
  endedWithoutReason,
  endedWithWindow,
  explainLoss,
  raised,
  whyItEndsWithWindow,
} from "./run-errors.ts";
import type { EndedRun } from "./run-write-up.ts";
import type { OutputRecord } from "./runs/output-record.ts";
import { RunFolder, type RunName } from "./runs/run-folder.ts";
import type { Sandbox } from "./sandboxes/sandbox.ts";

/** What a run is about, which its payload does not say. */
export type RunSubject = Pick<RunName, "analysisId" | "attempt" | "question">;

export interface PerformerParts {
  readonly host: Pick<Host, "clock" | "log" | "workspaceDir">;
  readonly configuration: () => Configuration;
  readonly files: WorkspaceFiles;
  readonly data: Pick<DataBinding, "observe">;
  readonly subject: (id: RequestId) => RunSubject;
  readonly onStage: (requestId: RequestId, stage: RunStage, detail?: string) => void;
  readonly onOutput: (piece: RunOutput) => void;
}

/** A sandbox ends itself only where this process, which ends it in time and collects from it, is gone. */
const GRACE_SECONDS = 10;

/**
 * One approved run, from its folder to its record. Its sandbox is gone when this returns, unless the run goes on without this
 * window, which is closing.
 */
export class Performer implements Disposable {
  private readonly parts: PerformerParts;
  /** Their engine was away when they had to end. */
  private readonly leftOver = new Set<Sandbox>();

  constructor(parts: PerformerParts) {
    this.parts = parts;
  }

  /** @throws ActionFailed with a RunRecord once it was started; otherwise CountersignError, and nothing ran */
  async perform(place: Place, run: PythonRun, claim: Claim, signal: AbortSignal): Promise<RunRecord> {
    const { host, configuration, subject } = this.parts;
    const name = { ...subject(claim.requestId), at: host.clock.now() };
    const folder = await RunFolder.create(host.workspaceDir, configuration().execution.runsFolder, name);
    let sandbox: Sandbox | undefined;
    let started = false;
    try {
      sandbox = await this.prepare(place, run, claim, signal);
      const outputs = await this.startIn(sandbox, run, claim, signal);
      started = true;
      return await this.attend(outputs, sandbox, { run, claim, name, folder }, signal);
    } catch (error) {
      if (error instanceof Detached) sandbox?.detach?.();
      if (started) throw error;
      await folder.discard();
      throw signal.aborted ? cancelled("The run") : error;
    } finally {
      await this.end(sandbox);
      void place.warm();
    }
  }

  /** Call it when nothing is performed any more. */
  async dispose(): Promise<void> {
    await this.end(undefined);
  }

  private async prepare(place: Place, run: PythonRun, claim: Claim, signal: AbortSignal): Promise<Sandbox> {
    const entries = await Promise.all(
      run.inputs.map(async (input) => ({
        path: input.path,
        content: await readInput(this.parts.files, input),
      })),
    );
    const onStage = (stage: RunStage, detail?: string): void =>
      this.parts.onStage(claim.requestId, stage, detail);
    const sandbox = await place.sandbox(run, onStage, signal);
    try {
      await sandbox.adopt(claim);
      await sandbox.stage(entries);
      await this.requireSameData(run);
      return sandbox;
    } catch (error) {
      await this.end(sandbox);
      throw error;
    }
  }

  /** Making a sandbox may take minutes, in which data change. @throws `sandbox-differs` */
  private async requireSameData({ data, dataFolders }: PythonRun): Promise<void> {
    const changed = dataDifference(data, await this.parts.data.observe(dataFolders, data));
    if (changed.length === 0) return;
    throw new CountersignError("sandbox-differs", {
      message: `Changed since it was approved: ${changed.join(", ")}.`,
      kept: "Nothing ran.",
      next: "Ask anew, so that the data as they are now are approved.",
    });
  }

  private async startIn(
    sandbox: Sandbox,
    run: PythonRun,
    claim: Claim,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Output>> {
    signal.throwIfAborted();
    this.parts.onStage(claim.requestId, "running");
    try {
      const { seconds } = run.limits;
      const noted = { data: digestLines(run.inputs, run.data) };
      const output = await sandbox.run(run.code, claim, seconds + GRACE_SECONDS, noted);
      return withinLimits(output, sandbox, seconds, signal, () => endOf(run, signal));
    } catch (error) {
      throw error instanceof KernelLost ? await explainLoss(error, sandbox) : error;
    }
  }

  private async attend(
    source: AsyncIterable<Output>,
    sandbox: Sandbox,
    what: Pick<EndedRun, "run" | "claim" | "name" | "folder">,
    signal: AbortSignal,
  ): Promise<RunRecord> {
    const { clock } = this.parts.host;
    const { requestId } = what.claim;
    const running: RunSource = {
      startedAt: clock.now(),
      listen: (outputs) => this.listen(source, outputs, requestId),
      collect: (collector) => {
        if (!signal.aborted) this.parts.onStage(requestId, "collecting results");
        return sandbox.collect(collector);
      },
      origin: () => ({ sandbox: sandbox.identity, image: sandbox.image, puts: sandbox.putRecord }),
      explain: async (error) => {
        if (error instanceof Detached) throw error;
        return error instanceof KernelLost ? await explainLoss(error, sandbox) : error;
      },
    };
    const { record, failure } = await assembleRun(what, running, { clock, data: this.parts.data });
    if (failure) throw new ActionFailed(failure.code, failure, record);
    return record;
  }

  private async listen(
    source: AsyncIterable<Output>,
    outputs: OutputRecord,
    requestId: RequestId,
  ): Promise<void> {
    for await (const output of source) {
      const figure = await outputs.add(output);
      this.parts.onOutput({ requestId, output, ...(figure === undefined ? {} : { figure }) });
      if (output.type === "ended" && output.status === "error") {
        throw outputs.error ? raised(outputs.error) : endedWithoutReason();
      }
    }
  }

  /** Ends it, and what could not be ended before. */
  private async end(sandbox: Sandbox | undefined): Promise<void> {
    if (sandbox) this.leftOver.add(sandbox);
    for (const one of [...this.leftOver]) {
      try {
        await one.dispose();
        this.leftOver.delete(one);
      } catch (error) {
        this.parts.host.log.warn("A sandbox could not be removed", error);
      }
    }
  }
}

/** How a run ends whose signal aborts: a window that closes is not a person who cancels. */
function endOf(run: PythonRun, signal: AbortSignal): Error {
  if (!isClosing(signal)) return cancelled("The run");
  const why = whyItEndsWithWindow(run);
  return why === undefined ? new Detached() : endedWithWindow(why);
}
