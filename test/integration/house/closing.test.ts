import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { TestWorkspace, ownContainers, type Window } from "./house.ts";

const CLOSED_WITHIN_MS = 4_000;
const ENDLESS =
  "print('at work', flush=True)\nopen('half.txt', 'w').write('half')\nimport time\ntime.sleep(300)\n";
let workspace: TestWorkspace;
let window: Window;

beforeEach(async () => {
  workspace = await TestWorkspace.make();
  window = await workspace.open();
});

afterEach(async () => {
  await workspace.dispose();
});

async function closingTime(closed: Window): Promise<number> {
  const before = performance.now();
  await closed.close();
  return performance.now() - before;
}

it("a house that closes during a run is closed in time, ends the run, leaves no container, and the next one tells the truth", async () => {
  workspace.settings["framework.container.pool_size"] = 1;
  await window.house.reloadConfiguration();
  workspace.code = [ENDLESS];
  const id = await window.ask("How long?");
  const request = await window.waiting(id);
  const atWork = window.printed("at work");
  await window.approve(request.id);
  await atWork;
  expect(await closingTime(window)).toBeLessThan(CLOSED_WITHIN_MS);
  expect(await ownContainers()).toEqual([]);

  const next = await workspace.open();
  (await next.agent()).resume();
  const outcome = await next.outcome(request.id);
  expect(outcome).toMatchObject({ state: "cancelled", result: { text: "at work\n" } });
  expect(next.started(request.id)).toBe(1);
  const { notebook } = (outcome as { result: { notebook: string } }).result;
  expect(await readFile(notebook, "utf8")).toContain("at work");
  expect(await next.ended(id)).toMatchObject({ state: "cancelled" });
  expect(next.house.approvals.waiting()).toEqual([]);

  workspace.code = ["print('short')\n"];
  expect((await next.perform("How short?")).outcome).toMatchObject({ state: "finished" });
});

it("a house that closes between the approval and the start leaves the approval to the next one, which starts it once", async () => {
  workspace.code = ["print('once')\n"];
  const id = await window.ask("How often?");
  const request = await window.waiting(id);
  const { approvals } = window.house;
  const claimed = window.until(
    () => (approvals.get(request.id).state === "claimed" ? true : undefined),
    approvals.onDidChange,
  );
  await window.approve(request.id);
  await claimed;
  expect(await closingTime(window)).toBeLessThan(CLOSED_WITHIN_MS);
  expect(await ownContainers()).toEqual([]);

  const next = await workspace.open();
  expect(next.house.approvals.get(request.id).state).toBe("approved");
  (await next.agent()).resume();
  expect(await next.outcome(request.id)).toMatchObject({ state: "finished", result: { text: "once\n" } });
  expect(next.started(request.id)).toBe(1);
  expect(await next.ended(id)).toMatchObject({ state: "finished" });
});

it("a person who cancels between the approval and the start spends the approval", async () => {
  const id = await window.ask("How often?");
  const request = await window.waiting(id);
  const { approvals } = window.house;
  const claimed = window.until(
    () => (approvals.get(request.id).state === "claimed" ? true : undefined),
    approvals.onDidChange,
  );
  await window.approve(request.id);
  await claimed;
  (await window.agent()).cancel(id);
  expect(await window.outcome(request.id)).toMatchObject({ state: "cancelled" });
  expect(window.started(request.id)).toBe(0);
  await window.close();
  const next = await workspace.open();
  (await next.agent()).resume();
  expect(await next.ended(id)).toMatchObject({ state: "cancelled" });
  expect(next.house.approvals.get(request.id).state).toBe("cancelled");
});
