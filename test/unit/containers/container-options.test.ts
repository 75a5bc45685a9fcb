import { expect, it } from "vitest";
import { createOptions, volumeOptions } from "../../../src/containers/container-options.ts";
import type { ContainerSpec } from "../../../src/containers/engine.ts";

const MEMORY = { type: "tmpfs", device: "tmpfs", o: "size=16m,nr_inodes=100,uid=1000,nosuid" };
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
  const { _body } = createOptions(SPEC, product) as unknown as {
    readonly _body: { readonly HostConfig: { readonly Ulimits: readonly { readonly Name: string }[] } };
  };
  return _body.HostConfig.Ulimits.map(({ Name }) => Name);
}

it("bounds a file system in memory in the words that each engine passes on", () => {
  expect(volumeOptions(MEMORY, "docker")).toEqual(MEMORY);
  expect(volumeOptions(MEMORY, "podman").o).toBe("nr_blocks=4096,nr_inodes=100,uid=1000,nosuid");
});

it("asks Podman for limits that a container without capabilities may have", () => {
  expect(limitNames("docker")).toEqual(["core"]);
  expect(limitNames("podman")).toEqual(["core", "nofile", "nproc"]);
});
