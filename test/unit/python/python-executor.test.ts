import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { readConfiguration } from "../../../src/config/load.ts";
import { Analyser } from "../../../src/python/analysis/analyser.ts";
import { type ExecutorParts, PythonExecutor } from "../../../src/python/python-executor.ts";
import { sha256 } from "../../../src/approval/actions.ts";
import { RUN } from "../editor/example-requests.ts";

it("says, where a run without isolation was not accepted, for how much an acceptance would hold", async () => {
  const { configuration } = await readConfiguration({
    file: "/nowhere/countersign.yml",
    workspaceDir: "/nowhere",
    processEnvironment: {},
    userSettings: {},
  });
  const parts: Partial<ExecutorParts> = {
    configuration: () => configuration,
    host: { workspaceDir: "/nowhere", stateDir: tmpdir() } as ExecutorParts["host"],
    mediaDir: "media",
    analyser: () => Analyser.load(),
  };
  const { kind } = new PythonExecutor(parts as ExecutorParts);
  const run = { ...RUN, place: { method: "local", environment: sha256("environment") } } as const;
  await expect(kind.assess(run, new AbortController().signal)).rejects.toMatchObject({
    code: "local-not-accepted",
    next: expect.stringContaining("your own setting for all workspaces") as string,
  });
});
