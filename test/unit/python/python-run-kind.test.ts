import { describe, expect, it } from "vitest";
import { sha256 } from "../../../src/approval/actions.ts";
import { ConfiguredPolicy } from "../../../src/approval/configured-policy.ts";
import type { Configuration } from "../../../src/config/configuration.ts";
import { readConfiguration } from "../../../src/config/load.ts";
import { Analyser } from "../../../src/python/analysis/analyser.ts";
import { DataBinding } from "../../../src/python/bound/data-binding.ts";
import { WorkspaceFiles } from "../../../src/python/bound/workspace-files.ts";
import { controlAccess } from "../../../src/python/control/control-access.ts";
import type { Performer } from "../../../src/python/performer.ts";
import type { Place } from "../../../src/python/places/place.ts";
import { PythonRunKind } from "../../../src/python/python-run-kind.ts";
import { PYTHON_RUN, PYTHON_RUN_VERSION } from "../../../src/python/python-run.ts";
import { RUN } from "../editor/example-requests.ts";

const analyser = new Analyser();
const files = new WorkspaceFiles("/nowhere");

const RAISES = 'import epics\nepics.caput("SR:MAG:QF1:CURRENT", 2.5)\n';
const isolation = { level: "container", networks: [], summary: "A container of its own" } as const;
const never = new AbortController().signal;

/** The configuration of a workspace without a file, with what a test changes about reaching a control system. */
async function configured(reaches: { gateway: string | null; writes: boolean }): Promise<Configuration> {
  const { configuration } = await readConfiguration({
    file: "/nowhere/countersign.yml",
    workspaceDir: "/nowhere",
    processEnvironment: {},
    userSettings: {},
  });
  const { execution } = configuration;
  const mode = { ...execution.modes.write_access!, gateway: reaches.gateway };
  const modes = { ...execution.modes, write_access: mode };
  const gateways = { write_access: { address: "ioc.example.org", port: 5064, network: "bridge" } };
  return {
    ...configuration,
    execution: { ...execution, modes, gateways, epicsWritesEnabled: reaches.writes },
  };
}

/** Every name that a run's members have, on any level. */
const KEYS = new Set(
  JSON.stringify(RUN)
    .match(/"(\w+)":/g)
    ?.map((key) => key.slice(1, -2)),
);

function kindWith(configuration: Configuration): PythonRunKind {
  return new PythonRunKind({
    analyser,
    configuration: () => configuration,
    files,
    data: new DataBinding(files, analyser),
    place: () => ({ isolation: () => isolation }) as unknown as Place,
    performer: () => Promise.reject<Performer>(new Error("Nothing is performed here")),
    recover: () => Promise.resolve({ state: "not-run" }),
    inputs: () => Promise.resolve([]),
    control: () => Promise.resolve(null),
  });
}

async function judged(configuration: Configuration, mode: string, code = RAISES, place = RUN.place) {
  const kind = kindWith(configuration);
  const control = controlAccess(configuration.execution, mode, "any");
  const payload = { ...RUN, code, mode, place, control };
  const assessment = await kind.assess(payload, never);
  const action = { kind: PYTHON_RUN, version: PYTHON_RUN_VERSION, subject: "Raise", payload };
  return { assessment, judgement: new ConfiguredPolicy(configuration).judge(action as never, assessment) };
}

describe("code that writes to a control system", () => {
  it("is refused while no control system is configured, with channel, value and what is missing", async () => {
    const { assessment, judgement } = await judged(
      await configured({ gateway: null, writes: false }),
      "write_access",
    );
    expect(assessment.refusal).toBe(
      "It sets SR:MAG:QF1:CURRENT to 2.5, and no control system is configured: mode write_access has no gateway, and framework.execution.epics.writes_enabled is false.",
    );
    expect(judgement).toEqual({ verdict: "refuse", reason: assessment.refusal });
    expect(assessment.findings).toContainEqual(expect.objectContaining({ effect: "control-write", line: 2 }));
  });

  it("is refused while control writes are switched off, with the key that switches them on", async () => {
    const { judgement } = await judged(
      await configured({ gateway: "write_access", writes: false }),
      "write_access",
    );
    expect(judgement.verdict).toBe("refuse");
    expect(judgement.reason).toContain("framework.execution.epics.writes_enabled is false");
  });

  it("names the mode that would do where its own mode allows no writes", async () => {
    const { judgement } = await judged(await configured({ gateway: null, writes: false }), "read_only");
    expect(judgement.verdict).toBe("refuse");
    expect(judgement.reason).toContain("Mode write_access does");
  });

  it("asks where a gateway is configured and writes are switched on", async () => {
    const { assessment, judgement } = await judged(
      await configured({ gateway: "write_access", writes: true }),
      "write_access",
    );
    expect(assessment.refusal).toBeUndefined();
    expect(judgement.verdict).toBe("ask");
  });

  it("is refused without isolation, whatever the configuration allows", async () => {
    const { judgement } = await judged(
      await configured({ gateway: "write_access", writes: true }),
      "write_access",
      RAISES,
      { method: "local", environment: sha256("environment") },
    );
    expect(judgement.verdict).toBe("refuse");
    expect(judgement.reason).toContain("without isolation may not write to a control system");
  });

  it("is not confused with code that only reads channels", async () => {
    const reads = 'import epics\nprint(epics.caget("SR:MAG:QF1:CURRENT"))\n';
    const { assessment } = await judged(
      await configured({ gateway: null, writes: false }),
      "write_access",
      reads,
    );
    expect(assessment.refusal).toBeUndefined();
  });
});

describe("what changed since a run was approved", () => {
  /** As it is stored: its members in another order than they were made in. */
  const stored = JSON.parse(JSON.stringify(RUN, [...KEYS].sort())) as typeof RUN;

  it("is said of what changed, and of nothing else", async () => {
    const kind = kindWith(await configured({ gateway: null, writes: false }));
    const changed = [{ ...RUN.inputs[0]!, digest: sha256("other") }];
    expect(kind.differences(stored, { ...RUN, inputs: changed })).toEqual(["limits.json changed"]);
    const elsewhere = { ...RUN, place: { ...RUN.place, image: "other" } as typeof RUN.place };
    expect(kind.differences(stored, elsewhere)).toEqual(["the image was rebuilt or replaced"]);
    const other = { ...RUN.inputs[0]!, path: "other.csv" };
    const later = {
      ...RUN,
      code: "1",
      mode: "write_access",
      inputs: [other],
      limits: { ...RUN.limits, cpus: 9 },
    };
    expect(kind.differences(stored, later)).toEqual([
      "mode write_access instead of read_only",
      "its limit of processors is 9 instead of 2",
      "other.csv is given to it",
      "limits.json is no longer given to it",
    ]);
  });
});
