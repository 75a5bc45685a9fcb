import { randomBytes } from "node:crypto";
import { text } from "node:stream/consumers";
import type { Claim } from "../../approval/claim.ts";
import { LABEL, type ContainerSpec, type Engine, type Mount } from "../../containers/engine.ts";
import { CountersignError, isCountersignError } from "../../errors.ts";
import { KernelClient } from "../kernel/kernel-client.ts";
import { bridgeCommand, TunnelAgent } from "../kernel/tunnel.ts";
import type { Output } from "../python-run.ts";
import { collectArchive, packEntries, type StagedEntry } from "../runs/archive.ts";
import type { Collector } from "../runs/collector.ts";
import { requireApplied, type Expected } from "./applied.ts";
import { runName, unusedName } from "./names.ts";
import { ownerLabels } from "./orphans.ts";
import type { Sandbox, SandboxSpec } from "./sandbox.ts";

const PORT = 8888;
const USER = 1000;
const OWNER = `${USER}:${USER}`;
const WORKING_FOLDER = "/work";
const MEGABYTE = 1024 * 1024;
/** Enough for packages' caches and sockets, too little to fill a machine's memory with. */
const SCRATCH = "size=64m,nr_inodes=16k,mode=1777,nosuid,nodev,noexec";
/** Control groups of version 2 and of version 1. */
const READ_MEMORY_EVENTS =
  "cat /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control 2>/dev/null";
const WORKING_FOLDER_FILES = 20_000;

interface Made {
  readonly id: string;
  readonly volume: string;
  readonly expected: Expected;
}

/** One container without network, one kernel gateway, one kernel, reached through the engine alone. */
export class ContainerSandbox implements Sandbox {
  private readonly engine: Engine;
  private readonly spec: SandboxSpec;
  private readonly made: Made;
  private readonly agent: TunnelAgent;
  private readonly client: KernelClient;
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
  static async create(engine: Engine, spec: SandboxSpec, signal: AbortSignal): Promise<ContainerSandbox> {
    const name = unusedName();
    const token = randomBytes(32).toString("hex");
    await engine.createVolume(name, volumeOptions(spec), { [LABEL]: "volume", ...ownerLabels() });
    const request = containerSpec(name, spec, token);
    let id: string | undefined;
    let agent: TunnelAgent | undefined;
    try {
      id = await engine.createContainer(request, signal);
      const container = id;
      await engine.start(container);
      await put(engine, container, dataLinks(spec));
      agent = new TunnelAgent(() => engine.exec(container, bridgeCommand(PORT)));
      const client = await connect(engine, container, { agent, port: PORT, token }, signal);
      const made = { id, volume: name, expected: expectedOf(request, spec) };
      return new ContainerSandbox(engine, spec, made, agent, client);
    } catch (error) {
      agent?.destroy();
      await removeAll(engine, id, name).catch(() => undefined);
      throw error;
    }
  }

  get identity(): Readonly<Record<string, string>> {
    return { container: this.made.id, imageId: this.spec.image };
  }

  get alive(): boolean {
    return this.ending === undefined && this.client.connected;
  }

  async adopt(claim: Claim): Promise<void> {
    const name = runName(claim.requestId);
    await this.engine.rename(this.made.id, name).catch(async (error: unknown) => {
      throw (await this.isTaken(name)) ? alreadyRunning() : error;
    });
    const found = await this.engine.inspect(this.made.id);
    if (!found) throw vanished();
    requireApplied(found, this.made.expected);
  }

  async stage(entries: readonly StagedEntry[]): Promise<void> {
    await put(this.engine, this.made.id, entries);
  }

  run(code: string, claim: Claim, seconds: number): AsyncIterable<Output> {
    return this.client.execute(code, seconds, () => claim.start());
  }

  async interrupt(): Promise<void> {
    await this.client.interrupt();
  }

  abandon(reason: Error): void {
    this.client.abandon(reason);
  }

  async postMortem(): Promise<"out-of-memory" | "kernel-died" | "engine-stopped"> {
    const found = await this.engine.inspect(this.made.id).catch(() => undefined);
    if (!found) return "engine-stopped";
    const outOfMemory = found.outOfMemory === true || (await this.memoryRanOut());
    return outOfMemory ? "out-of-memory" : "kernel-died";
  }

  /** Paused while it is read: what is collected cannot change meanwhile, and nothing in it goes on working afterwards. */
  async collect(collector: Collector): Promise<void> {
    this.client.dispose();
    const found = await this.engine.inspect(this.made.id);
    if (!found) throw vanished();
    if (found.state === "running") {
      await this.engine.pause(this.made.id);
      await collectArchive(await this.engine.getArchive(this.made.id, WORKING_FOLDER), collector);
    } else collector.leaveOut("everything", `the container is ${found.state}`);
    await this.engine.kill(this.made.id);
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
    await removeAll(this.engine, this.made.id, this.made.volume);
  }

  /** The engine tells it of the container's first process only; the system's own counter tells it of all. */
  private async memoryRanOut(): Promise<boolean> {
    try {
      const events = await this.engine.exec(this.made.id, ["/bin/sh", "-c", READ_MEMORY_EVENTS]);
      events.end();
      return /^oom_kill [1-9]/m.test(await text(events));
    } catch {
      return false;
    }
  }

  private async isTaken(name: string): Promise<boolean> {
    const others = await this.engine.containers(LABEL).catch(() => []);
    return others.some((other) => other.name === name);
  }
}

function volumeOptions(spec: SandboxSpec): Readonly<Record<string, string>> {
  const size = `size=${spec.limits.workingFolderMb}m,nr_inodes=${WORKING_FOLDER_FILES}`;
  const o = `${size},uid=${USER},gid=${USER},mode=0755,nosuid,nodev,noexec`;
  return { type: "tmpfs", device: "tmpfs", o };
}

function containerSpec(name: string, spec: SandboxSpec, token: string): ContainerSpec {
  const folders = spec.dataFolders.map(({ realPath }, index): Mount => {
    return { type: "bind", source: realPath, target: `/data/${index}`, readOnly: true };
  });
  const working: Mount = { type: "volume", source: name, target: WORKING_FOLDER, readOnly: false };
  return {
    name,
    image: spec.image,
    labels: { [LABEL]: "sandbox", ...ownerLabels() },
    environment: { KG_AUTH_TOKEN: token, KG_DEFAULT_KERNEL_NAME: spec.kernelName },
    network: "none",
    user: OWNER,
    readOnlyRoot: true,
    memoryBytes: spec.limits.memoryMb * MEGABYTE,
    cpus: spec.limits.cpus,
    processes: spec.limits.processes,
    tmpfs: { "/tmp": SCRATCH },
    mounts: [working, ...folders],
    workingDir: WORKING_FOLDER,
  };
}

/** So that `data/co2.csv` means in the working folder what it means in the workspace. */
function dataLinks(spec: SandboxSpec): readonly StagedEntry[] {
  return spec.dataFolders.map(({ name }, index) => ({ path: name, linkTo: `/data/${index}` }));
}

async function put(engine: Engine, id: string, entries: readonly StagedEntry[]): Promise<void> {
  if (entries.length > 0) await engine.putArchive(id, WORKING_FOLDER, packEntries(entries, USER));
}

function expectedOf(request: ContainerSpec, spec: SandboxSpec): Expected {
  const { user, memoryBytes, cpus, processes, mounts } = request;
  return { imageId: spec.image, user, memoryBytes, cpus, processes, mounts };
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

async function removeAll(engine: Engine, id: string | undefined, volume: string): Promise<void> {
  if (id !== undefined) await engine.remove(id);
  await engine.removeVolume(volume);
}

function alreadyRunning(): CountersignError {
  return new CountersignError("claim-lost", {
    message: "Another Countersign process is running this request already.",
    next: "Watch it in the other window, or wait until it has ended.",
  });
}

function vanished(): CountersignError {
  return new CountersignError("engine-stopped", {
    message: "The sandbox is gone: the container engine does not know it any more.",
    kept: "The output so far.",
    next: "See whether the container engine was restarted, then run the analysis again.",
  });
}
