import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Workbench } from "../workbench.ts";
import { ask, leaveRun, QUESTIONS } from "./analyses.ts";

const LIMIT = { timeout: 60_000 };
const opened = Workbench.forFile();

it("the terminal command that is copied analyses files with VS Code's own Node, in a bare shell", async () => {
  const workbench = opened();
  await workbench.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await workbench.command("Countersign: Copy Terminal Command");
  await workbench.notification(/Copied/).waitFor(LIMIT);
  const line = await workbench.page.evaluate<string>("navigator.clipboard.readText()");

  const file = join(workbench.workspace, "it's here.py");
  writeFileSync(file, 'open("notes.txt", "w").write("ordinary")\n');
  const pasted = line.replace(/FILE$/, `"${file}"`);
  const shell = { env: { PATH: "/usr/bin:/bin", HOME: workbench.workspace }, encoding: "utf8" } as const;
  expect(execFileSync("/bin/sh", ["-c", pasted], shell)).toMatch(/it's here\.py.*allow|allow/s);
});

it("old runs are named before they are removed, and nothing is where the person does not say so", async () => {
  const workbench = opened();
  const old = leaveRun(workbench, "2026-01-01-an-old-question-0123abcd", 120);
  const recent = leaveRun(workbench, "2026-11-01-a-recent-question-4567abcd", 2);
  const { modal } = workbench;
  for (const answer of ["Not Now", "Remove"]) {
    await workbench.command("Countersign: Remove Old Runs…");
    const said = await modal.text();
    expect(said).toContain("Remove the runs of 1 analysis?");
    expect(said).toContain("an-old-question");
    expect(said).not.toContain("a-recent-question");
    expect(await modal.defaultButton()).toBe("Not Now");
    expect(existsSync(old)).toBe(true);
    await modal.press(answer);
  }
  await expect.poll(() => existsSync(old), LIMIT).toBe(false);
  expect(existsSync(recent)).toBe(true);
  await workbench.command("Countersign: Remove Old Runs…");
  await workbench.notification(/No run is older than 90 days/).waitFor(LIMIT);
});

it("the sample workspace is copied, opened, and its questions can be asked", async () => {
  const workbench = opened();
  await workbench.command("Countersign: Open Sample Workspace");
  const loaded = workbench.page.waitForEvent("load", LIMIT);
  await workbench.quickInput.choose("In Countersign's own storage");
  await loaded;
  await workbench.page.waitForURL(/countersign-sample/, LIMIT);
  await ask(workbench, QUESTIONS.carbonDioxide);
  await workbench.codeLens(/Run once: reads data\/co2-concentration\.csv/).waitFor(LIMIT);
});
