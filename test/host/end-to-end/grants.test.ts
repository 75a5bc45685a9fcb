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
const LIMIT = { timeout: 60_000 };

it(
  "what a grant allows runs without being asked about, until it is revoked in the Grants view",
  { timeout: 2 * RUN_LIMIT_MS },
  async () => {
    const workbench = opened();
    await ask(workbench, QUESTIONS.carbonDioxide);
    const panel = await details(workbench);
    await panel.getByLabel("What is approved").selectOption("8 hours: the same effects in this workspace");
    await expect.poll(() => button(panel, "Run Once").isEnabled(), LIMIT).toBe(true);
    await button(panel, "Run Once").click();
    await finishedAttempts(workbench, 1);
    expect(rowsOf(workbench, "grant")).toHaveLength(1);

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

function runsAskedFor(workbench: Workbench): ReturnType<typeof rowsOf> {
  return rowsOf(workbench, "requested").filter(({ body }) => body.includes('"kind":"python-run"'));
}
