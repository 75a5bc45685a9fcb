import { afterEach, beforeEach, expect, it } from "vitest";
import { TestWorkspace, ownContainers } from "./house.ts";

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await TestWorkspace.make();
  workspace.code = ["print('ran')\n"];
});

afterEach(async () => {
  await workspace.dispose();
});

const refused = { code: "workspace-untrusted", next: expect.stringContaining("Trust") as string };

it("in an untrusted workspace everything may be looked at, nothing is asked, decided or run, also not what was approved before", async () => {
  const before = await workspace.open();
  const approved = await before.ask("How many?");
  const request = await before.waiting(approved);
  const waits = await before.ask("How many more?");
  const open = await before.waiting(waits);
  workspace.code = [" \n"];
  const failed = await before.ask("And without code?");
  expect(await before.settled(failed)).toMatchObject({ state: "failed" });
  await before.close();
  const decided = await workspace.open();
  // Its agent is not there yet, so nobody takes the decision up.
  await decided.approve(request.id);
  await decided.close();
  const asked = workspace.server!.requests.length;

  workspace.trusted = false;
  const { house } = await workspace.open();
  const agent = await house.agent();
  agent.resume();
  await house.approvals.recover();
  expect(agent.analyses(10)).toHaveLength(3);
  expect(house.approvals.waiting().map(({ id }) => id)).toEqual([open.id]);
  expect((await house.highlight("import os")).length).toBeGreaterThan(0);
  const shown = await house.approvals.show(open.id, AbortSignal.timeout(9_000));
  expect(shown.text).toContain("print");
  expect(shown.assessment.summary).not.toBe("");

  await expect(agent.start("What now?")).rejects.toMatchObject(refused);
  expect(() => agent.retry(failed)).toThrow(expect.objectContaining(refused) as Error);
  await expect(house.approvals.decide(open.id, { verdict: "approve" }, shown.proof)).rejects.toMatchObject(
    refused,
  );
  await expect(house.approvals.perform(request.id, AbortSignal.timeout(9_000))).rejects.toMatchObject(
    refused,
  );
  await expect(house.containers()).rejects.toMatchObject(refused);
  await agent.settled(waits, AbortSignal.timeout(9_000));
  expect([house.approvals.get(request.id).state, house.approvals.get(open.id).state]).toEqual([
    "approved",
    "requested",
  ]);
  expect(workspace.server!.requests).toHaveLength(asked);
  expect(await ownContainers()).toEqual([]);
  await house.dispose();

  workspace.trusted = true;
  const trusted = await workspace.open();
  (await trusted.agent()).resume();
  expect(await trusted.outcome(request.id)).toMatchObject({ state: "finished", result: { text: "ran\n" } });
  expect(trusted.started(request.id)).toBe(1);
});
