import type { Duplex, Readable } from "node:stream";
import type { Disposable, Event } from "../host.ts";

/** Where an engine answers: found, or named by `DOCKER_HOST`. */
export interface EngineAddress {
  readonly product: "docker" | "podman";
  /** `unix:///var/run/docker.sock`, `tcp://host:2375`. */
  readonly socket: string;
  /** On another machine, perhaps: nothing of this one can be mounted. */
  readonly remote: boolean;
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  /** `none`, or the name of a network. */
  readonly network: string;
  /** IPv4 address in that network; absent leaves it to the engine. */
  readonly address?: string;
  /** Whether names outside the engine's networks are resolved. */
  readonly resolvesNames?: true;
  readonly user: string;
  readonly readOnlyRoot: boolean;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly processes: number;
  /** Scratch file systems by path, with their mount options (`size=64m,mode=1777`). */
  readonly tmpfs: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly workingDir?: string;
}

export type Mount =
  | { readonly type: "bind"; readonly source: string; readonly target: string; readonly readOnly: true }
  | { readonly type: "volume"; readonly source: string; readonly target: string; readonly readOnly: boolean };

export interface ContainerInfo {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: "created" | "running" | "paused" | "restarting" | "exited" | "dead";
  readonly exitCode?: number;
  readonly outOfMemory?: boolean;
}

/** What was really applied, read back from the engine, for comparison with what was approved. */
export interface ContainerInspection extends ContainerInfo {
  readonly networks: readonly string[];
  readonly mounts: readonly {
    readonly type: string;
    readonly source: string;
    readonly target: string;
    readonly readOnly: boolean;
  }[];
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly processes: number;
  readonly readOnlyRoot: boolean;
  readonly capabilitiesDropped: readonly string[];
  readonly securityOptions: readonly string[];
  readonly user: string;
  readonly privileged: boolean;
}

export interface ImageInfo {
  readonly id: string;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** `name@sha256:…`, each as a registry gave it; empty of what was made here. */
  readonly digests: readonly string[];
  readonly bytes: number;
}

export interface BuildSpec {
  readonly tag: string;
  /** Files of the build context, by path. */
  readonly context: Readonly<Record<string, Uint8Array>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly network: "default" | "host";
}

export interface NetworkInfo {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Leads nowhere but to the containers that are attached to it. */
  readonly internal: boolean;
  /** Ids of the containers that are attached to it and run. */
  readonly containers: readonly string[];
}

export interface VolumeInfo {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface LogOptions {
  /** Lines from the end; absent is all. */
  readonly tail?: number;
  readonly follow: boolean;
  /** Each line begins with the time at which the engine got it (RFC 3339, nanoseconds) and a space. */
  readonly timestamps?: true;
}

/** A container engine. Every call fails with `engine-missing`, `engine-stopped` or `engine-failed`. All containers are hardened: no capability, no new privileges. */
export interface Engine extends Disposable {
  readonly address: EngineAddress;
  /** Resolves where it answers. Asked before every use: for its version an engine would start other programs. */
  ping(signal: AbortSignal): Promise<void>;
  image(nameOrId: string): Promise<ImageInfo | undefined>;
  /** Those with a label: its name, or `name=value`. */
  images(label: string): Promise<readonly ImageInfo[]>;
  removeImage(nameOrId: string): Promise<void>;
  /** @throws `build-failed` with the log's last lines; `onLine` hears each line of the log. */
  build(spec: BuildSpec, onLine: (line: string) => void, signal: AbortSignal): Promise<ImageInfo>;
  createVolume(
    name: string,
    options: Readonly<Record<string, string>>,
    labels: Readonly<Record<string, string>>,
  ): Promise<void>;
  volumes(label: string): Promise<readonly VolumeInfo[]>;
  removeVolume(name: string): Promise<void>;
  /** An internal network without an address of the host's. `subnet` in CIDR. @throws `engine-failed` where the subnet is taken */
  createInternalNetwork(
    name: string,
    subnet: string,
    labels: Readonly<Record<string, string>>,
  ): Promise<void>;
  network(name: string): Promise<NetworkInfo | undefined>;
  /** Those with a label; who is attached is not told. */
  networks(label: string): Promise<readonly Omit<NetworkInfo, "containers">[]>;
  /** Detaches whoever is attached; one that is gone already is no error. */
  removeNetwork(name: string): Promise<void>;
  /** Attaches a running container, at an IPv4 address where one is given. */
  connect(network: string, id: string, address?: string): Promise<void>;
  createContainer(spec: ContainerSpec, signal: AbortSignal): Promise<string>;
  start(id: string): Promise<void>;
  rename(id: string, name: string): Promise<void>;
  inspect(id: string): Promise<ContainerInspection | undefined>;
  containers(label: string): Promise<readonly ContainerInfo[]>;
  pause(id: string): Promise<void>;
  unpause(id: string): Promise<void>;
  /** SIGKILL, of a paused container too; returns when the engine says that the container is dead. */
  kill(id: string): Promise<void>;
  /** Resolves with the exit code once the container is dead. */
  wait(id: string, signal: AbortSignal): Promise<number>;
  /** What it wrote to stdout and stderr, in the engine's order; engines keep logs as UTF-8 text. */
  logs(id: string, options: LogOptions, signal: AbortSignal): Promise<Readable>;
  /** A process in the container: stdin and stdout as one stream (stderr dropped). */
  exec(id: string, command: readonly string[]): Promise<Duplex>;
  /** Ends it if it runs; one that is gone already is no error. Its named volumes stay. */
  remove(id: string): Promise<void>;
  /** Puts a tar archive below a path. */
  putArchive(id: string, path: string, archive: Uint8Array | Readable): Promise<void>;
  getArchive(id: string, path: string): Promise<Readable>;
  /** Something with our label appeared, changed or went. */
  readonly onDidChange: Event<void>;
}

/** The label that everything made by Countersign carries; its value says what it is: `sandbox`, `gateway`, `image`, `volume`, `network`. */
export const LABEL = "dev.countersign.kind";
