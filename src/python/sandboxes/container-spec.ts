import { LABEL, type ContainerSpec, type Mount } from "../../containers/engine.ts";
import { RELAY_FOLDER } from "../control/relay.ts";
import type { SandboxNetwork } from "./sandbox-network.ts";
import type { StagedEntry } from "../runs/archive.ts";
import type { Expected } from "./applied.ts";
import { sandboxLabels } from "./ownership.ts";
import { DATA_MOUNTS, KEPT_FILE, KEPT_FOLDER, WORKING_FOLDER } from "./paths.ts";
import type { SandboxSpec } from "./sandbox.ts";

/** Where the kernel gateway listens, on the container's loopback interface. */
export const GATEWAY_PORT = 8888;
/** Holds the gateway's token until the gateway has read it, which is before there is a kernel. */
const TOKEN_FILE = ".countersign-token";
/** User and group of everything in a sandbox. */
export const USER = 1000;
const OWNER = `${USER}:${USER}`;
const MEGABYTE = 1024 * 1024;
/** Enough for packages' caches and sockets, too little to fill a machine's memory with. */
const SCRATCH = "size=64m,nr_inodes=16k,mode=1777,nosuid,nodev,noexec";
const WORKING_FOLDER_FILES = 20_000;
const KEPT_FILES = 16;
const SOCKETS = 16;

/** Without the networks of its mode it has none at all. */
export function needsNetwork({ networks }: SandboxSpec): boolean {
  return networks.length > 0;
}

/** Each of a sandbox's volumes by its name, with what the engine makes it of. They are memory, which its limit counts. */
export function volumesOf(name: string, spec: SandboxSpec): readonly (readonly [string, VolumeOptions])[] {
  return [
    [name, inMemory(spec.limits.workingFolderMb, WORKING_FOLDER_FILES)],
    [keptVolume(name), inMemory(keptMb(spec) + 1, KEPT_FILES)],
    ...(spec.control === null ? [] : [[controlVolume(name), inMemory(1, SOCKETS)] as const]),
  ];
}

export function keptVolume(name: string): string {
  return `${name}-kept`;
}

/** Holds the sockets of its control gateway, and nothing that the sandbox could write. */
export function controlVolume(name: string): string {
  return `${name}-control`;
}

type VolumeOptions = Readonly<Record<string, string>>;

function inMemory(megabytes: number, files: number): VolumeOptions {
  const o = `size=${megabytes}m,nr_inodes=${files},uid=${USER},gid=${USER},mode=0755,nosuid,nodev,noexec`;
  return { type: "tmpfs", device: "tmpfs", o };
}

/** As much as a run may put out, and no more of its memory than it can spare. */
export function keptMb({ limits }: Pick<SandboxSpec, "limits">): number {
  return Math.max(1, Math.min(limits.outputMb, Math.floor(limits.memoryMb / 4)));
}

export function containerSpec(
  name: string,
  spec: SandboxSpec,
  network: SandboxNetwork | undefined,
): ContainerSpec {
  const folders = spec.dataFolders.map(({ realPath }, index): Mount => {
    return { type: "bind", source: realPath, target: `${DATA_MOUNTS}/${index}`, readOnly: true };
  });
  const working: Mount = { type: "volume", source: name, target: WORKING_FOLDER, readOnly: false };
  const kept: Mount = { type: "volume", source: keptVolume(name), target: KEPT_FOLDER, readOnly: false };
  const relay: Mount = { type: "volume", source: controlVolume(name), target: RELAY_FOLDER, readOnly: true };
  return {
    name,
    image: spec.image,
    labels: { [LABEL]: "sandbox", ...sandboxLabels(name) },
    environment: {
      ...spec.environment,
      ...(spec.control === null ? {} : CHANNEL_ACCESS),
      COUNTERSIGN_TOKEN_FILE: `${WORKING_FOLDER}/${TOKEN_FILE}`,
      KG_DEFAULT_KERNEL_NAME: spec.kernelName,
      COUNTERSIGN_OUTPUTS: `${KEPT_FOLDER}/${KEPT_FILE}`,
      ...(spec.control !== null && spec.control.puts !== "none" ? { COUNTERSIGN_ENDS_WITH_OWNER: "1" } : {}),
      COUNTERSIGN_OUTPUT_BYTES: String(keptMb(spec) * MEGABYTE),
    },
    ...(network === undefined ? { network: "none" } : { network: network.name, address: network.address }),
    user: OWNER,
    readOnlyRoot: true,
    memoryBytes: spec.limits.memoryMb * MEGABYTE,
    cpus: spec.limits.cpus,
    processes: spec.limits.processes,
    tmpfs: { "/tmp": SCRATCH },
    mounts: [working, kept, ...(spec.control === null ? [] : [relay]), ...folders],
    workingDir: WORKING_FOLDER,
  };
}

/** Where Channel Access clients search: the relay passes on what they say. */
const CHANNEL_ACCESS = { EPICS_CA_ADDR_LIST: "127.0.0.1", EPICS_CA_AUTO_ADDR_LIST: "NO" };

/** Not in the environment: whatever is started in the container later would have it too, and code reads what is there. */
export function tokenFile(token: string): StagedEntry {
  return { path: TOKEN_FILE, content: Buffer.from(token) };
}

/** So that `data/co2.csv` means in the working folder what it means in the workspace. */
export function dataLinks(spec: SandboxSpec): readonly StagedEntry[] {
  return spec.dataFolders.map(({ name }, index) => ({ path: name, linkTo: `${DATA_MOUNTS}/${index}` }));
}

export function expectedOf(request: ContainerSpec, spec: SandboxSpec): Expected {
  const { user, memoryBytes, cpus, processes, mounts, network } = request;
  return { imageId: spec.image, network, user, memoryBytes, cpus, processes, mounts };
}
