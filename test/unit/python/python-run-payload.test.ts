import { describe, expect, it } from "vitest";
import { sha256 } from "../../../src/approval/actions.ts";
import { parsePythonRun } from "../../../src/python/python-run-payload.ts";
import type { PythonRun } from "../../../src/python/python-run.ts";

const RUN: PythonRun = {
  code: "print(1)",
  mode: "read_only",
  kernelName: "python3-epics-readonly",
  place: { method: "container", image: "countersign/x:1", recipe: sha256("recipe"), imageId: null },
  dataFolders: ["data"],
  data: {
    folders: [{ name: "data", at: "data", identity: "1:2:3" }],
    files: [
      { path: "data/x.csv", bytes: 3, digest: sha256("abc"), boundBy: "content" },
      { path: "data/y.csv", bytes: 0, digest: sha256(""), boundBy: "absence" },
    ],
    listings: [
      {
        pattern: "data/*.nc",
        files: 1,
        bytes: 2,
        digest: sha256("names"),
        named: [{ path: "data/a.nc", bytes: 2, times: "1 2" }],
      },
    ],
  },
  inputs: [{ path: "a/b.csv", bytes: 3, digest: sha256("abc"), boundBy: "content" }],
  networks: [],
  control: null,
  environment: {},
  limits: { seconds: 1, memoryMb: 1, cpus: 0.5, processes: 1, workingFolderMb: 1, outputMb: 1 },
};

const CONTROL = { gateway: "write_access", address: "10.0.0.1", port: 5064, network: "plant" };

describe("a stored Python run", () => {
  it.each([
    RUN,
    { ...RUN, place: { ...RUN.place, imageId: "sha256:1" } },
    { ...RUN, place: { method: "local", environment: sha256("requirements") } },
    { ...RUN, control: { ...CONTROL, puts: "any" } },
    {
      ...RUN,
      control: {
        ...CONTROL,
        puts: [
          { channel: "A", value: [1, "b"] },
          { channel: "B", value: null },
        ],
      },
    },
  ])("is read as it was stored", (run) => {
    expect(parsePythonRun(JSON.parse(JSON.stringify(run)))).toEqual(run);
  });

  it.each([
    [null, "is no object"],
    [{ ...RUN, code: undefined }, ".code is no text"],
    [{ ...RUN, kernelName: undefined }, ".kernelName is no text"],
    [{ ...RUN, extra: 1 }, ".extra is not known"],
    [{ ...RUN, place: { ...RUN.place, method: "remote" } }, ".place.method is none of container"],
    [{ ...RUN, control: { ...CONTROL, puts: true } }, ".control.puts is no list"],
    [{ ...RUN, control: { ...CONTROL, puts: [{ channel: "A" }] } }, ".control.puts[0].value"],
    [{ ...RUN, limits: { ...RUN.limits, seconds: 0 } }, ".limits.seconds is no positive number"],
    [{ ...RUN, inputs: [{ ...RUN.inputs[0], path: "../x" }] }, ".inputs[0].path leads out of its folder"],
    [{ ...RUN, inputs: [{ ...RUN.inputs[0], path: "/x" }] }, ".inputs[0].path is no relative path"],
    [{ ...RUN, inputs: [{ ...RUN.inputs[0], digest: "x" }] }, ".inputs[0].digest is no SHA-256"],
  ])("is refused where its shape is not known: %#", (payload, problem) => {
    expect(() => parsePythonRun(payload)).toThrow(problem);
  });
});
