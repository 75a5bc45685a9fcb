import { sha256 } from "../../approval/actions.ts";
import type { Recovered } from "../../approval/action-kind.ts";
import type { StartedClaim } from "../../approval/claim.ts";
import type { RequestId } from "../../approval/decisions.ts";
import type { Configuration } from "../../config/configuration.ts";
import type { Containers } from "../../containers/containers.ts";
import { LABEL, type ContainerInfo, type Engine } from "../../containers/engine.ts";
import { contentsOf, type ImageContents } from "../../containers/image-contents.ts";
import { cancelled, isClosing, type CountersignError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import type { DataBinding } from "../bound/data-binding.ts";
import type { PutRecord } from "../control/control-gateway.ts";
import type { RunStage } from "../executor.ts";
import { timeLimit } from "../limited.ts";
import type { RunSubject } from "../performer.ts";
import type { PythonRun, RunRecord } from "../python-run.ts";
import { assembleRun, type RunSource } from "../run-assembly.ts";
import { endedWithoutReason, endedWithWindow, lostAs, raised, whyItEndsWithWindow } from "../run-errors.ts";
import type { OutputRecord } from "../runs/output-record.ts";
import { RunFolder } from "../runs/run-folder.ts";
import { causeOfDeath, collectFrom, removeSandbox } from "../sandboxes/container-end.ts";
import { runName } from "../sandboxes/names.ts";
import { keptOutputs } from "./kept-outputs.ts";
import { readPuts } from "./put-evidence.ts";
import { readEvidence, untilOver, type Evidence } from "./evidence.ts";

interface Parts {
  readonly containers: () => Promise<Containers>;
  readonly configuration: () => Configuration;
  readonly host: Pick<Host, "clock" | "workspaceDir">;
  readonly data: Pick<DataBinding, "observe">;
  readonly subject: (id: RequestId) => RunSubject;
  readonly onStage: (requestId: RequestId, stage: RunStage) => void;
}

/** One run whose window is gone, and its sandbox. */
interface Orphan {
  readonly run: PythonRun;
  readonly started: StartedClaim;
  readonly engine: Engine;
  readonly id: string;
}

/** Why it is collected now: the log tells of its end, its time is over, a person cancelled it, or it ends with its window. */
type End = "told" | "overdue" | "cancelled" | "with-window";

/** Where nothing can be asked that saw it. */
const ELSEWHERE = {
  local: "What runs without a container ends with its window, and nothing tells how far it got.",
  gateway:
    "The Jupyter server that it was sent to cannot tell how far it got, and its kernel may be at work there.",
} as const;

/** What is over is looked at to its end. */
const NEVER = new AbortController().signal;

/** Finds out what became of a run whose window is gone, and waits for its end: from the engine, never from the kernel. */
export class Recovery {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** @throws what the engine throws */
  async recover(run: PythonRun, started: StartedClaim, signal: AbortSignal): Promise<Recovered<RunRecord>> {
    if (run.place.method !== "container") return unknown(ELSEWHERE[run.place.method]);
    const engine = await (await this.parts.containers()).engine();
    const sandbox = await find(engine, started.requestId);
    if (sandbox === undefined) return unknown("The container engine does not know its sandbox any more.");
    const orphan = { run, started, engine, id: sandbox.id };
    const evidence = await this.evidenceOfStart(orphan);
    if (evidence.accepted === sha256(run.code)) return this.finish(orphan, signal);
    if (evidence.accepted !== undefined)
      return unknown("Other code than the approved one was run in its sandbox.");
    if (!evidence.whole)
      return unknown("The container engine's log does not reach back to its start any more.");
    await removeSandbox(engine, sandbox.id);
    return { state: "not-run" };
  }

  /** Where nothing was accepted, nothing can be any more when this returns: it is looked at again after the sandbox is dead. */
  private async evidenceOfStart({ engine, id, started }: Orphan): Promise<Evidence> {
    const before = await readEvidence(engine, id, started.startedAt, NEVER);
    if (before.accepted !== undefined) return before;
    if ((await engine.inspect(id))?.state === "running") await engine.pause(id);
    await engine.kill(id);
    return readEvidence(engine, id, started.startedAt, NEVER);
  }

  /** Waits until it has replied, has ended, has had its time or is cancelled, and collects what it left. */
  private async finish(orphan: Orphan, signal: AbortSignal): Promise<Recovered<RunRecord>> {
    const { run, started, engine, id } = orphan;
    const { host, configuration, subject, onStage } = this.parts;
    const end = await this.waitFor(orphan, signal);
    const name = { ...subject(started.requestId), at: started.startedAt };
    const folder = await RunFolder.reopen(host.workspaceDir, configuration().execution.runsFolder, name);
    const image = await imageOf(engine, id);
    let puts: PutRecord | undefined;
    const left: RunSource = {
      startedAt: started.startedAt,
      listen: (outputs) => this.listen(orphan, end, outputs),
      collect: async (collector) => {
        onStage(started.requestId, "collecting results");
        await collectFrom(engine, id, collector);
        if (run.control !== null) puts = await readPuts(engine, started.requestId, NEVER);
      },
      origin: () => ({ sandbox: { container: id, recovered: "yes" }, image, puts }),
      explain: (error) => Promise.resolve(error),
    };
    const { record, failure } = await assembleRun({ run, claim: started, name, folder }, left, {
      clock: host.clock,
      data: this.parts.data,
    });
    await removeSandbox(engine, id);
    const result = { ...record, unattended: true };
    if (failure === undefined) return { state: "finished", result };
    return {
      state: failure.code === "cancelled" ? "cancelled" : "failed",
      error: failure.toRecord(),
      result,
    };
  }

  /** Nothing runs any more where it was stopped before its end: what it put out until then is all there is. */
  private async listen(orphan: Orphan, end: End, outputs: OutputRecord): Promise<void> {
    const { engine, id } = orphan;
    if (end !== "told" && (await engine.inspect(id))?.state === "running") await engine.pause(id);
    for await (const output of keptOutputs(engine, id)) await outputs.add(output);
    const failure = await this.failureOf(orphan, end, outputs);
    if (failure) throw failure;
  }

  private async waitFor({ run, started, engine, id }: Orphan, signal: AbortSignal): Promise<End> {
    const { replied } = await readEvidence(engine, id, started.startedAt, NEVER);
    if (replied !== undefined) return "told";
    if (whyItEndsWithWindow(run) !== undefined) return "with-window";
    this.parts.onStage(started.requestId, "running");
    const left = started.startedAt + run.limits.seconds * 1000 - this.parts.host.clock.now();
    const overdue = AbortSignal.timeout(Math.max(0, left));
    try {
      await untilOver(engine, id, AbortSignal.any([signal, overdue]));
      return "told";
    } catch (error) {
      if (isClosing(signal)) throw error;
      if (signal.aborted) return "cancelled";
      if (!overdue.aborted) throw error;
      return "overdue";
    }
  }

  private async failureOf(
    { run, started, engine, id }: Orphan,
    end: End,
    outputs: OutputRecord,
  ): Promise<CountersignError | undefined> {
    const { replied, overdue } = await readEvidence(engine, id, started.startedAt, NEVER);
    if (replied === "ok") return undefined;
    if (replied !== undefined) return outputs.error ? raised(outputs.error) : endedWithoutReason();
    if (end === "cancelled") return cancelled("The run");
    if (end === "with-window") return endedWithWindow(whyItEndsWithWindow(run) ?? "");
    if (end === "overdue" || overdue) return timeLimit(run.limits.seconds);
    return lostAs(await causeOfDeath(engine, id));
  }
}

async function imageOf(engine: Engine, container: string): Promise<ImageContents | undefined> {
  const image = await engine.image((await engine.inspect(container))?.imageId ?? "");
  return image && contentsOf(image);
}

async function find(engine: Engine, request: RequestId): Promise<ContainerInfo | undefined> {
  const sandboxes = await engine.containers(`${LABEL}=sandbox`);
  return sandboxes.find(({ name }) => name === runName(request));
}

function unknown(why: string): Recovered<never> {
  const reason = `It was started, and the window that ran it ended before it could tell how that went. ${why}`;
  return { state: "outcome-unknown", reason };
}
