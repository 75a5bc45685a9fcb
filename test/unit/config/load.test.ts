import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { Configuration } from "../../../src/config/configuration.ts";
import type { MachinePolicy } from "../../../src/config/machine-policy.ts";
import { loadConfiguration, readConfiguration, type Settings } from "../../../src/config/load.ts";

const load = (text: string | undefined, userSettings: Settings = {}, environment = {}) =>
  loadConfiguration({ file: "/w/countersign.yml", text, environment, userSettings });

const lines = (...rows: string[]) => `${rows.join("\n")}\n`;
const MEMORY = "approval.capabilities.memory.enabled";
const PYTHON_MODE = "approval.capabilities.python_execution.mode";
const loose: Settings = {
  "approval.global_mode": "disabled",
  "approval.capabilities.python_execution.enabled": false,
  [PYTHON_MODE]: "disabled",
  "approval.capabilities.memory.enabled": false,
  "framework.execution.epics.writes_enabled": true,
};

function policy(text: string | undefined): MachinePolicy {
  return { file: "/etc/countersign/policy.yml", text };
}

describe("without a file", () => {
  it("everything has a value, and approval is at its strictest default", () => {
    const { configuration, problems } = load(undefined);
    expect(problems).toEqual([]);
    expect(configuration.approval).toEqual({
      globalMode: "selective",
      pythonExecution: { enabled: true, mode: "all_code" },
      memory: { enabled: true },
      expiresAfter: { any: 1_440, controlWrite: 5 },
      ledgerMirror: null,
    });
    expect(configuration.execution).toMatchObject({
      method: "container",
      data: ["data"],
      defaultMode: "read_only",
      epicsWritesEnabled: false,
      runsFolder: "analyses",
      limits: { seconds: 300, memoryMb: 2048, cpus: 2, processes: 256, workingFolderMb: 512, outputMb: 512 },
    });
    expect(Object.keys(configuration.execution.modes)).toEqual(["read_only", "simulation", "write_access"]);
    expect(configuration.execution.modes.write_access).toEqual({
      kernelName: "python3-epics-write",
      allowsWrites: true,
      requiresApproval: true,
      gateway: null,
      networks: [],
      environment: {},
      data: ["data"],
      limits: configuration.execution.limits,
      image: null,
    });
    expect(configuration.generation).toEqual({ attempts: 3, tokens: 200_000 });
  });

  it("an empty file and one of comments are no mistake", () => {
    expect(load("").problems).toEqual([]);
    expect(load("# nothing yet\n").problems).toEqual([]);
    expect(load("approval:\nframework:\n").problems).toEqual([]);
  });
});

describe("mistakes stand on their line", () => {
  const first = (text: string, environment = {}) => {
    const found = load(text, {}, environment).problems[0]!;
    return { ...found, at: [found.line, found.column, found.endLine, found.endColumn] };
  };

  it("broken YAML", () => {
    const { configuration, problems } = load(
      lines("approval:", "  global_mode: [selective", "deployed_services: x"),
    );
    expect(problems[0]).toMatchObject({ severity: "error" });
    expect(problems[0]!.line).toBeGreaterThanOrEqual(2);
    expect(problems[0]!.message).toMatch(/not valid YAML/);
    expect(configuration.approval.globalMode).toBe("all_capabilities");
  });

  it("an unknown key, with the one that was meant", () => {
    const problem = first(lines("approval:", "  gobal_mode: selective"));
    expect(problem.at).toEqual([2, 3, 2, 13]);
    expect(problem).toMatchObject({ severity: "error" });
    expect(problem.message).toBe('There is no key "gobal_mode" in approval. Did you mean global_mode?');
  });

  it("an unknown key without a neighbour lists what there is", () => {
    expect(first(lines("approval:", "  zzz: 1")).message).toMatch(/Keys here: global_mode, capabilities, /);
  });

  it("a wrong value, with the accepted ones", () => {
    const problem = first(lines("approval:", "  capabilities:", "    python_execution: {mode: all_cod}"));
    expect(problem.at).toEqual([3, 30, 3, 37]);
    expect(problem.message).toContain("disabled, control_writes, effects, all_code");
    expect(problem.message).toContain("Did you mean all_code?");
  });

  it("a wrong type", () => {
    expect(first(lines("framework: {execution: {limits: {seconds: soon}}}")).message).toContain(
      'Expected a whole number, 1 to 86400 seconds, found "soon"',
    );
    expect(first(lines("approval: {capabilities: {memory: {enabled: 'true'}}}")).message).toContain(
      "Expected true or false",
    );
    expect(first(lines("approval: yes please")).message).toContain("approval holds keys with values");
    expect(first(lines("- a", "- b")).message).toContain("The file holds keys");
  });

  it("the item of a list", () => {
    const problem = first(
      lines("framework:", "  execution:", "    data:", "      - data", "      - ../secrets"),
    );
    expect(problem.at).toEqual([5, 9, 5, 19]);
  });

  it.each([
    "/etc",
    "..",
    "data/../..",
    "data/..",
    ".git",
    "./.git/",
    "data/.hidden",
    ".",
    "./",
    "/",
    "C:\\data",
    "",
  ])("a folder that is none of the workspace's: %s", (folder) => {
    const { configuration, problems } = load(stringify({ framework: { execution: { data: [folder] } } }));
    expect(problems[0]).toMatchObject({ severity: "error" });
    expect(configuration.execution.data).toEqual(["data"]);
  });

  it.each(["data/", "./data", "data//", ".//data/", "other/../data"])(
    "is none where a folder is %s",
    (folder) => {
      const text = stringify({
        framework: {
          execution: { data: [folder], runs_folder: folder, modes: { read_only: { data: [folder] } } },
        },
      });
      const { configuration, problems } = load(text);
      expect(problems).toEqual([]);
      const { data, runsFolder, modes } = configuration.execution;
      expect([data, runsFolder, modes.read_only.data]).toEqual([["data"], "data", ["data"]]);
    },
  );

  it("a variable that is not set", () => {
    const problem = first(lines("framework:", "  execution:", "    runs_folder: ${RUNS}"));
    expect(problem.at).toEqual([3, 18, 3, 25]);
    expect(problem.message).toContain("The variable RUNS is not set");
  });

  it("the same key twice, two documents, and an alias that holds itself", () => {
    expect(first(lines("approval: {}", "approval: {}")).message).toMatch(/not valid YAML/);
    expect(first(lines("approval: {}", "---", "approval: {}")).message).toMatch(/not valid YAML/);
    expect(first(lines("deployed_services: &a", "  - *a")).severity).toBe("error");
  });

  it("a file beyond any configuration's size", () => {
    expect(first(`# ${"x".repeat(1_100_000)}`).message).toContain("1 MB");
  });
});

describe("a file with a mistake counts as strictest", () => {
  it("even where the person's own settings are loose and the rest of the file is right", () => {
    const { configuration } = load(lines("approval: {global_mode: disabled}", "aproval: {}"), loose);
    expect(configuration.approval).toEqual({
      globalMode: "all_capabilities",
      pythonExecution: { enabled: true, mode: "all_code" },
      memory: { enabled: true },
      expiresAfter: { any: 1_440, controlWrite: 5 },
      ledgerMirror: null,
    });
    expect(configuration.execution.epicsWritesEnabled).toBe(false);
    expect(configuration.execution.modes.write_access).toMatchObject({
      allowsWrites: false,
      requiresApproval: true,
    });
  });
});

describe("interpolation", () => {
  const seconds = (value: string) =>
    lines("framework:", "  execution:", "    limits:", `      seconds: ${value}`);

  it("takes the variable, else the default, and the default too where the variable is empty", () => {
    const at = (environment: Record<string, string>) =>
      load(seconds("${SECONDS:-60}"), {}, environment).configuration.execution.limits.seconds;
    expect([at({}), at({ SECONDS: "30" }), at({ SECONDS: "" })]).toEqual([60, 30, 60]);
  });

  it("gives a number where it is not quoted, text where it is", () => {
    expect(load(seconds("${SECONDS}"), {}, { SECONDS: "30" }).problems).toEqual([]);
    const { problems } = load(seconds('"${SECONDS}"'), {}, { SECONDS: "30" });
    expect(problems[0]?.message).toContain('Expected a whole number, 1 to 86400 seconds, found "30"');
  });

  it("cannot bring in more YAML than a value", () => {
    const { configuration, problems } = load(
      lines("framework:", "  execution:", "    runs_folder: ${RUNS}"),
      {},
      { RUNS: "x\napproval: {global_mode: disabled}" },
    );
    expect(problems[0]?.severity).toBe("error");
    expect(configuration.execution.runsFolder).toBe("analyses");
  });

  it("is not made in keys that mean nothing here", () => {
    const { problems } = load(lines("project_root: ${NOWHERE}", "api:", "  key: ${SECRET}"));
    expect(problems.map(({ severity }) => severity)).toEqual(["information", "information"]);
  });

  it("reads .env for it, those of the process that the person listed first, and nothing of the workspace without trust", async () => {
    const workspaceDir = await mkdtemp(join(tmpdir(), "countersign-config-"));
    const file = join(workspaceDir, "countersign.yml");
    await writeFile(join(workspaceDir, ".env"), "# mine\nexport RUNS='from file' # why\nDATA=measured\n");
    await writeFile(
      file,
      lines("framework:", "  execution:", "    runs_folder: ${RUNS}", '    data: ["${DATA}"]'),
    );
    const read = (processEnvironment: Record<string, string>) =>
      readConfiguration({ file, workspaceDir, processEnvironment });
    expect((await read({})).configuration.execution).toMatchObject({
      runsFolder: "from file",
      data: ["measured"],
    });
    expect((await read({ RUNS: "process" })).configuration.execution.runsFolder).toBe("from file");
    const userSettings = { environment_variables: ["RUNS", "MISSING"] };
    const listed = await readConfiguration({
      ...{ file, workspaceDir, userSettings },
      processEnvironment: { RUNS: "process", DATA: "secret" },
    });
    expect(listed.configuration.execution).toMatchObject({ runsFolder: "process", data: ["measured"] });
    const untrusted = { file, workspaceDir, processEnvironment: { RUNS: "process" }, isTrusted: false };
    const { configuration, problems } = await readConfiguration(untrusted);
    expect([configuration.execution.runsFolder, problems]).toEqual(["analyses", []]);
    await rm(workspaceDir, { recursive: true });
  });

  it("a file that cannot be read is a mistake, not an absence", async () => {
    const workspaceDir = await mkdtemp(join(tmpdir(), "countersign-config-"));
    const loaded = await readConfiguration({ file: workspaceDir, workspaceDir, processEnvironment: {} });
    expect(loaded.problems[0]).toMatchObject({ severity: "error" });
    expect(loaded.configuration.approval.globalMode).toBe("all_capabilities");
    await rm(workspaceDir, { recursive: true });
  });
});

describe("tighten, never loosen", () => {
  it("a file may be stricter than the person", () => {
    const { configuration, problems } = load(lines("approval: {global_mode: all_capabilities}"), loose);
    expect(configuration.approval.globalMode).toBe("all_capabilities");
    expect(problems).toEqual([]);
  });

  it("a file that is looser changes nothing and is told so on its line", () => {
    const text = lines("approval:", "  capabilities:", "    python_execution:", "      mode: epics_writes");
    const { configuration, problems } = load(text);
    expect(configuration.approval.pythonExecution.mode).toBe("all_code");
    expect(problems).toEqual([
      expect.objectContaining({ severity: "information", line: 4, column: 13, endColumn: 25 }),
    ]);
    expect(problems[0]!.message).toContain("all_code stays in force");
  });

  it("epics_writes is another word for control_writes", () => {
    expect(
      load(undefined, { [PYTHON_MODE]: "epics_writes" }).configuration.approval.pythonExecution.mode,
    ).toBe("control_writes");
  });

  it("a file cannot raise limits, choose an image, trust a CA, or open control systems", () => {
    const { configuration, problems } = load(
      stringify({
        framework: {
          execution: {
            execution_method: "local",
            limits: { seconds: 1000 },
            epics: { writes_enabled: true },
            modes: { beamline: { allows_writes: true, requires_approval: false } },
          },
          container: { existing_image: "evil/image", extra_ca_file: "/tmp/ca.pem", build_network: "host" },
        },
      }),
    );
    expect(configuration.execution.method).toBe("container");
    expect(configuration.execution.limits.seconds).toBe(300);
    expect(configuration.execution.epicsWritesEnabled).toBe(false);
    expect(configuration.execution.modes.beamline).toMatchObject({
      allowsWrites: false,
      requiresApproval: true,
    });
    expect(configuration.container).toMatchObject({
      existingImage: null,
      extraCaFile: null,
      buildNetwork: "default",
    });
    expect(problems).toHaveLength(8);
    expect(new Set(problems.map(({ severity }) => severity))).toEqual(new Set(["information"]));
  });

  it("a mode has less than every run, never more, whoever says so", () => {
    const limits = (seconds: number, memory_mb: number) => ({ seconds, memory_mb });
    const file = stringify({
      framework: { execution: { modes: { careful: { limits: limits(20, 100_000), data: ["sealed"] } } } },
    });
    const { configuration } = load(file, {
      "framework.execution.modes.careful.limits.seconds": 900,
      "framework.execution.modes.careful.limits.cpus": 1,
    });
    const { careful } = configuration.execution.modes;
    expect(careful?.limits).toEqual({
      ...configuration.execution.limits,
      seconds: 20,
      cpus: 1,
    });
    expect(careful?.data).toEqual(["sealed"]);
    expect(configuration.execution.modes.read_only.limits).toEqual(configuration.execution.limits);
  });

  it("only a person names the image of a mode", () => {
    const file = stringify({ framework: { execution: { modes: { careful: { image: "evil/image" } } } } });
    const key = "framework.execution.modes.careful.image";
    expect(load(file).configuration.execution.modes.careful?.image).toBeNull();
    expect(load(file, { [key]: "own/image" }).configuration.execution.modes.careful?.image).toBe("own/image");
  });

  it("a person's own settings say all of that", () => {
    const { configuration } = load(undefined, {
      "framework.execution.execution_method": "local",
      "framework.execution.limits.seconds": 1000,
      "framework.container.existing_image": "registry.example/python:3",
      "framework.container.build_arguments": { PIP_INDEX_URL: "https://example.org" },
    });
    expect(configuration.execution).toMatchObject({ method: "local", limits: { seconds: 1000 } });
    expect(configuration.container).toMatchObject({
      existingImage: "registry.example/python:3",
      buildArguments: { PIP_INDEX_URL: "https://example.org" },
    });
  });

  it("a machine's policy is stronger than the person", () => {
    const { configuration } = loadConfiguration({
      file: "/w/countersign.yml",
      text: undefined,
      environment: {},
      userSettings: loose,
      machine: policy("approval: {capabilities: {python_execution: {mode: effects}}}"),
    });
    expect(configuration.approval.pythonExecution.mode).toBe("effects");
  });

  it("a machine's policy takes no variable from the person, and with a mistake everything is at its strictest", () => {
    for (const text of ["approval: {global_mode: '${LOOSE}'}", "approval: [", "nonsense: 1"]) {
      const { configuration, problems } = loadConfiguration({
        file: "/w/countersign.yml",
        text: undefined,
        environment: { LOOSE: "disabled" },
        userSettings: loose,
        machine: policy(text),
      });
      expect(configuration.approval.globalMode).toBe("all_capabilities");
      expect(problems[0]).toMatchObject({
        severity: "error",
        message: expect.stringContaining(
          "This machine's policy, line 1 of /etc/countersign/policy.yml",
        ) as string,
      });
    }
  });

  it("what the person accepted of a file holds while it says exactly that, and never beyond the machine's policy", () => {
    const input = {
      file: "/w/countersign.yml",
      environment: {},
      accepted: new Map([[PYTHON_MODE, "effects"]]),
    };
    const withMode = (mode: string) => `approval: {capabilities: {python_execution: {mode: ${mode}}}}`;
    const modeOf = (text: string, machine?: MachinePolicy) =>
      loadConfiguration({ ...input, text, ...(machine === undefined ? {} : { machine }) });
    const accepted = modeOf(withMode("effects"));
    expect(accepted.configuration.approval.pythonExecution.mode).toBe("effects");
    expect(accepted.loosenings).toEqual([]);
    const beyond = modeOf(withMode("disabled"));
    expect(beyond.configuration.approval.pythonExecution.mode).toBe("all_code");
    expect(beyond.loosenings).toMatchObject([{ path: PYTHON_MODE, inForce: "all_code", asked: "disabled" }]);
    const forbidden = modeOf(withMode("effects"), policy(withMode("all_code")));
    expect(forbidden.configuration.approval.pythonExecution.mode).toBe("all_code");
    expect(forbidden.loosenings).toEqual([]);
  });

  it("a machine's policy that somebody else could have written is told of and says nothing", () => {
    const machine = { ...policy(undefined), ignored: "others can write to /etc/countersign" };
    const input = { file: "/w/countersign.yml", text: undefined, environment: {}, userSettings: loose };
    const { configuration, problems } = loadConfiguration({ ...input, machine });
    expect(configuration).toEqual(loadConfiguration(input).configuration);
    expect(problems).toMatchObject([
      { severity: "warning", message: expect.stringContaining("others can write") as string },
    ]);
  });

  it("a setting that is no accepted value is the strictest", () => {
    const { configuration, problems } = load(undefined, { ...loose, [PYTHON_MODE]: "whatever" });
    expect(configuration.approval.pythonExecution.mode).toBe("all_code");
    expect(problems[0]).toMatchObject({ severity: "error", line: 1 });
  });

  it("no file whatever makes anything possible that the person's settings do not", () => {
    const oneOf = (...values: unknown[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
    const flag = oneOf(true, false, "${YES}", null);
    const mode = oneOf("disabled", "control_writes", "epics_writes", "effects", "all_code", "${LOOSE}");
    const global = oneOf("disabled", "selective", "all_capabilities", "${LOOSE}");
    const file = fc.record({
      approval: fc.record({
        global_mode: global,
        capabilities: fc.record({
          python_execution: fc.record({ enabled: flag, mode }),
          memory: fc.record({ enabled: flag }),
        }),
      }),
      framework: fc.record({
        execution: fc.record({
          execution_method: oneOf("local", "container"),
          epics: fc.record({ writes_enabled: flag }),
          limits: fc.record({ seconds: oneOf(1, 299, 301, 86_400) }),
          modes: fc.dictionary(
            fc.constantFrom("read_only", "write_access", "own"),
            fc.record({
              allows_writes: flag,
              requires_approval: flag,
              limits: fc.record({ seconds: oneOf(1, 299, 301, 86_400) }),
            }),
          ),
        }),
      }),
      a_mistake: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.constant(1)),
    });
    const settings = fc.record({
      "approval.global_mode": oneOf("disabled", "selective", "all_capabilities"),
      [PYTHON_MODE]: oneOf("disabled", "control_writes", "effects", "all_code"),
      "approval.capabilities.python_execution.enabled": oneOf(true, false),
      "approval.capabilities.memory.enabled": oneOf(true, false),
      "framework.execution.epics.writes_enabled": oneOf(true, false),
      "framework.execution.modes.write_access.requires_approval": oneOf(true, false),
    });
    fc.assert(
      fc.property(file, settings, (content, own) => {
        const alone = load(undefined, own).configuration;
        const text = stringify(JSON.parse(JSON.stringify(content)));
        const both = load(text, own, { LOOSE: "disabled", YES: "true" }).configuration;
        expect(loosened(alone, both)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

/** What `both` allows and `alone` does not. */
function loosened(alone: Configuration, both: Configuration): string[] {
  const globals = ["disabled", "selective", "all_capabilities"];
  const modes = ["disabled", "control_writes", "effects", "all_code"];
  const [a, b] = [alone.approval, both.approval];
  const checks: Record<string, boolean> = {
    global: globals.indexOf(b.globalMode) < globals.indexOf(a.globalMode),
    mode: modes.indexOf(b.pythonExecution.mode) < modes.indexOf(a.pythonExecution.mode),
    enabled: a.pythonExecution.enabled && !b.pythonExecution.enabled,
    memory: a.memory.enabled && !b.memory.enabled,
    writes: !alone.execution.epicsWritesEnabled && both.execution.epicsWritesEnabled,
    method: alone.execution.method === "container" && both.execution.method === "local",
    seconds: both.execution.limits.seconds > alone.execution.limits.seconds,
  };
  for (const [name, mode] of Object.entries(both.execution.modes)) {
    const before = alone.execution.modes[name];
    checks[`${name} writes`] = mode.allowsWrites && before?.allowsWrites !== true;
    checks[`${name} reaches`] =
      (mode.gateway !== null && mode.gateway !== before?.gateway) ||
      mode.networks.some((network) => before?.networks.includes(network) !== true);
    checks[`${name} approval`] = !mode.requiresApproval && (before?.requiresApproval ?? true);
  }
  return Object.keys(checks).filter((name) => checks[name]);
}

describe("control gateways", () => {
  const own = {
    "framework.execution.epics.gateways.write_access.address": "ioc.example.org",
    "framework.execution.modes.commissioning.gateway": "write_access",
    "framework.execution.modes.commissioning.allows_writes": true,
  };

  it("are reached by the mode of their name and by those that the person names", () => {
    const { configuration, problems } = load("", own);
    const { modes, gateways } = configuration.execution;
    expect(problems).toEqual([]);
    expect(gateways).toEqual({ write_access: { address: "ioc.example.org", port: 5064, network: "bridge" } });
    const reached = Object.entries(modes).map(([name, { gateway }]) => [name, gateway]);
    expect(Object.fromEntries(reached)).toEqual({
      read_only: null,
      simulation: null,
      write_access: "write_access",
      commissioning: "write_access",
    });
  });

  it("are not for a workspace's file to say, which is told where it tries", () => {
    const text = lines(
      "framework:",
      "  execution:",
      "    epics: {gateways: {read_only: {address: elsewhere.example.org}}}",
      "    modes: {read_only: {gateway: write_access, networks: [bridge], environment: {LD_PRELOAD: x}}}",
    );
    const { configuration, problems } = load(text, own);
    expect(Object.keys(configuration.execution.gateways)).toEqual(["write_access"]);
    expect(configuration.execution.modes.read_only).toMatchObject({
      gateway: null,
      networks: [],
      environment: {},
    });
    expect(problems.map(({ line }) => line)).toEqual([3, 4, 4, 4]);
    expect(problems[0]?.message).toBe(
      "framework.execution.epics.gateways.read_only.address is not for a workspace's file to say: none stays in force.",
    );
  });
});

describe("keys of other documents", () => {
  const severities = (text: string) => load(text).problems.map(({ severity, line }) => [severity, line]);

  it("are accepted and said to change nothing, and the rest of the file counts", () => {
    const text = lines(
      "approval: {global_mode: selective, capabilities: {python_execution: {enabled: true, mode: all_code}}}",
      "framework:",
      "  pipeline: { name: Lab }",
      "  python_executor: { max_generation_retries: 3 }",
      "  execution:",
      "    epics: { timeout: 5.0 }",
      "    limits: { seconds: 20 }",
      "langfuse: { enabled: true }",
    );
    expect(severities(text)).toEqual([3, 4, 6, 8].map((line) => ["information", line]));
    const { configuration, problems } = load(text);
    expect(configuration.approval.globalMode).toBe("selective");
    expect(configuration.execution.limits.seconds).toBe(20);
    expect(problems[3]!.message).toBe("langfuse is accepted and changes nothing: no key here has that name.");
  });

  it.each([
    ["gobal_mode: all_capabilities"],
    ["Approval: {global_mode: all_capabilities}"],
    ["aproval: {global_mode: all_capabilities}"],
    ["global_mode: all_capabilities"],
    ["safety: {global_mode: all_capabilities}"],
    ["safety: [{deeper: {requires_approval: true}}]"],
    ["approval: {capabilities: {python: {mode: all_code}}}"],
    ["approval: {anything: 1}"],
    ["framework: {execution: {epics: {enabled_writes: false}}}"],
    ["framework: {execution: {epics: {write_enabled: false}}}"],
    ["framework: {execution: {epics: {no_writes: true}}}"],
    ["framework: {execution: {modes: {read_only: {ask_first: true}}}}"],
    ["framework: {execution: {limit: {seconds: 5}}}"],
    ["framework: {execution: {limits: {second: 5}}}"],
  ])("are none where they could be meant to guard something: %s", (text) => {
    expect(severities(`${text}\n`)).toEqual([["error", 1]]);
    expect(load(text, loose).configuration.approval.globalMode).toBe("all_capabilities");
  });
});

describe("what YAML 1.1 reads, as the framework's own loader does", () => {
  const enabled = (word: string) =>
    load(`approval: {capabilities: {memory: {enabled: ${word}}}}\n`, { [MEMORY]: false });

  it.each([
    ...["yes", "Yes", "YES", "on", "On", "ON", "true"].map((word) => [word, true] as const),
    ...["no", "No", "NO", "off", "Off", "OFF", "false"].map((word) => [word, false] as const),
  ])("%s means what it says", (word, value) => {
    const { configuration, problems } = enabled(word);
    expect(problems).toEqual([]);
    expect(configuration.approval.memory.enabled).toBe(value);
  });

  it.each(["y", "n", "'yes'", '"off"', "yes please", "yEs", "1"])("%s is a mistake", (word) => {
    expect(enabled(word).problems[0]).toMatchObject({ severity: "error", line: 1 });
  });

  it("leaves such words text where text is asked for, also as names", () => {
    const text = "analysis: {effects: {y.on: network}}\nframework: {execution: {data: [yes, on]}}\n";
    const { configuration, problems } = load(text);
    expect(problems).toEqual([]);
    expect(configuration.analysis.effects).toEqual({ "y.on": "network" });
    expect(configuration.execution.data).toEqual(["yes", "on"]);
  });

  it("a merged mapping gives what is not said beside it, the first of several first", () => {
    const text = lines(
      "framework:",
      "  execution:",
      "    modes:",
      "      read_only: &reading {kernel_name: reading, limits: {seconds: 10}}",
      "      other: &other {kernel_name: other, data: [more]}",
      "      mine: {<<: *reading, kernel_name: mine}",
      "      both: {<<: [*reading, *other]}",
    );
    const { configuration, problems } = load(text);
    expect(problems).toEqual([]);
    const { mine, both } = configuration.execution.modes;
    expect([mine!.kernelName, mine!.limits.seconds]).toEqual(["mine", 10]);
    expect([both!.kernelName, both!.limits.seconds, both!.data]).toEqual(["reading", 10, ["more"]]);
  });

  it("a merged mapping is checked like any other, and may hold itself", () => {
    const mistaken = "a: &a {global_mode: selective}\napproval: {<<: *a, gobal_mode: selective}\n";
    expect(load(mistaken).problems.map(({ severity }) => severity)).toContain("error");
    const itself = "approval: &a {<<: *a, global_mode: selective}\n";
    expect(load(itself).configuration.approval.globalMode).toBe("selective");
    expect(load("approval: {'<<': {global_mode: selective}}\n").problems[0]!.severity).toBe("error");
  });
});

describe("the framework's own documents", () => {
  it("work unchanged, and what means nothing here is said", () => {
    const text = lines(
      "import: framework/config.yml",
      "build_dir: ./build",
      "approval:",
      "  global_mode: selective",
      "  capabilities:",
      "    python_execution: {enabled: true, mode: all_code}",
      "    memory: {enabled: true}",
      "    plan: {enabled: false}",
      "    deployment: {enabled: true}",
      "deployed_services: [framework.jupyter, framework.pipelines, applications.als_expert.logbook]",
      "framework:",
      "  execution:",
      "    execution_method: container",
      "    data: [data]",
      "    epics:",
      "      writes_enabled: false",
      "      gateways: {read_only: {address: localhost, port: 5064}}",
      "    modes:",
      "      read_only: {kernel_name: python3-epics-readonly, allows_writes: false, requires_approval: false, gateway: read_only}",
      "      write_access: {kernel_name: python3-epics-write, allows_writes: true, requires_approval: true, gateway: write_access}",
    );
    const { configuration, problems } = load(text);
    expect(problems.map(({ severity, line }) => [severity, line])).toEqual(
      [1, 2, 8, 9, 17].map((line) => ["information", line]),
    );
    expect(configuration.services).toContain("applications.als_expert.logbook");
  });
});
