import { expect, it } from "vitest";
import { TestWorkspace } from "./house.ts";

it("a file that changes after the approval refuses the run, and the same code asked anew says what changed and runs once", async () => {
  const workspace = await TestWorkspace.forTest();
  const window = await workspace.open();
  await workspace.write("limits.txt", "1\n");
  workspace.code = ['results = {"limit": int(open("limits.txt").read())}\n'];
  const id = await window.ask("What is the limit?");
  const first = await window.waiting(id);
  const { approvals } = window.house;
  const shown = await approvals.show(first.id, AbortSignal.timeout(10_000));
  await workspace.write("limits.txt", "2\n");
  await approvals.decide(first.id, { verdict: "approve" }, shown.proof);
  expect(await window.outcome(first.id)).toEqual({
    state: "refused",
    reason: "Changed since it was approved: limits.txt changed.",
  });
  expect((await window.ended(id)).state).toBe("failed");

  (await window.agent()).askAnew(first.id);
  const second = await window.waiting(id);
  const [comparison] = approvals.compare(await approvals.show(second.id, AbortSignal.timeout(10_000)));
  expect(comparison).toMatchObject({
    earlier: { id: first.id },
    since: "approved",
    gained: [],
    lost: [],
    world: ["limits.txt changed"],
  });
  expect(comparison?.before).toBe(comparison?.now);
  await window.approve(second.id);
  const outcome = await window.outcome(second.id);
  if (outcome.state !== "finished") throw new Error(JSON.stringify(outcome));
  expect(JSON.parse(outcome.result.resultsText)).toEqual({ limit: 2 });
  const asked = workspace.server!.requests.filter(({ schema }) => schema === "python");
  expect(asked).toHaveLength(1);
});
