import { describe, expect, it } from "vitest";
import type { Action, Json } from "../../../src/approval/actions.ts";
import {
  EFFECT_KINDS,
  type Assessment,
  type Effect,
  type EffectKind,
  type Isolation,
} from "../../../src/approval/assessment.ts";
import { ConfiguredPolicy } from "../../../src/approval/configured-policy.ts";
import type { ApprovalMode, Configuration, GlobalMode } from "../../../src/config/configuration.ts";

interface Settings {
  readonly globalMode?: GlobalMode;
  readonly enabled?: boolean;
  readonly mode?: ApprovalMode;
  readonly memory?: boolean;
}

const execution = (allowsWrites: boolean, requiresApproval = false) => ({
  kernelName: "python3",
  allowsWrites,
  requiresApproval,
  gateway: null,
});

function policy({ globalMode = "selective", enabled = true, mode = "all_code", memory = true }: Settings) {
  const modes = {
    read_only: execution(false),
    write_access: execution(true, true),
    quiet_writes: execution(true),
    careful: execution(false, true),
  };
  const approval = { globalMode, pythonExecution: { enabled, mode }, memory: { enabled: memory } };
  return new ConfiguredPolicy({ approval, execution: { modes } } as unknown as Configuration);
}

const run = (mode: Json = "read_only"): Action<Json> => ({
  kind: "python-run",
  version: 1,
  subject: "s",
  payload: { code: "1", mode },
});
const effect = (kind: EffectKind, ordinary = false): Effect => ({ kind, ordinary, summary: `does ${kind}` });

function assessed(effects: readonly Effect[] = [], level: Isolation["level"] = "container"): Assessment {
  return { effects, findings: [], isolation: { level, networks: [], summary: "" }, summary: "computes" };
}

const verdict = (settings: Settings, assessment: Assessment, action = run()) =>
  policy(settings).judge(action, assessment).verdict;

const LOOSEST = [{ globalMode: "disabled" }, { mode: "disabled" }, { enabled: false }] as const;

describe("python runs", () => {
  it("all ask by default, and with all_capabilities whatever the capability says", () => {
    expect(verdict({}, assessed())).toBe("ask");
    expect(verdict({ globalMode: "all_capabilities", enabled: false, mode: "disabled" }, assessed())).toBe(
      "ask",
    );
  });

  it.each(LOOSEST)("run unasked in a container with %o", (settings) => {
    expect(verdict(settings, assessed([effect("network")]))).toBe("allow");
  });

  it.each(LOOSEST)(
    "still ask with %o outside of a container, for write access and for control writes",
    (settings) => {
      for (const level of ["local", "remote", "none"] as const)
        expect(verdict(settings, assessed([], level))).toBe("ask");
      for (const mode of ["write_access", "quiet_writes", "careful"])
        expect(verdict(settings, assessed(), run(mode))).toBe("ask");
      expect(verdict(settings, assessed([effect("control-write", true)]))).toBe("ask");
    },
  );

  it.each([...LOOSEST, { mode: "effects" }, { mode: "control_writes" }] as const)(
    "ask with %o in a mode that the configuration does not know",
    (settings) => {
      for (const mode of ["unknown", "toString", 7, null])
        expect(verdict(settings, assessed(), run(mode))).toBe("ask");
      expect(verdict(settings, assessed(), { ...run(), payload: null })).toBe("ask");
    },
  );

  it("by effects are allowed where all of them are ordinary", () => {
    expect(verdict({ mode: "effects" }, assessed())).toBe("allow");
    expect(
      verdict({ mode: "effects" }, assessed([effect("reads-files", true), effect("control-read", true)])),
    ).toBe("allow");
  });

  it.each(EFFECT_KINDS)("by effects ask for %s where it is not ordinary", (kind) => {
    expect(verdict({ mode: "effects" }, assessed([effect("reads-files", true), effect(kind)]))).toBe("ask");
  });

  it("by control writes ask for them and for what could hide them", () => {
    const asking = EFFECT_KINDS.filter(
      (kind) => verdict({ mode: "control_writes" }, assessed([effect(kind)])) === "ask",
    );
    expect(asking.sort()).toEqual(
      [
        "control-write",
        "deserialises",
        "dynamic",
        "introspects",
        "native",
        "process",
        "unknown-import",
      ].sort(),
    );
  });

  it("that can never be approved are refused by every setting", () => {
    const broken = { ...assessed(), refusal: "It does not parse." };
    for (const settings of [{}, ...LOOSEST, { globalMode: "all_capabilities" as const }])
      expect(policy(settings).judge(run(), broken)).toEqual({
        verdict: "refuse",
        reason: "It does not parse.",
      });
  });

  it.each([
    { globalMode: "off" },
    { globalMode: undefined },
    { mode: "none" },
    { mode: undefined },
    { enabled: undefined },
    { enabled: 0 },
    { enabled: "false" },
  ])("ask where the configuration holds what is not valid: %o", (wrong) => {
    const settings = {
      globalMode: "selective",
      enabled: true,
      mode: "all_code",
      ...wrong,
    } as Required<Settings>;
    const approval = { ...settings, pythonExecution: { enabled: settings.enabled, mode: settings.mode } };
    const configuration = { approval, execution: { modes: { read_only: execution(false) } } };
    const made = new ConfiguredPolicy(configuration as unknown as Configuration);
    expect(made.judge(run(), assessed()).verdict).toBe("ask");
  });
});

describe("memory entries", () => {
  const entry: Action<Json> = { kind: "memory-entry", version: 1, subject: "s", payload: {} };
  const nothing = assessed([], "none");

  it("ask unless approval of them is switched off", () => {
    expect(verdict({}, nothing, entry)).toBe("ask");
    expect(verdict({ memory: false }, nothing, entry)).toBe("allow");
    expect(verdict({ globalMode: "disabled" }, nothing, entry)).toBe("allow");
    expect(verdict({ globalMode: "all_capabilities", memory: false }, nothing, entry)).toBe("ask");
  });
});

it("every other kind of action asks", () => {
  for (const settings of [{}, ...LOOSEST])
    expect(verdict(settings, assessed(), { ...run(), kind: "sample.other" })).toBe("ask");
});
