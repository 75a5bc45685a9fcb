import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RequestId } from "../../../src/approval/decisions.ts";
import { LABEL } from "../../../src/containers/engine.ts";
import { ControlSystem } from "../control/control-system.ts";
import { Laboratory } from "../python/laboratory.ts";
import { ownContainers, TestWorkspace, type Window } from "./house.ts";
import { killedAt } from "./killing.ts";

const RAISE = `import epics

channel = "SR:MAG:QF1:CURRENT"
before = epics.caget(channel, timeout=10)
epics.caput(channel, 3.5, wait=True)
results = {"before_A": before, "after_A": epics.caget(channel, use_monitor=False)}
`;
const RAISE_AND_STAY = `import epics, time

epics.caput("SR:MAG:QF1:CURRENT", 4.5, wait=True)
print("at work", flush=True)
time.sleep(300)
`;
let system: ControlSystem;
let workspace: TestWorkspace;
let window: Window;

beforeAll(async () => {
  const lab = await Laboratory.open();
  const { container } = lab.configuration;
  system = await ControlSystem.prepare(
    await lab.containers.engine(),
    container,
    AbortSignal.timeout(280_000),
  );
  await system.start();
  await lab.dispose();
});

afterAll(async () => {
  await system.dispose();
});

beforeEach(async () => {
  workspace = await TestWorkspace.make();
  workspace.code = [RAISE];
  workspace.mode = "write_access";
  for (const name of ["read_only", "write_access"]) {
    workspace.settings[`framework.execution.epics.gateways.${name}.address`] = system.address;
    workspace.settings[`framework.execution.epics.gateways.${name}.network`] = system.network;
  }
  workspace.settings["framework.execution.epics.writes_enabled"] = true;
});

afterEach(async () => {
  await workspace.dispose();
});

async function open(): Promise<Window> {
  window = await workspace.open();
  return window;
}

const refusal = (id: RequestId): string => window.house.approvals.get(id).judgement.reason;

it("a control write that a person approved sets the channel, once, and the record says what was put", async () => {
  await open();
  const { request, outcome } = await window.perform("Raise the current of QF1");
  expect(request.assessment.summary).toContain("sets 1 channel: SR:MAG:QF1:CURRENT = 3.5");
  expect(request.assessment.isolation.summary).toContain(
    `reaches nothing but ${system.address}:5064 through the control gateway write_access: while this runs only these puts pass, and each is recorded: SR:MAG:QF1:CURRENT = 3.5`,
  );
  expect(request.judgement).toMatchObject({ verdict: "ask" });
  if (outcome.state !== "finished") throw new Error(JSON.stringify(outcome));
  expect(JSON.parse(outcome.result.resultsText)).toMatchObject({ after_A: 3.5 });
  expect(outcome.result.control!.puts).toEqual([
    expect.objectContaining({ channel: "SR:MAG:QF1:CURRENT", value: 3.5, passed: true }),
  ]);
  const told = await readFile(join(outcome.result.folder, "run.json"), "utf8");
  expect(JSON.parse(told)).toMatchObject({
    control: { gateway: "write_access", puts: [{ channel: "SR:MAG:QF1:CURRENT", value: 3.5 }] },
  });
});

it("the way to the control system is made ready while the question is answered, before anybody approves", async () => {
  workspace.settings["framework.container.pool_size"] = 1;
  await open();
  await window.ask("Raise the current of QF1");
  const engine = await (await window.house.containers()).engine();
  const gateways = async () => {
    const names = (await ownContainers()).filter((name) => name.endsWith("-control-gateway"));
    return (await Promise.all(names.map((name) => engine.inspect(name)))).map((found) => found?.state);
  };
  await expect.poll(gateways, { timeout: 60_000 }).toContain("running");
});

it("a control write in a mode that allows none is refused, with the mode that would do, and nobody is asked", async () => {
  workspace.mode = "read_only";
  await open();
  const id = await window.ask("Raise the current of QF1");
  const analysis = await window.ended(id);
  expect(analysis.state).toBe("failed");
  const [request] = window.house.approvals.recent(1);
  expect(request).toMatchObject({ state: "refused" });
  expect(refusal(request!.id)).toContain(
    "mode read_only does not allow control writes. Mode write_access does",
  );
  expect(workspace.asked("python")).toBe(1);
});

it("an approval does not outlive the control system that it was given for", async () => {
  await open();
  const request = await window.waiting(await window.ask("Raise the current of QF1"));
  workspace.settings["framework.execution.epics.gateways.write_access.port"] = 6000;
  await window.house.reloadConfiguration();
  await window.approve(request.id).catch(() => undefined);
  const outcome = await window.outcome(request.id);
  expect(outcome).toMatchObject({
    state: "refused",
    reason: "Changed since it was approved: the control system that it reaches is configured otherwise.",
  });
});

it("code in which no control write was recognised puts nothing, even where a person approved it in a mode that writes", async () => {
  workspace.code = [
    `import epics
names = dir(epics)
put = vars(epics)[[name for name in names if name.startswith("cap") and len(name) == 5][0]]
try:
    status = put("SR:MAG:QF1:CURRENT", 9.5, wait=True, timeout=5)
except Exception as error:
    status = str(error)
results = {"status": str(status), "now": epics.caget("SR:MAG:QF1:CURRENT", timeout=10, use_monitor=False)}
`,
  ];
  await open();
  const { request, outcome } = await window.perform("Do something dynamic");
  expect(request.assessment.effects.map(({ kind }) => kind)).not.toContain("control-write");
  expect(request.assessment.effects.map(({ kind }) => kind)).toContain("dynamic");
  if (outcome.state !== "finished") throw new Error(JSON.stringify(outcome));
  const results = JSON.parse(outcome.result.resultsText) as { readonly now: number };
  expect(results.now).not.toBe(9.5);
  expect(outcome.result.control!.puts.filter(({ passed }) => passed)).toEqual([]);
});

describe("a run that may write to a control system", () => {
  /** Opened and approved in a window that is gone when this resolves, while the code was at work. */
  async function closed(): Promise<RequestId> {
    await open();
    const { id } = await window.waiting(await window.ask("How far?"));
    const atWork = window.printed("at work");
    await window.approve(id);
    await atWork;
    await window.close();
    expect(await ownContainers()).toEqual([]);
    return id;
  }

  async function killed(): Promise<RequestId> {
    return (await killedAt(workspace, "at work")).request;
  }

  it.each([
    ["closes", closed],
    ["is killed", killed],
  ])("ends with its window, which %s, and the next one says so with what was put", async (_, gone) => {
    workspace.code = [RAISE_AND_STAY];
    const id = await gone();
    const next = await workspace.open();
    (await next.agent()).resume();
    const outcome = await next.outcome(id);
    expect(outcome).toMatchObject({
      state: "cancelled",
      error: {
        message: expect.stringContaining("cancelled when its window closed: what may write") as string,
      },
      result: {
        text: expect.stringMatching(/^at work$/m) as string,
        control: { puts: [{ channel: "SR:MAG:QF1:CURRENT", value: 4.5, passed: true }], leftOut: 0 },
      },
    });
    expect(next.started(id)).toBe(1);
    const engine = await (await next.house.containers()).engine();
    const named = (await engine.containers(`${LABEL}=sandbox`)).map(({ name }) => name);
    expect(named).not.toContain(`countersign-run-${id}`);
  });
});
