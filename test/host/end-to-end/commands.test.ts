import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Workbench } from "../workbench.ts";
import { ask, QUESTIONS } from "./analyses.ts";

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
