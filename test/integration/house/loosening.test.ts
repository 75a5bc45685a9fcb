import { rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { ApprovalRequest } from "../../../src/approval/request.ts";
import { TestWorkspace, type Window } from "./house.ts";

const never = new AbortController().signal;
const MODE = "approval.capabilities.python_execution.mode";
const file = (mode: string) => `approval: {capabilities: {python_execution: {mode: ${mode}}}}\n`;
let workspace: TestWorkspace;
let window: Window;

beforeEach(async () => {
  workspace = await TestWorkspace.forTest();
});

async function open(): Promise<void> {
  window = await workspace.open();
}

const inForce = () => window.house.configuration.configuration.approval.pythonExecution.mode;
const looseningsIn = ({ house }: Window) =>
  house.approvals.recent(20).filter(({ action }) => action.kind === "loosening");

async function asked(): Promise<ApprovalRequest> {
  await expect.poll(() => looseningsIn(window).filter(({ state }) => state === "requested").length).toBe(1);
  return looseningsIn(window)[0]!;
}

async function accept({ id }: ApprovalRequest): Promise<void> {
  const { approvals } = window.house;
  const { proof } = await approvals.show(id, never);
  await approvals.decide(id, { verdict: "approve" }, proof);
}

describe("a workspace's file that is looser than the person's own settings", () => {
  it("changes nothing until the person says yes, and is then their setting in this workspace", async () => {
    await workspace.write("countersign.yml", file("effects"));
    await open();
    expect(inForce()).toBe("all_code");
    const request = await asked();
    expect(request.assessment.effects).toMatchObject([
      { target: MODE, ordinary: false, summary: `sets ${MODE} to effects, from all_code` },
    ]);
    await accept(request);
    await expect.poll(inForce).toBe("effects");
    expect(window.house.configuration.problems).toEqual([]);
    await window.close();

    await open();
    expect(inForce()).toBe("effects");
    expect(looseningsIn(window).map(({ state }) => state)).toEqual(["finished"]);
  });

  it("is asked about once: a no stays a no, also for the next window", async () => {
    await workspace.write("countersign.yml", file("effects"));
    await open();
    await window.house.approvals.decline((await asked()).id, { verdict: "reject" });
    await window.house.reloadConfiguration();
    await window.close();
    await open();
    await window.house.reloadConfiguration();
    expect(looseningsIn(window).map(({ state }) => state)).toEqual(["rejected"]);
    expect(inForce()).toBe("all_code");
  });

  it("is asked about again where the person wants to, once at a time, also after it was taken back", async () => {
    await workspace.write("countersign.yml", file("effects"));
    await open();
    const { loosenings, approvals } = window.house;
    const first = await asked();
    expect(await loosenings.askAgain()).toBe(first.id);
    await approvals.decline(first.id, { verdict: "reject" });
    const again = await loosenings.askAgain();
    expect(again).not.toBe(first.id);
    expect(await loosenings.askAgain()).toBe(again);
    await accept(approvals.get(again!));
    await expect.poll(inForce).toBe("effects");
    expect(await loosenings.askAgain()).toBeUndefined();
    await loosenings.takeBack();
    await accept(approvals.get((await loosenings.askAgain())!));
    await expect.poll(inForce).toBe("effects");
  });

  it("is asked about anew once it asks for something else, and what was accepted counts no more", async () => {
    await workspace.write("countersign.yml", file("effects"));
    await open();
    await accept(await asked());
    await expect.poll(inForce).toBe("effects");
    await workspace.write("countersign.yml", file("disabled"));
    await window.house.reloadConfiguration();
    expect(inForce()).toBe("all_code");
    expect((await asked()).assessment.effects[0]?.summary).toBe(`sets ${MODE} to disabled, from all_code`);
  });

  it("that changed after it was approved sets nothing", async () => {
    await workspace.write("countersign.yml", file("effects"));
    await open();
    const request = await asked();
    await workspace.write("countersign.yml", file("disabled"));
    await window.house.reloadConfiguration();
    await accept(request);
    await expect.poll(() => window.house.approvals.get(request.id).state).toBe("refused");
    expect(inForce()).toBe("all_code");
  });

  it("counts no more once the person takes it back", async () => {
    await workspace.write("countersign.yml", file("effects"));
    await open();
    await accept(await asked());
    await expect.poll(inForce).toBe("effects");
    await window.house.loosenings.takeBack();
    expect(inForce()).toBe("all_code");
  });

  it("counts no more in a database that is not the one that it was", async () => {
    await workspace.write("countersign.yml", file("effects"));
    await open();
    await accept(await asked());
    await expect.poll(inForce).toBe("effects");
    await window.close();
    await rm(join(workspace.stateDir, "ledger-head.json"));
    await open();
    expect(inForce()).toBe("all_code");
  });

  it("is not asked about in Restricted Mode, nor where it is only stricter", async () => {
    workspace.trusted = false;
    await workspace.write("countersign.yml", file("effects"));
    await open();
    await window.house.reloadConfiguration();
    expect(looseningsIn(window)).toEqual([]);
    await window.close();
    workspace.trusted = true;
    workspace.settings[MODE] = "disabled";
    await open();
    await window.house.reloadConfiguration();
    expect(inForce()).toBe("effects");
    expect(looseningsIn(window)).toEqual([]);
  });
});
