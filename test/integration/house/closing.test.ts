import { afterEach, beforeEach, expect, it } from "vitest";
import { TestWorkspace, ownContainers, type Window } from "./house.ts";

const CLOSED_WITHIN_MS = 4_000;
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
