import type { Locator } from "playwright-core";
import { expect, it } from "vitest";
import { Workbench } from "../workbench.ts";
import {
  ask,
  button,
  finishedAttempts,
  ledger,
  QUESTIONS,
  RUN_LIMIT_MS,
  runOnceInline,
  started,
} from "./analyses.ts";

const LIMIT = { timeout: 60_000 };
const SETTINGS = {
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
};

async function manageTrust(workbench: Workbench): Promise<Locator> {
  await workbench.command("Workspaces: Manage Workspace Trust");
  return workbench.page.locator(".workspace-trust-editor");
}

async function trust(workbench: Workbench): Promise<void> {
  const editor = await manageTrust(workbench);
  await editor.getByRole("button", { name: "Trust", exact: true }).click(LIMIT);
  await workbench.statusBarItem("Restricted Mode").waitFor({ ...LIMIT, state: "hidden" });
  await workbench.command("View: Close All Editors");
}

/** By taking the folder off VS Code's list of trusted ones: the extension host starts anew. */
async function restrict(workbench: Workbench): Promise<void> {
  const editor = await manageTrust(workbench);
  const row = editor.locator(".monaco-list-row").first();
  await row.hover(LIMIT);
  await row.getByRole("button", { name: /^Delete/ }).click();
  await workbench.statusBarItem("Restricted Mode").waitFor(LIMIT);
  await workbench.command("View: Close All Editors");
}

it(
  "in Restricted Mode what waits may be read and nothing decided, and trust lets it go on",
  { timeout: 2 * RUN_LIMIT_MS },
  async () => {
    const workbench = await Workbench.forTest({ settings: SETTINGS, trusted: false });
    await workbench.statusBarItem("Restricted Mode").waitFor(LIMIT);
    await trust(workbench);
    await ask(workbench, QUESTIONS.carbonDioxide);
    await workbench.codeLens(/Run once/).waitFor(LIMIT);
    const rows = ledger(workbench).length;

    await restrict(workbench);
    await workbench.command("Countersign: Focus on Approvals View");
    await workbench.treeRows("Approvals").first().click(LIMIT);
    await workbench.lensText(/Restricted Mode, nothing can be decided: reads/).waitFor(LIMIT);
    expect(await workbench.editorText()).toContain("co2-concentration.csv");
    await workbench.page.keyboard.type("import os");
    expect(await workbench.editorText()).not.toContain("import os");
    await workbench.codeLens("Details").click();
    const panel = workbench.webview();
    await panel.getByText(/may be read, and nothing can be decided or run/).waitFor(LIMIT);
    for (const act of ["Run Once", "Revise…", "Reject", "Edit in Editor"])
      expect(await button(panel, act).count()).toBe(0);
    await workbench.statusBarItem("Countersign: restricted").waitFor(LIMIT);
    expect(ledger(workbench)).toHaveLength(rows);

    await trust(workbench);
    await workbench.treeRows("Approvals").first().click(LIMIT);
    await runOnceInline(workbench);
    await finishedAttempts(workbench, 1);
    expect(started(workbench)).toHaveLength(1);
  },
);
