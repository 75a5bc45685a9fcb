import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Action, Json } from "../../../src/approval/actions.ts";
import { ConfiguredPolicy } from "../../../src/approval/configured-policy.ts";
import type { RequestId } from "../../../src/approval/decisions.ts";
import { Inbox } from "../../../src/approval/inbox.ts";
import type { Configuration } from "../../../src/config/configuration.ts";
import { systemClock } from "../../../src/host.ts";
import { Analyser } from "../../../src/python/analysis/analyser.ts";
import { PythonExecutor } from "../../../src/python/python-executor.ts";
import type { Output, PythonRun, RunRecord } from "../../../src/python/python-run.ts";
import { openDatabase } from "../../../src/storage/open-database.ts";
import { Laboratory, MEDIA, noSecrets } from "./laboratory.ts";

const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const patient = () => AbortSignal.timeout(120_000);
let lab: Laboratory;
let configuration: Configuration;
let analyser: Analyser;
let inbox: Inbox;
let executor: PythonExecutor;
let outputs: Output[];
let close: () => Promise<void>;

beforeAll(async () => {
  lab = await Laboratory.open();
  analyser = new Analyser();
  await lab.write("data/values.csv", "a\n1\n2\n");
  await lab.containers.ensureSandboxImage(null, () => undefined, AbortSignal.timeout(280_000));
});

afterAll(async () => {
  await lab.dispose();
});

/** The product's own inbox and executor, as a door puts them together. */
beforeEach(() => {
  ({ configuration } = lab);
  const { database } = openDatabase({ stateDir: lab.stateDir, log: quiet, clock: systemClock });
  const door = { identity: () => ({ name: "Ada", knownBy: "os-user" }) as const, trusted: () => true };
  const policy = () => new ConfiguredPolicy(configuration);
  inbox = new Inbox({ database, clock: systemClock, log: quiet, policy, door });
  executor = new PythonExecutor({
    containers: () => Promise.resolve(lab.containers),
    configuration: () => configuration,
    host: {
      clock: systemClock,
      log: quiet,
      secrets: noSecrets,
      stateDir: lab.stateDir,
      workspaceDir: lab.workspace,
    },
    mediaDir: MEDIA,
    analyser,
    subject: (id) => inbox.get(id).context,
  });
  inbox.register(executor.kind);
  outputs = [];
  executor.onOutput(({ output }) => outputs.push(output));
  close = async () => {
    await inbox.dispose();
    await executor.dispose();
    database.dispose();
  };
});

afterEach(async () => {
  await close();
});

async function ask(code: string): Promise<RequestId> {
  const payload = await executor.plan(code, "read_only", []);
  const action: Action<Json> = {
    kind: executor.kind.kind,
    version: executor.kind.version,
    subject: "a test",
    payload: payload as unknown as Json,
  };
  const analysisId = randomUUID();
  const asked = { question: "How many?", objective: "", expectedResults: "", model: "none", attempt: 1 };
  return (await inbox.request(action, analysisId, { ...asked, analysisId })).id;
}

describe("a Python run between request and outcome", () => {
  it("runs what was approved, once, and gives its record to whoever asks", async () => {
    const id = await ask("import pandas as pd\nprint(len(pd.read_csv('data/values.csv')))\n");
    expect(inbox.get(id).assessment.effects).toEqual([
      expect.objectContaining({ kind: "reads-files", target: "data/values.csv", ordinary: true }),
    ]);
    await inbox.decide(id, { verdict: "approve" }, (await inbox.show(id, patient())).proof);
    const both = await Promise.all([
      inbox.perform<RunRecord>(id, patient()),
      inbox.perform<RunRecord>(id, patient()),
    ]);
    expect(both[0]).toEqual(both[1]);
    expect(both[0]).toMatchObject({ state: "finished", result: { text: "2\n" } });
    expect(outputs.filter(({ type }) => type === "ended")).toHaveLength(1);
  });

  it("runs the edited bytes, with the files that the edit names", async () => {
    await lab.write("notes/first.txt", "first");
    await lab.write("notes/second.txt", "second");
    const id = await ask("print(open('notes/first.txt').read())\n");
    const text = "print('edited', open('notes/second.txt').read())\n";
    inbox.saveDraft(id, text);
    const shown = await inbox.show(id, patient());
    expect((shown.action.payload as unknown as PythonRun).inputs.map(({ path }) => path)).toEqual([
      "notes/second.txt",
    ]);
    await inbox.decide(id, { verdict: "approve-edited", text }, shown.proof);
    const outcome = await inbox.perform<RunRecord>(id, patient());
    expect(outcome).toMatchObject({ state: "finished", result: { text: "edited second\n" } });
  });

  it("refuses to run when a file changed after it was approved, and says which", async () => {
    await lab.write("notes/changing.txt", "approved");
    const id = await ask("print(open('notes/changing.txt').read())\n");
    await inbox.decide(id, { verdict: "approve" }, (await inbox.show(id, patient())).proof);
    await lab.write("notes/changing.txt", "something else");
    const outcome = await inbox.perform(id, patient());
    expect(outcome).toMatchObject({
      state: "refused",
      reason: expect.stringContaining("changing.txt") as string,
    });
    expect(outputs).toEqual([]);
  });

  it("fails with the traceback where the code raises", async () => {
    const id = await ask("import pandas as pd\npd.read_csv('data/values.csv')['b']\n");
    await inbox.decide(id, { verdict: "approve" }, (await inbox.show(id, patient())).proof);
    const outcome = await inbox.perform<RunRecord>(id, patient());
    expect(outcome).toMatchObject({
      state: "failed",
      error: { code: "run-failed" },
      result: { error: { name: "KeyError" } },
    });
  });

  it("runs nothing that was rejected: no folder, no output", async () => {
    const before = await readdir(join(lab.workspace, configuration.execution.runsFolder));
    const id = await ask("print('never')\n");
    await inbox.decline(id, { verdict: "reject" });
    expect(await inbox.perform(id, patient())).toMatchObject({ state: "rejected" });
    expect(await readdir(join(lab.workspace, configuration.execution.runsFolder))).toEqual(before);
    expect(outputs).toEqual([]);
  });

  it("runs nothing locally that nobody accepted to run locally", async () => {
    const container = configuration;
    configuration = { ...container, execution: { ...container.execution, method: "local" } };
    const id = await ask("print('local')\n");
    await inbox.decide(id, { verdict: "approve" }, (await inbox.show(id, patient())).proof);
    configuration = container;
    await expect(inbox.perform(id, patient()).then((outcome) => outcome.state)).resolves.not.toBe("finished");
    expect(outputs).toEqual([]);
  });
});
