import { describe, expect, it } from "vitest";
import { loadConfiguration, type Settings } from "../../../src/config/load.ts";
import { runDifference } from "../../../src/python/run-difference.ts";
import { tightened } from "../../../src/python/tightened.ts";
import { RUN } from "../editor/example-requests.ts";

function executionWith(userSettings: Settings, text?: string) {
  return loadConfiguration({ file: "/w/countersign.yml", text, environment: {}, userSettings }).configuration
    .execution;
}

const EXECUTION = "framework.execution";
const approved = tightened(RUN, executionWith({}));

describe("an approved run under another configuration", () => {
  it("is what it was where nothing changed, and where something became looser", () => {
    const looser = executionWith({ [`${EXECUTION}.limits.seconds`]: 900, [`${EXECUTION}.limits.cpus`]: 8 });
    expect(approved).toEqual(RUN);
    expect(tightened(approved, looser)).toEqual(approved);
  });

  it.each<[Settings, string]>([
    [{ [`${EXECUTION}.limits.seconds`]: 20 }, "its limit of time is 20 s instead of 300"],
    [{ [`${EXECUTION}.limits.memory_mb`]: 512 }, "its limit of memory is 512 MB instead of 2048"],
    [{ [`${EXECUTION}.limits.cpus`]: 1 }, "its limit of processors is 1 instead of 2"],
    [{ [`${EXECUTION}.limits.processes`]: 20 }, "its limit of processes is 20 instead of 256"],
    [{ [`${EXECUTION}.limits.working_folder_mb`]: 5 }, "its limit of working folder is 5 MB instead of 512"],
    [{ [`${EXECUTION}.limits.output_mb`]: 5 }, "its limit of output is 5 MB instead of 512"],
    [{ [`${EXECUTION}.modes.read_only.limits.seconds`]: 9 }, "its limit of time is 9 s instead of 300"],
    [{ [`${EXECUTION}.data`]: ["other"] }, "it may read other data folders"],
    [{ [`${EXECUTION}.modes.read_only.environment`]: { A: "b" } }, "it gets other environment variables"],
  ])("differs where that is stricter: %j", (settings, words) => {
    expect(runDifference(approved, tightened(approved, executionWith(settings)))).toEqual([words]);
  });

  it("differs where a network or its whole mode is not configured any more", () => {
    const networked = { ...approved, networks: ["lab"] };
    expect(runDifference(networked, tightened(networked, executionWith({})))).toEqual([
      "it reaches other networks",
    ]);
    const special = { ...approved, mode: "special" };
    expect(runDifference(special, tightened(special, executionWith({})))).toEqual([
      "mode read_only instead of special",
    ]);
  });

  it("differs where a workspace's file tightens it", () => {
    const text = "framework: { execution: { limits: { seconds: 30 } } }\n";
    expect(runDifference(approved, tightened(approved, executionWith({}, text)))).toEqual([
      "its limit of time is 30 s instead of 300",
    ]);
  });
});
