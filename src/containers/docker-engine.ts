import type { Agent } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { CountersignError, cancelled } from "../errors.ts";
import type { Event, Log } from "../host.ts";
import {
  createOptions,
  imageInfo,
  inspection,
  listed,
  networkInfo,
  volumeOptions,
} from "./container-options.ts";
import type { FoundEngine } from "./engine-discovery.ts";
import { engineError, engineStatus } from "./engine-errors.ts";
import { watchEngine } from "./engine-events.ts";
import type {
  BuildSpec,
  ContainerInfo,
  ContainerInspection,
  ContainerSpec,
  Engine,
  EngineAddress,
  ImageInfo,
  LogOptions,
  NetworkInfo,
  VolumeInfo,
} from "./engine.ts";
import { asReadable, engineStream } from "./engine-stream.ts";
import { ExecStream } from "./exec-stream.ts";
import { untilFrozen } from "./freezing.ts";
import { FrameParser } from "./frame-parser.ts";
import { contextArchive, followBuild } from "./image-build.ts";
import { ListenedEmitter } from "./listened-emitter.ts";
import type { SeccompProfile } from "./seccomp-profile.ts";

const DEAD_WITHIN_MS = 20_000;

/** Docker, or Podman through the same API. */
export class DockerEngine implements Engine {
  readonly address: EngineAddress;
  readonly onDidChange: Event<void>;
  private readonly docker: Docker;
  private readonly agent: Agent;
  private readonly profile: SeccompProfile;
  private readonly changes: ListenedEmitter<void>;
  private readonly stopped = new AbortController();

  constructor(found: FoundEngine, profile: SeccompProfile, log: Log) {
    this.profile = profile;
    this.address = found.address;
    this.docker = found.docker;
    this.agent = found.agent;
    this.changes = new ListenedEmitter(
      () => watchEngine(this.docker, () => this.changes.fire()),
      (error) => log.error("A listener of engine changes failed", error),
    );
    this.onDidChange = this.changes.event;
  }

  async ping(signal: AbortSignal): Promise<void> {
    const request = { path: "/_ping?", method: "GET" };
    await this.call("Asking the engine", async () => text(await this.stream(request, signal)), signal);
  }

  async image(nameOrId: string): Promise<ImageInfo | undefined> {
    const inspect = this.docker.getImage(nameOrId).inspect();
    const found = await this.orGone("Looking for an image", inspect);
    return (
      found &&
      imageInfo({ ...found, Labels: (found.Config as Docker.ImageInspectInfo["Config"] | null)?.Labels })
    );
  }

  async images(label: string): Promise<readonly ImageInfo[]> {
    const found = await this.call("Listing images", () =>
      this.docker.listImages({ filters: { label: [label] } }),
    );
    return found.map(imageInfo);
  }

  async removeImage(nameOrId: string): Promise<void> {
    await this.orGone("Removing an image", this.docker.getImage(nameOrId).remove());
  }

  async build(spec: BuildSpec, onLine: (line: string) => void, signal: AbortSignal): Promise<ImageInfo> {
    const doing = `Building ${spec.tag}`;
    const context = Readable.from([await contextArchive(spec.context)]);
    const request = (): Promise<unknown> => this.docker.buildImage(context, buildOptions(spec, signal));
    const messages = asReadable(await this.call(doing, request, signal));
    await followBuild(messages, spec.tag, onLine, signal);
    const image = await this.image(spec.tag);
    if (image) return image;
    throw engineError(new Error("the build ended without an image"), doing);
  }

  async createVolume(
    name: string,
    options: Readonly<Record<string, string>>,
    labels: Readonly<Record<string, string>>,
  ): Promise<void> {
    const DriverOpts = volumeOptions(options, this.address.product);
    const request = { Name: name, Driver: "local", DriverOpts, Labels: { ...labels } };
    await this.call("Creating a volume", () => this.docker.createVolume(request));
  }

  async volumes(label: string): Promise<readonly VolumeInfo[]> {
    const filters = { label: [label] };
    const found = await this.call("Listing volumes", () => this.docker.listVolumes({ filters }));
    // Docker 20.10 sends null for none.
    const volumes = found.Volumes as typeof found.Volumes | null;
    return (volumes ?? []).map((volume) => ({ name: volume.Name, labels: volume.Labels }));
  }

  async removeVolume(name: string): Promise<void> {
    await this.orGone("Removing a volume", this.docker.getVolume(name).remove());
  }

  async createInternalNetwork(
    name: string,
    subnet: string,
    labels: Readonly<Record<string, string>>,
  ): Promise<void> {
    const request = {
      Name: name,
      Internal: true,
      CheckDuplicate: true,
      EnableIPv6: false,
      Labels: { ...labels },
      IPAM: { Driver: "default", Config: [{ Subnet: subnet }] },
      Options: WITHOUT_THE_HOST,
    };
    await this.call("Creating a network", () => this.docker.createNetwork(request));
  }

  async network(name: string): Promise<NetworkInfo | undefined> {
    const found: unknown = await this.orGone("Looking at a network", this.docker.getNetwork(name).inspect());
    return found === undefined ? undefined : networkInfo(found as Docker.NetworkInspectInfo);
  }

  async networks(label: string): Promise<readonly NetworkInfo[]> {
    const filters = { label: [label] };
    const found = await this.call("Listing networks", () => this.docker.listNetworks({ filters }));
    return found.map(networkInfo);
  }

  async removeNetwork(name: string): Promise<void> {
    const network = this.docker.getNetwork(name);
    for (const container of (await this.network(name))?.containers ?? []) {
      const leaving = network.disconnect({ Container: container, Force: true });
      await this.orGone("Detaching a container from a network", leaving);
    }
    await this.orGone("Removing a network", network.remove());
  }

  async connect(network: string, id: string, address?: string): Promise<void> {
    const EndpointConfig = address === undefined ? {} : { IPAMConfig: { IPv4Address: address } };
    const request = { Container: id, EndpointConfig };
    await this.call("Attaching a container to a network", () =>
      this.docker.getNetwork(network).connect(request),
    );
  }

  async createContainer(spec: ContainerSpec, signal: AbortSignal): Promise<string> {
    const doing = `Creating the container ${spec.name}`;
    const request = createOptions(spec, this.address, this.profile);
    const { id } = await this.call(doing, () => this.docker.createContainer(request), signal);
    if (!signal.aborted) return id;
    // The engine is let finish: a request broken off would leave a container that nobody knows.
    await this.remove(id);
    throw cancelled(doing);
  }

  async start(id: string): Promise<void> {
    await this.call("Starting a container", () => this.docker.getContainer(id).start());
  }

  async rename(id: string, name: string): Promise<void> {
    await this.call("Renaming a container", () => this.docker.getContainer(id).rename({ name }));
  }

  async inspect(id: string): Promise<ContainerInspection | undefined> {
    const found = await this.orGone("Looking at a container", this.docker.getContainer(id).inspect());
    return found && inspection(found);
  }

  async containers(label: string): Promise<readonly ContainerInfo[]> {
    const query = { all: true, filters: { label: [label] } };
    const found = await this.call("Listing containers", () => this.docker.listContainers(query));
    return found.map(listed);
  }

  async pause(id: string): Promise<void> {
    await this.call("Pausing a container", () => untilFrozen(() => this.docker.getContainer(id).pause()));
  }

  async unpause(id: string): Promise<void> {
    await this.call("Resuming a container", () => this.docker.getContainer(id).unpause());
  }

  async kill(id: string): Promise<void> {
    const paused = (await this.inspect(id))?.state === "paused";
    await this.sendKill(id);
    // Engines differ in whether a paused process dies before it is resumed.
    if (paused) await this.unpause(id).catch(() => undefined);
    const limit = AbortSignal.timeout(DEAD_WITHIN_MS);
    await this.wait(id, limit).catch((error: unknown) => {
      if (!isGone(error)) throw limit.aborted ? notDead(error) : engineError(error, "Ending a container");
    });
  }

  async remove(id: string): Promise<void> {
    const removal = this.docker.getContainer(id).remove({ force: true, v: true });
    await this.orGone("Removing a container", removal).catch(async (error: unknown) => {
      if (engineStatus((error as Error).cause) !== 409) throw error;
      await this.untilGone(id);
    });
  }

  async wait(id: string, signal: AbortSignal): Promise<number> {
    const doing = "Waiting for a container";
    // As a stream: the client would hang for ever where the engine goes away before the answer's end.
    const request = { path: `/containers/${id}/wait?`, method: "POST" };
    const answer = await this.call(doing, async () => text(await this.stream(request, signal)), signal);
    return exitCode(answer, doing);
  }

  async logs(id: string, options: LogOptions, signal: AbortSignal): Promise<Readable> {
    const doing = "Reading a container's log";
    const tail = options.tail === undefined ? "all" : String(options.tail);
    const query = `stdout=true&stderr=true&follow=${options.follow}&tail=${tail}&timestamps=${options.timestamps ?? false}`;
    const request = { path: `/containers/${id}/logs?${query}&`, method: "GET" };
    const raw = await this.call(doing, () => this.stream(request, signal), signal);
    return engineStream(raw, { doing, signal, frames: new FrameParser(["stdout", "stderr"]) });
  }

  async exec(id: string, command: readonly string[]): Promise<Duplex> {
    const options = {
      Cmd: [...command],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: false,
      Tty: false,
    };
    return this.call("Starting a process in a container", async () => {
      const process = await this.docker.getContainer(id).exec(options);
      return new ExecStream((await process.start({ hijack: true, stdin: true })) as unknown as Socket);
    });
  }

  async putArchive(id: string, path: string, archive: Uint8Array | Readable): Promise<void> {
    const body =
      archive instanceof Uint8Array
        ? Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength)
        : archive;
    await this.call("Copying files into a container", async () => {
      const answer = await this.docker.getContainer(id).putArchive(body, { path });
      await text(answer);
    });
  }

  async getArchive(id: string, path: string): Promise<Readable> {
    const doing = "Copying files out of a container";
    const raw = await this.call(doing, () => this.docker.getContainer(id).getArchive({ path }));
    return engineStream(raw, { doing });
  }

  dispose(): void {
    this.stopped.abort();
    this.changes.dispose();
    this.agent.destroy();
  }

  private async call<T>(doing: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) throw cancelled(doing);
    try {
      return await work();
    } catch (error) {
      // An aborted request breaks off like a lost connection.
      throw signal?.aborted ? cancelled(doing) : engineError(error, doing);
    }
  }

  /** Undefined where the engine does not know the thing (404). */
  private async orGone<T>(doing: string, answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (engineStatus(error) === 404) return undefined;
      throw engineError(error, doing);
    }
  }

  /** A container that is gone, or dead already (409), needs no signal. */
  private async sendKill(id: string): Promise<void> {
    try {
      await this.docker.getContainer(id).kill({ signal: "SIGKILL" });
    } catch (error) {
      if (engineStatus(error) !== 404 && engineStatus(error) !== 409)
        throw engineError(error, "Ending a container");
    }
  }

  private async untilGone(id: string): Promise<void> {
    const limit = AbortSignal.timeout(DEAD_WITHIN_MS);
    while (await this.inspect(id)) {
      if (limit.aborted) throw notDead();
      await delay(50, undefined, { signal: this.stopped.signal });
    }
  }

  private stream(
    request: { readonly path: string; readonly method: string },
    signal: AbortSignal,
  ): Promise<Readable> {
    const statusCodes = { 200: true, 404: "no such container", 500: "server error" };
    return new Promise((resolve, reject) => {
      const dialled = { ...request, isStream: true, statusCodes, abortSignal: signal, options: {} };
      this.docker.modem.dial(dialled, (error: Error | null, answer: unknown) => {
        if (error) reject(error);
        else resolve(asReadable(answer));
      });
    });
  }
}

/** Without this, services of the host answer on the bridge's own address even where the network is internal. */
const WITHOUT_THE_HOST = { "com.docker.network.bridge.inhibit_ipv4": "true" };

function buildOptions(spec: BuildSpec, signal: AbortSignal): Docker.ImageBuildOptions {
  return {
    t: spec.tag,
    dockerfile: "Dockerfile",
    labels: { ...spec.labels },
    buildargs: { ...spec.buildArguments },
    ...(spec.network === "host" ? { networkmode: "host" } : {}),
    rm: true,
    forcerm: true,
    version: "1",
    abortSignal: signal,
  };
}

function exitCode(answer: string, doing: string): number {
  const parsed: unknown = JSON.parse(answer || "null");
  if (
    typeof parsed === "object" &&
    parsed !== null &&
    "StatusCode" in parsed &&
    typeof parsed.StatusCode === "number"
  ) {
    return parsed.StatusCode;
  }
  throw engineError(Object.assign(new Error("no exit code"), { code: "ECONNRESET" }), doing);
}

function isGone(error: unknown): boolean {
  return error instanceof CountersignError && engineStatus(error.cause) === 404;
}

function notDead(cause?: unknown): CountersignError {
  return new CountersignError("engine-failed", {
    message: `A container did not die within ${DEAD_WITHIN_MS / 1000} seconds.`,
    next: "Look at the engine's own log, and end the container with the engine's own command.",
    cause,
  });
}
