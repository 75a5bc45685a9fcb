import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { AnalysisId } from "../../../src/agent/analysis.ts";
import { CountersignError } from "../../../src/errors.ts";
import { openScriptedAgent, temporaryFolder, type Opened } from "./support.ts";

const stopped = { message: "The engine stopped.", kept: "The output up to then.", next: "Start it again." };
let folder: ReturnType<typeof temporaryFolder>;
const opened: Opened[] = [];

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  for (const house of opened.splice(0)) await house.close();
  folder.remove();
});

function open(): Opened {
  const house = openScriptedAgent(folder.path);
  opened.push(house);
  return house;
}

async function waitingFor(house: Opened, id: AnalysisId) {
  const analysis = await house.settled(id);
  expect(analysis).toMatchObject({ state: "waiting" });
  return analysis.waitingFor!;
}

const ended = (house: Opened, id: AnalysisId, state: string) =>
  vi.waitFor(() => expect(house.agent.get(id).state).toBe(state));

it("an analysis whose run failed tells why, and a retry asks for a run of its own", async () => {
  const house = open();
  const perform = house.runs.perform.bind(house.runs);
  house.runs.perform = (_run, claim) => {
    claim.start();
    return Promise.reject(new CountersignError("engine-stopped", stopped));
  };
  const id = await house.agent.start("What is 0 + 2?");
  const first = await waitingFor(house, id);
  await house.approve(first);
  await ended(house, id, "failed");
  expect(house.agent.get(id).error).toEqual({ code: "engine-stopped", ...stopped });

  house.runs.perform = perform;
  house.agent.retry(id);
  expect(house.agent.get(id)).toMatchObject({ state: "running" });
  expect(house.agent.get(id).error).toBeUndefined();
  const second = await waitingFor(house, id);
  expect(second).not.toBe(first);
  expect(house.runs.ran).toEqual([]);
  await house.approve(second);
  await ended(house, id, "finished");
  expect(house.runs.ran).toHaveLength(1);
  expect(house.inbox.outcome(first)).toMatchObject({ state: "failed" });
  expect([house.model.textsFor("task"), house.model.textsFor("plan")].map(({ length }) => length)).toEqual([
    1, 1,
  ]);
});

it("another window hears how an analysis goes on that it has no part in", async () => {
  const [here, there] = [open(), open()];
  const heard: string[] = [];
  there.agent.onDidChange((id) => heard.push(there.agent.get(id).state));
  const id = await here.agent.start("What is 0 + 2?");
  await here.approve(await waitingFor(here, id));
  await ended(here, id, "finished");
  await vi.waitFor(() => expect(heard.at(-1)).toBe("finished"));
});

it("code that was refused because the world had changed is asked about again as it is, and only as the last request", async () => {
  const house = open();
  const id = await house.agent.start("What is 0 + 2?");
  const first = await waitingFor(house, id);
  const { proof, text } = await house.inbox.show(first, AbortSignal.timeout(5_000));
  const edited = `${text}  # looked at`;
  house.inbox.saveDraft(first, edited);
  const shown = await house.inbox.show(first, AbortSignal.timeout(5_000));
  expect(shown.proof.hash).not.toBe(proof.hash);
  house.runs.observe = (payload) => Promise.resolve({ ...payload, dataFolders: ["data", "more"] });
  await house.inbox.decide(first, { verdict: "approve-edited", text: edited }, shown.proof);
  await ended(house, id, "failed");
  expect(house.inbox.outcome(first)).toMatchObject({ state: "refused" });

  house.runs.observe = (payload) => Promise.resolve(payload);
  house.agent.askAnew(first);
  const second = await waitingFor(house, id);
  expect(house.inbox.get(second)).toMatchObject({
    action: { payload: { code: edited } },
    context: { previous: first, attempt: 1 },
  });
  expect(house.runs.ran).toEqual([]);
  house.agent.askAnew(first);
  await house.approve(second);
  await ended(house, id, "finished");
  expect(house.runs.ran).toEqual([edited]);
  expect(house.model.textsFor("python")).toHaveLength(1);
  house.agent.askAnew(first);
  expect(house.agent.get(id)).toMatchObject({ state: "finished" });
});

it("what expired is asked about again as the person had edited it", async () => {
  const house = open();
  const id = await house.agent.start("What is 0 + 2?");
  const first = await waitingFor(house, id);
  house.inbox.saveDraft(first, "results = {'edited': True}");
  house.later(24 * 60 * 60 * 1_000);
  expect(house.inbox.get(first).state).toBe("expired");
  await ended(house, id, "cancelled");
  house.agent.askAnew(first);
  const second = await waitingFor(house, id);
  expect(house.inbox.get(second).context).toMatchObject({ previous: first });
  await house.approve(second);
  await ended(house, id, "finished");
  expect(house.runs.ran).toEqual(["results = {'edited': True}"]);
  expect(house.model.textsFor("python")).toHaveLength(1);
});

it("what was rejected is not asked anew", async () => {
  const house = open();
  const id = await house.agent.start("What is 0 + 2?");
  const first = await waitingFor(house, id);
  await house.inbox.decline(first, { verdict: "reject" });
  await ended(house, id, "cancelled");
  house.agent.askAnew(first);
  expect(house.agent.get(id)).toMatchObject({ state: "cancelled" });
});
