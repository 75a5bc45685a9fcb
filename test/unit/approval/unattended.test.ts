import { expect, it, onTestFinished, vi } from "vitest";
import { Unattended } from "../../../src/approval/unattended.ts";
import { quiet } from "./bench.ts";
import { bench, type Bench } from "./support.ts";

function attend(window: Bench, ...kinds: readonly string[]): Unattended {
  const unattended = new Unattended({ approvals: window.inbox, kinds: new Set(kinds), log: quiet });
  onTestFinished(() => unattended.dispose());
  return unattended;
}

it("performs what was approved, once, though nobody waits for it", async () => {
  const window = bench();
  attend(window, "note");
  const { id } = await window.asked();
  expect(window.types(id)).not.toContain("started");
  await window.approve(id);
  await vi.waitFor(() => expect(window.inbox.outcome(id)).toMatchObject({ state: "finished" }));
  expect(window.types(id).filter((type) => type === "started")).toHaveLength(1);
});

it("takes up what an earlier window left approved", async () => {
  const window = bench();
  const id = await window.approved();
  const unattended = attend(window, "note");
  expect(window.inbox.outcome(id)).toBeUndefined();
  unattended.resume();
  await vi.waitFor(() => expect(window.inbox.outcome(id)).toMatchObject({ state: "finished" }));
});

it("leaves alone what others wait for", async () => {
  const window = bench();
  const unattended = attend(window, "other");
  const id = await window.approved();
  unattended.resume();
  await unattended.dispose();
  expect(window.inbox.get(id).state).toBe("approved");
});
