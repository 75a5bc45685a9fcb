import type { ContainerInspection } from "../../containers/engine.ts";
import { CountersignError } from "../../errors.ts";

/** What a container must turn out to be. */
export interface Expected {
  readonly imageId: string;
  /** `none`, or the name of its own. */
  readonly network: string;
  readonly user: string;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly processes: number;
  readonly mounts: readonly {
    readonly source: string;
    readonly target: string;
    readonly readOnly: boolean;
  }[];
}

/** Compares what the engine says it applied with what was asked for. @throws `sandbox-differs` naming what differs */
export function requireApplied(found: ContainerInspection, expected: Expected): void {
  const differences = [...hardening(found), ...shape(found, expected)];
  if (differences.length === 0) return;
  throw new CountersignError("sandbox-differs", {
    message: `The sandbox is not what was approved: ${differences.join(", ")}.`,
    kept: "Nothing ran.",
    next: "Run the analysis again in a new sandbox. If it happens again, somebody changes Countersign's containers.",
  });
}

function hardening(found: ContainerInspection): readonly string[] {
  return [
    ...unless(found.state === "running", `it is ${found.state}`),
    ...unless(found.readOnlyRoot, "its root can be written"),
    ...unless(!found.privileged, "it is privileged"),
    ...unless(
      found.capabilitiesDropped.some((name) => /^all$|^cap_all$/i.test(name)),
      "it has capabilities",
    ),
    ...unless(
      found.securityOptions.some((option) => option.startsWith("no-new-privileges")),
      "it may gain privileges",
    ),
  ];
}

function shape(found: ContainerInspection, expected: Expected): readonly string[] {
  return [
    ...unless(
      found.networks.every((network) => network === expected.network),
      "it has another network",
    ),
    ...unless(found.imageId === expected.imageId, "its image is another one"),
    ...unless(found.user === expected.user, "it runs as another user"),
    ...unless(found.memoryBytes === expected.memoryBytes, "its memory limit differs"),
    ...unless(Math.abs(found.cpus - expected.cpus) < 0.001, "its CPU limit differs"),
    ...unless(found.processes === expected.processes, "its process limit differs"),
    ...unless(mountKeys(found.mounts) === mountKeys(expected.mounts), "its mounts differ"),
  ];
}

function unless(holds: boolean, difference: string): readonly string[] {
  return holds ? [] : [difference];
}

/** Scratch file systems are no mounts to some engines and mounts to others; nothing of the host is in them. */
function mountKeys(mounts: readonly (Expected["mounts"][number] & { readonly type?: string })[]): string {
  const keys = mounts
    .filter((mount) => mount.type !== "tmpfs")
    .map((mount) => `${mount.source}\n${mount.target}\n${mount.readOnly}`);
  return keys.sort().join("\n\n");
}
