import { randomBytes } from "node:crypto";
import type { Claim } from "../../approval/claim.ts";
import type { Noted } from "../../approval/outcome.ts";
import { SHARED_MEMORY_BYTES } from "../../containers/container-options.ts";
import { LABEL, type ContainerSpec, type Engine } from "../../containers/engine.ts";
import { contentsOf, type ImageContents } from "../../containers/image-contents.ts";
import { CountersignError, isCountersignError } from "../../errors.ts";
import type { ControlGateway, PutRecord } from "../control/control-gateway.ts";
import type { ControlGateways, Reaching } from "../control/control-gateways.ts";
import { KernelClient } from "../kernel/kernel-client.ts";
import { bridgeCommand, TunnelAgent } from "../kernel/tunnel.ts";
import { loopback } from "../kernel/wire.ts";
import type { Output } from "../python-run.ts";
import { packEntries, type StagedEntry } from "../runs/archive.ts";
import type { Collector } from "../runs/collector.ts";
import { requireApplied, type Expected } from "./applied.ts";
import { causeOfDeath, collectFrom, removeAll, removeSandbox, sandboxVanished } from "./container-end.ts";
import {
  containerSpec,
  controlVolume,
  dataLinks,
  expectedOf,
  GATEWAY_PORT,
  needsNetwork,
  tokenFile,
  USER,
  volumesOf,
} from "./container-spec.ts";
import { lookInside, requireInside } from "./inside.ts";
import { runName, unusedName } from "./names.ts";
import { isOrphan, ownerLabels } from "./ownership.ts";
import { WORKING_FOLDER } from "./paths.ts";
import { createSandboxNetwork } from "./sandbox-network.ts";
import type { Sandbox, SandboxSpec } from "./sandbox.ts";

interface Made {
  readonly id: string;
  /** That it was made under, and its volumes and network have still. */
  readonly name: string;
  readonly expected: Expected;
  readonly gateway: ControlGateway | undefined;
  readonly image: ImageContents | undefined;
}

/** What a sandbox is made with. */
export interface SandboxParts {
  readonly engine: Engine;
  readonly gateways: Pick<ControlGateways, "start">;
}

/**
 * One container, one kernel gateway, one kernel, reached through the engine alone. It has no network but those that its
 * mode names; a control gateway it reaches through a relay on its own loopback, once it is claimed.
 */
export class ContainerSandbox implements Sandbox {
  putRecord: PutRecord | undefined;
  private readonly engine: Engine;
  private readonly spec: SandboxSpec;
  private readonly made: Made;
  private readonly agent: TunnelAgent;
  private readonly client: KernelClient;
  private reaching: Claim | undefined;
  private ending: Promise<void> | undefined;

  private constructor(
    engine: Engine,
    spec: SandboxSpec,
    made: Made,
    agent: TunnelAgent,
    client: KernelClient,
  ) {
    this.engine = engine;
    this.spec = spec;
    this.made = made;
    this.agent = agent;
    this.client = client;
  }

  /** Created, data folders linked, gateway up, kernel warm, connected. @throws `engine-failed`, `engine-stopped`, `cancelled` */
  static async create(
    parts: SandboxParts,
    spec: SandboxSpec,
    signal: AbortSignal,
  ): Promise<ContainerSandbox> {
    const { engine } = parts;
    const name = unusedName();
    const token = randomBytes(32).toString("hex");
    let id: string | undefined;
    let agent: TunnelAgent | undefined;
    let gateway: Promise<ControlGateway | undefined> | undefined;
    try {
      for (const [volume, options] of volumesOf(name, spec))
        await engine.createVolume(volume, options, { [LABEL]: "volume", ...ownerLabels() });
      const network = needsNetwork(spec)
        ? await createSandboxNetwork(engine, name, ownerLabels())
        : undefined;
      const request = containerSpec(name, spec, network);
      id = await engine.createContainer(request, signal);
      const container = id;
      await engine.start(container);
      await put(engine, container, [tokenFile(token), ...dataLinks(spec)]);
      agent = new TunnelAgent(() => engine.exec(container, bridgeCommand(GATEWAY_PORT)));
      gateway = openControl(parts.gateways, spec, { id, name, volume: controlVolume(name) }, signal);
      const [client, reached, image] = await Promise.all([
        connect(engine, container, loopback(agent, GATEWAY_PORT, token), signal),
        gateway,
        engine.image(spec.image),
        verifyInside(engine, container, request),
      ]);
      const contents = image && contentsOf(image);
      const made = { id, name, expected: expectedOf(request, spec), gateway: reached, image: contents };
      return new ContainerSandbox(engine, spec, made, agent, client);
    } catch (error) {
      agent?.destroy();
      await gateway?.then((one) => one?.dispose()).catch(() => undefined);
      await removeAll(engine, id, name).catch(() => undefined);
      throw error;
    }
  }

  get identity(): Readonly<Record<string, string>> {
    return { container: this.made.id, imageId: this.spec.image };
  }

  get image(): ImageContents | undefined {
    return this.made.image;
  }

  get alive(): boolean {
    const reaching = this.made.gateway?.alive ?? true;
    return this.ending === undefined && this.client.connected && reaching;
  }

  async adopt(claim: Claim): Promise<void> {
    await this.takeName(runName(claim.requestId));
    const found = await this.engine.inspect(this.made.id);
    if (!found) throw sandboxVanished();
    requireApplied(found, this.made.expected);
    await this.reach(claim);
  }

  async stage(entries: readonly StagedEntry[]): Promise<void> {
    await put(this.engine, this.made.id, entries);
  }

  run(code: string, claim: Claim, seconds: number, noted: Noted): Promise<AsyncIterable<Output>> {
    return this.client.execute(code, seconds, () => claim.startPatiently(noted));
  }

  async interrupt(): Promise<void> {
    await this.client.interrupt();
  }

  abandon(reason: Error): void {
    this.client.abandon(reason);
  }

  /** What it may write to a control system ends here: that was approved for as long as its window is there. */
  detach(): void {
    this.ending = Promise.resolve();
    this.made.gateway?.release();
    this.client.dispose();
    this.agent.destroy();
  }

  async postMortem(): Promise<"out-of-memory" | "kernel-died" | "engine-stopped"> {
    return causeOfDeath(this.engine, this.made.id);
  }

  /** Paused while it is read: what is collected cannot change meanwhile, and nothing in it goes on working afterwards. */
  async collect(collector: Collector): Promise<void> {
    this.client.dispose();
    await this.letGo();
    await collectFrom(this.engine, this.made.id, collector);
  }

  /** Once; where the engine failed it, another call tries again. */
  dispose(): Promise<void> {
    this.ending ??= this.end().catch((error: unknown) => {
      this.ending = undefined;
      throw error;
    });
    return this.ending;
  }

  private async end(): Promise<void> {
    this.client.dispose();
    this.agent.destroy();
    await this.letGo();
    await this.made.gateway?.dispose();
    await removeAll(this.engine, this.made.id, this.made.name);
  }

  /** Nothing passes before the gateway knows for whom it passes what. */
  private async reach(claim: Claim): Promise<void> {
    const { control, networks } = this.spec;
    for (const name of networks) await joinInternal(this.engine, name, this.made.id);
    if (control === null) return;
    this.reaching = claim;
    await this.made.gateway?.begin(claim.requestId, control.puts);
  }

  /** Before anything is collected: what was put is known then, and nothing can be put any more. */
  private async letGo(): Promise<void> {
    const claim = this.reaching;
    this.reaching = undefined;
    if (claim !== undefined)
      this.putRecord ??= await this.made.gateway?.end(claim.requestId).catch(() => undefined);
  }

  /**
   * A name that a dead process took stands in the way of nobody: had its claim started, and had it not been proved that
   * nothing ran, there would be no claim now.
   */
  private async takeName(name: string): Promise<void> {
    try {
      await this.engine.rename(this.made.id, name);
    } catch (error) {
      const others = await this.engine.containers(LABEL).catch(() => []);
      const holder = others.find((other) => other.name === name);
      if (holder === undefined) throw error;
      if (!isOrphan(this.engine, holder)) throw alreadyRunning();
      await removeSandbox(this.engine, holder.id);
      await this.engine.rename(this.made.id, name);
    }
  }
}

async function openControl(
  gateways: SandboxParts["gateways"],
  { control }: SandboxSpec,
  sandbox: Reaching,
  signal: AbortSignal,
): Promise<ControlGateway | undefined> {
  return control === null ? undefined : gateways.start(control, sandbox, signal);
}

async function verifyInside(engine: Engine, id: string, { mounts }: ContainerSpec): Promise<void> {
  requireInside(await lookInside(engine, id), mounts, SHARED_MEMORY_BYTES);
}

/** One that leads outside would undo the isolation that was approved. @throws `sandbox-differs` */
async function joinInternal(engine: Engine, name: string, id: string): Promise<void> {
  if ((await engine.network(name))?.internal !== true) {
    throw new CountersignError("sandbox-differs", {
      message: `The network ${name} is not an internal network of the container engine.`,
      kept: "Nothing ran.",
      next: "Create it with the engine's option --internal, or take it out of the mode's networks.",
    });
  }
  await engine.connect(name, id);
}

async function put(engine: Engine, id: string, entries: readonly StagedEntry[]): Promise<void> {
  if (entries.length > 0) await engine.putArchive(id, WORKING_FOLDER, packEntries(entries, USER));
}

/** A kernel that does not come up has said why in the container's log. */
async function connect(
  engine: Engine,
  id: string,
  address: Parameters<typeof KernelClient.connect>[0],
  signal: AbortSignal,
): Promise<KernelClient> {
  try {
    return await KernelClient.connect(address, signal);
  } catch (error) {
    if (signal.aborted || isCountersignError(error, "engine-stopped")) throw error;
    throw new CountersignError("engine-failed", {
      message: `The kernel in the sandbox did not start: ${await lastLine(engine, id)}`,
      kept: "Nothing ran.",
      next: "Rebuild the sandbox image, or give sandboxes more memory (limits), then run the analysis again.",
      cause: error,
    });
  }
}

async function lastLine(engine: Engine, id: string): Promise<string> {
  try {
    const log = await engine.logs(id, { tail: 20, follow: false }, AbortSignal.timeout(5_000));
    const text = (await log.setEncoding("utf8").toArray()).join("");
    return text.trim().split("\n").at(-1) ?? "its log is empty.";
  } catch {
    return "its log could not be read.";
  }
}

function alreadyRunning(): CountersignError {
  return new CountersignError("claim-lost", {
    message: "Another Countersign process is running this request already.",
    next: "Watch it in the other window, or wait until it has ended.",
  });
}
