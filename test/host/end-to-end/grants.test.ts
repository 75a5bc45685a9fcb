import type { FrameLocator } from "playwright-core";
import { expect, it } from "vitest";
import { Workbench } from "../workbench.ts";
import {
  ask,
  button,
  details,
  finishedAttempts,
  QUESTIONS,
  rowsOf,
  RUN_LIMIT_MS,
  started,
} from "./analyses.ts";

const opened = Workbench.forFile();
const GRANTING = "Run, and Allow the Same for 8 Hours";
const CHOICES = [
  ["Run, and Allow This Exact Code for 8 Hours", "For 8 hours, exactly this code runs without asking."],
  [
    "Run, and Allow the Same in This Analysis for 24 Hours",
    "For 24 hours, code in this analysis that does no more than this runs without asking.",
  ],
  [GRANTING, "For 8 hours, code in this workspace that does no more than this runs without asking."],
] as const;
const LIMIT = { timeout: 60_000 };

it(
  "what a grant allows runs without being asked about, until it is revoked in the Grants view",
  { timeout: 2 * RUN_LIMIT_MS },
  async () => {
    const workbench = opened();
    await ask(workbench, QUESTIONS.carbonDioxide);
    const panel = await details(workbench);
    await expectButtonsOfChoices(workbench, panel);
    await button(panel, GRANTING).click();
    await finishedAttempts(workbench, 1);
    const [grant, ...more] = rowsOf(workbench, "grant");
    expect(more).toEqual([]);
    expect(grant?.body).toContain('"scope":"workspace"');

    await ask(workbench, QUESTIONS.carbonDioxide);
    await finishedAttempts(workbench, 2);
    const [, second] = started(workbench);
    const decided = rowsOf(workbench, "decided").find(({ request_id }) => request_id === second?.request_id);
    expect(decided?.body).toContain('"by":"grant"');

    await workbench.command("Countersign: Focus on Grants View");
    const row = workbench.treeRows("Grants").first();
    await expect.poll(() => row.innerText(), LIMIT).toMatch(/This workspace until .*used once/);
    await row.hover();
    await row.getByRole("button", { name: "Revoke" }).click();
    await expect.poll(() => rowsOf(workbench, "grant-revoked").length, LIMIT).toBe(1);
    await expect.poll(() => workbench.treeRows("Grants").count(), LIMIT).toBe(0);

    await ask(workbench, QUESTIONS.carbonDioxide);
    await expect.poll(() => runsAskedFor(workbench).length, LIMIT).toBe(3);
    const third = runsAskedFor(workbench).at(-1)?.request_id;
    expect(rowsOf(workbench, "decided").filter(({ request_id }) => request_id === third)).toEqual([]);
    await expect.poll(() => workbench.badge.innerText()).toBe("3");
    expect(started(workbench)).toHaveLength(2);
  },
);

/** By keyboard, as somebody who hears the panel goes through it; ends with eight hours in this workspace. */
async function expectButtonsOfChoices(workbench: Workbench, panel: FrameLocator): Promise<void> {
  await expect.poll(() => button(panel, "Run Once").isEnabled(), LIMIT).toBe(true);
  await panel.getByLabel("What is approved").focus();
  for (const [label, meaning] of CHOICES) {
    await workbench.page.keyboard.press("ArrowDown");
    const approve = button(panel, label);
    expect(await panel.getByRole("status").filter({ hasText: "without asking" }).innerText()).toBe(meaning);
    const told = (await approve.getAttribute("aria-describedby")) ?? "";
    expect(await panel.locator(`[id="${told}"]`).textContent()).toBe(meaning);
    await expect.poll(() => approve.isEnabled(), LIMIT).toBe(true);
  }
}

function runsAskedFor(workbench: Workbench): ReturnType<typeof rowsOf> {
  return rowsOf(workbench, "requested").filter(({ body }) => body.includes('"kind":"python-run"'));
}
