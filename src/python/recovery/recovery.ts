import { sha256 } from "../../approval/actions.ts";
import type { Recovered } from "../../approval/action-kind.ts";
import type { StartedClaim } from "../../approval/claim.ts";
import type { RequestId } from "../../approval/decisions.ts";
import type { Configuration } from "../../config/configuration.ts";
import type { Containers } from "../../containers/containers.ts";
import { LABEL, type ContainerInfo, type Engine } from "../../containers/engine.ts";
import { contentsOf, type ImageContents } from "../../containers/image-contents.ts";
import type { CountersignError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import type { DataBinding } from "../bound/data-binding.ts";
import { timeLimit } from "../limited.ts";
import type { RunSubject } from "../performer.ts";
import type { PythonRun, RunRecord } from "../python-run.ts";
import { assembleRun, type RunSource } from "../run-assembly.ts";
import { endedWithoutReason, lostAs, raised } from "../run-errors.ts";
import type { OutputRecord } from "../runs/output-record.ts";
import { RunFolder } from "../runs/run-folder.ts";
import { causeOfDeath, collectFrom, removeSandbox } from "../sandboxes/container-end.ts";
import { runName } from "../sandboxes/names.ts";
import { keptOutputs } from "./kept-outputs.ts";
import { readEvidence, untilOver, type Evidence } from "./evidence.ts";

interface Parts {
  readonly containers: () => Promise<Containers>;
  readonly configuration: () => Configuration;
  readonly host: Pick<Host, "clock" | "workspaceDir">;
  readonly data: Pick<DataBinding, "observe">;
  readonly subject: (id: RequestId) => RunSubject;
}

/** One run whose process died, and its sandbox. */
interface Orphan {
  readonly run: PythonRun;
  readonly started: StartedClaim;
  readonly engine: Engine;
  readonly id: string;
}

/** What is over is looked at to its end. */
const NEVER = new AbortController().signal;

/** Finds out what became of a run whose process died after it had started: from the engine, never from the kernel. */
export class Recovery {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** @throws what the engine throws */
  async recover(run: PythonRun, started: StartedClaim, signal: AbortSignal): Promise<Recovered<RunRecord>> {
    if (run.place.method !== "container") return unknown("Without a container nothing tells how it ended.");
    const engine = await (await this.parts.containers()).engine();
    const sandbox = await find(engine, started.requestId);
    if (sandbox === undefined) return unknown("The container engine does not know its sandbox any more.");
    const orphan = { run, started, engine, id: sandbox.id };
    const evidence = await this.evidenceOfStart(orphan, signal);
    if (evidence.accepted === sha256(run.code)) return this.finish(orphan, signal);
    if (evidence.accepted !== undefined)
      return unknown("Other code than the approved one was run in its sandbox.");
    if (!evidence.whole)
      return unknown("The container engine's log does not reach back to its start any more.");
    await removeSandbox(engine, sandbox.id);
    return { state: "not-run" };
  }

  /** Where nothing was accepted, nothing can be any more when this returns: it is looked at again after the sandbox is dead. */
  private async evidenceOfStart({ engine, id, started }: Orphan, signal: AbortSignal): Promise<Evidence> {
    const before = await readEvidence(engine, id, started.startedAt, signal);
    if (before.accepted !== undefined) return before;
    if ((await engine.inspect(id))?.state === "running") await engine.pause(id);
    await engine.kill(id);
    return readEvidence(engine, id, started.startedAt, signal);
  }

  /** Waits until it has replied, has ended or has had its time, and collects what it left. */
  private async finish(orphan: Orphan, signal: AbortSignal): Promise<Recovered<RunRecord>> {
    const { run, started, engine, id } = orphan;
    const isLate = await this.waitFor(orphan, signal);
    const { host, configuration, subject } = this.parts;
    const name = { ...subject(started.requestId), at: started.startedAt };
    const folder = await RunFolder.reopen(host.workspaceDir, configuration().execution.runsFolder, name);
    const image = await imageOf(engine, id);
    const left: RunSource = {
      startedAt: started.startedAt,
      listen: (outputs) => this.listen(orphan, isLate, outputs),
      collect: (collector) => collectFrom(engine, id, collector),
      origin: () => ({ sandbox: { container: id, recovered: "yes" }, image, puts: undefined }),
      explain: (error) => Promise.resolve(error),
    };
    const { record, failure } = await assembleRun({ run, claim: started, name, folder }, left, {
      clock: host.clock,
      data: this.parts.data,
    });
    await removeSandbox(engine, id);
    if (failure === undefined) return { state: "finished", result: record };
    return { state: "failed", error: failure.toRecord(), result: record };
  }

  private async listen(orphan: Orphan, isLate: boolean, outputs: OutputRecord): Promise<void> {
    for await (const output of keptOutputs(orphan.engine, orphan.id)) await outputs.add(output);
    const failure = await this.failureOf(orphan, isLate, outputs);
    if (failure) throw failure;
  }

  /** @returns whether it still ran when its time was over */
  private async waitFor({ run, started, engine, id }: Orphan, signal: AbortSignal): Promise<boolean> {
    const left = started.startedAt + run.limits.seconds * 1000 - this.parts.host.clock.now();
    const overdue = AbortSignal.timeout(Math.max(0, left));
    try {
      await untilOver(engine, id, AbortSignal.any([signal, overdue]));
      return false;
    } catch (error) {
      signal.throwIfAborted();
      if (!overdue.aborted) throw error;
      return true;
    }
  }

  private async failureOf(
    { run, started, engine, id }: Orphan,
    isLate: boolean,
    outputs: OutputRecord,
  ): Promise<CountersignError | undefined> {
    const { replied, overdue } = await readEvidence(engine, id, started.startedAt, NEVER);
    if (replied === "ok") return undefined;
    if (replied !== undefined) return outputs.error ? raised(outputs.error) : endedWithoutReason();
    if (isLate || overdue) return timeLimit(run.limits.seconds);
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
