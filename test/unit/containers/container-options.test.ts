import { expect, it } from "vitest";
import { createOptions, volumeOptions } from "../../../src/containers/container-options.ts";
import type Docker from "dockerode";
import type { ContainerSpec, EngineAddress } from "../../../src/containers/engine.ts";

const MEMORY = { type: "tmpfs", device: "tmpfs", o: "size=16m,nr_inodes=100,uid=1000,nosuid" };
const PROFILE = { path: "/media/seccomp.json", text: '{"a":1}' };
const SPEC: ContainerSpec = {
  name: "countersign-test",
  image: "debian",
  labels: {},
  environment: {},
  network: "none",
  user: "1000:1000",
  readOnlyRoot: true,
  memoryBytes: 1,
  cpus: 1,
  processes: 16,
  tmpfs: {},
  mounts: [],
};

function limitNames(product: "docker" | "podman"): readonly string[] {
  return hostConfig({ product }).Ulimits!.map(({ Name }) => Name!);
}

function hostConfig(address: Partial<EngineAddress>, spec: Partial<ContainerSpec> = {}): Docker.HostConfig {
  const where: EngineAddress = { product: "docker", socket: "unix:///run/engine", remote: false, ...address };
  const { _body } = createOptions({ ...SPEC, ...spec }, where, PROFILE) as unknown as {
    readonly _body: { readonly HostConfig: Docker.HostConfig };
  };
  return _body.HostConfig;
}

it("says which system calls a container may make, to Docker in words, to Podman by a file beside it", () => {
  expect(hostConfig({ product: "docker" }).SecurityOpt).toEqual(["no-new-privileges", 'seccomp={"a":1}']);
  expect(hostConfig({ product: "docker", remote: true }).SecurityOpt).toContain('seccomp={"a":1}');
  expect(hostConfig({ product: "podman" }).SecurityOpt).toContain("seccomp=/media/seccomp.json");
  expect(() => hostConfig({ product: "podman", remote: true })).toThrow("Podman on another machine");
});

it("limits what processes share, and shows of a folder its own file system alone", () => {
  const folder = { type: "bind", source: "/a", target: "/data/0", readOnly: true } as const;
  const { ShmSize, IpcMode, Mounts } = hostConfig({}, { mounts: [folder] });
  expect([ShmSize, IpcMode]).toEqual([64 * 1024 * 1024, "private"]);
  expect(Mounts).toEqual([
    expect.objectContaining({ ReadOnly: true, BindOptions: { Propagation: "rprivate", NonRecursive: true } }),
  ]);
});

it("bounds a file system in memory in the words that each engine passes on", () => {
  expect(volumeOptions(MEMORY, "docker")).toEqual(MEMORY);
  expect(volumeOptions(MEMORY, "podman").o).toBe("nr_blocks=4096,nr_inodes=100,uid=1000,nosuid");
});

it("asks Podman for limits that a container without capabilities may have", () => {
  expect(limitNames("docker")).toEqual(["core"]);
  expect(limitNames("podman")).toEqual(["core", "nofile", "nproc"]);
});
