import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import type { Configuration } from "../../../src/config/configuration.ts";
import { loadConfiguration, readConfiguration } from "../../../src/config/load.ts";
import { Analyser } from "../../../src/python/analysis/analyser.ts";
import { type ExecutorParts, PythonExecutor } from "../../../src/python/python-executor.ts";
import { sha256 } from "../../../src/approval/actions.ts";
import { RUN } from "../editor/example-requests.ts";

const analyser = new Analyser();

function executorWith(configuration: Configuration): PythonExecutor {
  const parts: Partial<ExecutorParts> = {
    configuration: () => configuration,
    host: { workspaceDir: "/nowhere", stateDir: tmpdir() } as ExecutorParts["host"],
    mediaDir: "media",
    analyser,
  };
  return new PythonExecutor(parts as ExecutorParts);
}

it("plans a run by the mode as configured, and takes the default one where the mode is made up", async () => {
  const { configuration } = loadConfiguration({
    file: "/nowhere/countersign.yml",
    text: undefined,
    environment: {},
    userSettings: {
      "framework.execution.execution_method": "gateway",
      "framework.execution.gateway.url": "https://jupyter.example",
      "framework.execution.modes.careful.limits.seconds": 20,
      "framework.execution.modes.careful.kernel_name": "own-kernel",
    },
  });
  const executor = executorWith(configuration);
  expect(await executor.plan("print(1)", "careful", [])).toEqual({
    code: "print(1)",
    mode: "careful",
    kernelName: "own-kernel",
    place: { method: "gateway", url: "https://jupyter.example" },
    dataFolders: [],
    data: { folders: [], files: [], listings: [] },
    inputs: [],
    networks: [],
    control: null,
    environment: {},
    limits: { ...configuration.execution.limits, seconds: 20 },
  });
  const other = await executor.plan("print(1)", "made-up", []);
  expect(other).toMatchObject({ mode: "read_only", limits: configuration.execution.limits });
});

it("says, where a run without isolation was not accepted, for how much an acceptance would hold", async () => {
  const { configuration } = await readConfiguration({
    file: "/nowhere/countersign.yml",
    workspaceDir: "/nowhere",
    processEnvironment: {},
    userSettings: {},
  });
  const { kind } = executorWith(configuration);
  const run = { ...RUN, place: { method: "local", environment: sha256("environment") } } as const;
  await expect(kind.assess(run, new AbortController().signal)).rejects.toMatchObject({
    code: "local-not-accepted",
    next: expect.stringContaining("your own setting for all workspaces") as string,
  });
});
