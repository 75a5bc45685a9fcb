import { expect, it } from "vitest";
import type { Mount } from "../../../../src/containers/engine.ts";
import { mountTable, requireInside, type Inside } from "../../../../src/python/sandboxes/inside.ts";

const MOUNTS: readonly Mount[] = [
  { type: "volume", source: "work", target: "/work", readOnly: false },
  { type: "bind", source: "/home/ada/data", target: "/data/0", readOnly: true },
];
const line = (at: string, options: string) =>
  `36 35 0:1 / ${at} ${options},relatime shared:1 - tmpfs tmpfs rw`;
const TABLE = [line("/", "ro"), line("/work", "rw"), line("/data/0", "ro")];
const SOUND: Inside = { filtered: true, otherSockets: false, sharedBytes: 64, mounts: TABLE.join("\n") };

it("lets pass what is as it was asked for", () => {
  expect(() => requireInside(SOUND, MOUNTS, 64)).not.toThrow();
});

it.each<[string, Partial<Inside>]>([
  ["its system calls are not limited as ours are", { filtered: false }],
  ["its system calls are not limited as ours are", { otherSockets: true }],
  ["its shared memory is larger", { sharedBytes: 65 }],
  [
    "/data/0 is not mounted as it should be",
    { mounts: [...TABLE.slice(0, 2), line("/data/0", "rw")].join("\n") },
  ],
  ["/data/0 is not mounted as it should be", { mounts: TABLE.slice(0, 2).join("\n") }],
  ["/data/0 is not mounted as it should be", { mounts: [...TABLE, line("/data/0", "rw")].join("\n") }],
  [
    "another file system is mounted below /data/0",
    { mounts: [...TABLE, line("/data/0/x", "rw")].join("\n") },
  ],
  [
    "another file system is mounted below /work",
    { mounts: [...TABLE, line("/work/a\\040b", "ro")].join("\n") },
  ],
])("refuses a container in which %s", (difference, over) => {
  expect(() => requireInside({ ...SOUND, ...over }, MOUNTS, 64)).toThrow(difference);
});

it("reads names with white space in a table of mounts", () => {
  expect(mountTable(line("/data/my\\040data", "ro"))).toMatchObject([{ at: "/data/my data" }]);
});
