import type Docker from "dockerode";
import { seccompOption, type SeccompProfile } from "./seccomp-profile.ts";
import type {
  ContainerInfo,
  ContainerInspection,
  ContainerSpec,
  EngineAddress,
  ImageInfo,
  Mount,
  NetworkInfo,
} from "./engine.ts";

const NANO = 1e9;
/** Of `/dev/shm`. Enough for what processes of one run hand to each other. */
export const SHARED_MEMORY_BYTES = 64 * 1024 * 1024;

/**
 * What the engine is asked for: the spec, and the hardening that every container of ours has. Split in address and body,
 * or the client would write the environment into the address, which engines log.
 */
export function createOptions(
  spec: ContainerSpec,
  address: EngineAddress,
  profile: SeccompProfile,
): Docker.ContainerCreateOptions {
  const HostConfig = hostConfig(spec, address.product, seccompOption(profile, address));
  return { _query: { name: spec.name }, _body: body(spec, HostConfig) } as Docker.ContainerCreateOptions;
}

function body(spec: ContainerSpec, HostConfig: Docker.HostConfig): Docker.ContainerCreateOptions {
  return {
    Image: spec.image,
    Labels: { ...spec.labels },
    Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`),
    User: spec.user,
    ...(spec.command ? { Cmd: [...spec.command] } : {}),
    ...(spec.workingDir ? { WorkingDir: spec.workingDir } : {}),
    ...(spec.address === undefined ? {} : atAddress(spec.network, spec.address)),
    HostConfig,
  };
}

function atAddress(
  network: string,
  IPv4Address: string,
): Pick<Docker.ContainerCreateOptions, "NetworkingConfig"> {
  return { NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address } } } } };
}

function hostConfig(
  spec: ContainerSpec,
  product: EngineAddress["product"],
  seccomp: string,
): Docker.HostConfig {
  return {
    NetworkMode: spec.network,
    ReadonlyRootfs: spec.readOnlyRoot,
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges", seccomp],
    IpcMode: "private",
    ShmSize: SHARED_MEMORY_BYTES,
    Privileged: false,
    Memory: spec.memoryBytes,
    // Equal to the memory limit: no swap.
    MemorySwap: spec.memoryBytes,
    NanoCpus: Math.round(spec.cpus * NANO),
    PidsLimit: spec.processes,
    Ulimits: [NO_CORES, ...(product === "podman" ? PODMAN_ULIMITS : [])],
    Tmpfs: { ...spec.tmpfs },
    Mounts: spec.mounts.map(mountSettings),
    // A container that writes to its log without end must not fill the host's disk.
    LogConfig: { Type: "json-file", Config: { "max-size": "1m", "max-file": "2" } },
    RestartPolicy: { Name: "no" },
    Init: false,
    ...(spec.network === "none" ? {} : BETWEEN_NETWORKS),
    ...(spec.network === "none" || spec.resolvesNames ? {} : NO_RESOLVER),
  };
}

/** A container in several networks is no way from one to another. */
const BETWEEN_NETWORKS = { Sysctls: { "net.ipv4.ip_forward": "0" } };
/** Engines pass what their own resolver does not know to those of the host, from networks too that lead nowhere. */
const NO_RESOLVER = { Dns: ["127.0.0.1"], DnsSearch: ["."], DnsOptions: ["timeout:1", "attempts:1"] };
const NO_CORES = { Name: "core", Soft: 0, Hard: 0 };
/** Podman's own are higher than a machine may allow to a container without capabilities, which then does not start. */
const PODMAN_ULIMITS = [
  { Name: "nofile", Soft: 1024, Hard: 4096 },
  { Name: "nproc", Soft: 16_384, Hard: 16_384 },
];

const PAGE_BYTES = 4096;

/**
 * Podman takes `size` for a quota of the disk below, even of a file system in memory, and refuses it where the disk has
 * none. The kernel's other word for it, in pages, it passes on.
 */
export function volumeOptions(
  options: Readonly<Record<string, string>>,
  product: EngineAddress["product"],
): Record<string, string> {
  const { o } = options;
  if (product !== "podman" || o === undefined) return { ...options };
  const inPages = (_: string, megabytes: string) =>
    `nr_blocks=${(Number(megabytes) * 1024 * 1024) / PAGE_BYTES}`;
  return { ...options, o: o.replace(/\bsize=(\d+)m\b/, inPages) };
}

function mountSettings(mount: Mount): Docker.MountSettings {
  const common = { Type: mount.type, Source: mount.source, Target: mount.target, ReadOnly: mount.readOnly };
  // Without NoCopy the engine would fill an empty volume from the image.
  return mount.type === "volume"
    ? { ...common, VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: NO_DRIVER } }
    : { ...common, BindOptions: ALONE };
}

/** Read-only is said of the folder alone: what is mounted below it would stay writable. Not in the client's types. */
const ALONE = { Propagation: "rprivate" as const, NonRecursive: true };

const NO_DRIVER = { Name: "local", Options: {} };

/** What the engine says it really applied. */
export function inspection(info: Docker.ContainerInspectInfo): ContainerInspection {
  const host = info.HostConfig;
  return {
    id: info.Id,
    name: withoutSlash(info.Name),
    image: info.Config.Image,
    imageId: info.Image,
    labels: labels(info.Config.Labels),
    state: state(info.State.Status),
    exitCode: info.State.ExitCode,
    outOfMemory: info.State.OOMKilled,
    networks: Object.keys(info.NetworkSettings.Networks),
    mounts: info.Mounts.map(mounted),
    memoryBytes: host.Memory ?? 0,
    cpus: (host.NanoCpus ?? 0) / NANO,
    processes: host.PidsLimit ?? 0,
    readOnlyRoot: host.ReadonlyRootfs ?? false,
    capabilitiesDropped: strings(host.CapDrop),
    securityOptions: strings(host.SecurityOpt),
    user: info.Config.User,
    privileged: host.Privileged ?? false,
  };
}

function mounted(
  mount: Docker.ContainerInspectInfo["Mounts"][number],
): ContainerInspection["mounts"][number] {
  const source = mount.Type === "volume" ? (mount.Name ?? mount.Source) : mount.Source;
  return { type: mount.Type, source, target: mount.Destination, readOnly: !mount.RW };
}

/** One line of the engine's list of containers. */
export function listed(info: Docker.ContainerInfo): ContainerInfo {
  const exit = /\((\d+)\)/.exec(info.Status)?.[1];
  const base = {
    id: info.Id,
    name: withoutSlash(info.Names[0] ?? info.Id),
    image: info.Image,
    imageId: info.ImageID,
    labels: labels(info.Labels),
    state: state(info.State),
  };
  return info.State === "exited" && exit !== undefined ? { ...base, exitCode: Number(exit) } : base;
}

export function imageInfo(info: {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly Size: number;
}): ImageInfo {
  return {
    // Podman's list leaves the algorithm out.
    id: info.Id.includes(":") ? info.Id : `sha256:${info.Id}`,
    tags: info.RepoTags ?? [],
    labels: info.Labels ?? {},
    digests: info.RepoDigests ?? [],
    bytes: info.Size,
  };
}

export function networkInfo(info: {
  readonly Name: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly Internal?: boolean;
  readonly Containers?: Readonly<Record<string, unknown>> | null;
}): NetworkInfo {
  return {
    name: info.Name,
    labels: labels(info.Labels),
    internal: info.Internal ?? false,
    containers: Object.keys(info.Containers ?? {}),
  };
}

const STATES: Readonly<Record<string, ContainerInfo["state"]>> = {
  created: "created",
  configured: "created",
  initialized: "created",
  running: "running",
  stopping: "running",
  paused: "paused",
  restarting: "restarting",
  exited: "exited",
  stopped: "exited",
};

/** Docker's and Podman's words in one vocabulary; `removing` and `dead` are dead. */
function state(word: string): ContainerInfo["state"] {
  return STATES[word.toLowerCase()] ?? "dead";
}

function withoutSlash(name: string): string {
  return name.replace(/^\//, "");
}

/** Engines leave empty maps out or send null. */
function labels(
  found: Readonly<Record<string, string>> | null | undefined,
): Readonly<Record<string, string>> {
  return found ?? {};
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
