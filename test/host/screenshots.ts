// npm run screenshots: pictures of every surface for people to look at, in the folder that SCREENSHOTS names.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Workbench, type Size, type WorkbenchOptions } from "./workbench.ts";
import {
  ask,
  button,
  details,
  finishedAttempts,
  leaveRun,
  QUESTIONS,
  runOnceInline,
} from "./end-to-end/analyses.ts";

/** The one in the middle is for pictures in the README. */
const SIZES: readonly Size[] = [
  { width: 1280, height: 800 },
  { width: 1400, height: 900 },
  { width: 1920, height: 1080 },
];
/** By the names that VS Code's settings give them. */
const THEMES = { light: "Light Modern", dark: "Dark Modern", "high-contrast": "Default High Contrast" };
const LIMIT = { timeout: 60_000 };

/** What `show` opens is what a change of the window's size closes: it is opened at each size. */
type Look = (name: string, show?: () => Promise<void>) => Promise<void>;

/** Code, dialog and panel of a request, and the views beside them. */
async function takeRequest(workbench: Workbench, look: Look): Promise<void> {
  await workbench.command("Countersign: Focus on Approvals View");
  await ask(workbench, QUESTIONS.carbonDioxide);
  await workbench.codeLens(/Run once/).waitFor(LIMIT);
  await look("inline");
  await workbench.codeLens(/Run once/).click();
  await workbench.modal.text();
  await look("modal");
  await workbench.modal.press("Show Details");
  await workbench.webview().getByRole("button", { name: "Run Once" }).waitFor(LIMIT);
  await look("panel-beside");
  await workbench.command("View: Close Editors in Other Groups");
  await look("panel");
}

/** What came of it, with every view open. */
async function takeRun(workbench: Workbench, look: Look): Promise<void> {
  await workbench.command("View: Close All Editors");
  await workbench.treeRows("Approvals").first().click();
  await runOnceInline(workbench);
  await finishedAttempts(workbench, 1);
  await workbench.tab("notebook.ipynb").waitFor(LIMIT);
  await workbench.page
    .locator(".notebookOverlay .cell-list-container .cell-editor-container")
    .first()
    .waitFor(LIMIT);
  for (const view of ["Memory", "Containers", "Analyses"]) {
    await workbench.command(`Countersign: Focus on ${view} View`);
  }
  await look("notebook");
  // The notification about it hides by itself: the list keeps it.
  await workbench.treeRows("Approvals").filter({ hasText: "Mauna Loa" }).first().click(LIMIT);
  await expect.poll(() => button(workbench.webview(), "Remember").isEnabled(), LIMIT).toBe(true);
  await workbench.command("View: Close Editors in Other Groups");
  await look("memory-panel");
}

/** The same question again: what is different since it was approved. */
async function takeAgain(workbench: Workbench, look: Look): Promise<void> {
  await workbench.clear();
  await ask(workbench, QUESTIONS.carbonDioxide);
  await workbench.lensText(/Since approved at/).waitFor(LIMIT);
  const code = await workbench.editorText();
  await workbench.replaceEditorText(`${code}\nopen("/etc/hosts").read()\n`);
  await workbench.page.keyboard.press("ControlOrMeta+Home");
  await workbench.codeLens(/Since approved at.*of the code changed/).waitFor(LIMIT);
  await look("again");
  await workbench.page.keyboard.press("ControlOrMeta+S");
  await workbench.codeLens("Details").click();
  await workbench
    .webview()
    .getByRole("heading", { name: /Since it was last approved/ })
    .waitFor(LIMIT);
  await workbench.command("View: Close Editors in Other Groups");
  await look("again-panel");
}

async function takeRefused(workbench: Workbench, look: Look): Promise<void> {
  await workbench.clear();
  await ask(workbench, QUESTIONS.magnet);
  await workbench.lensText(/Cannot run/).waitFor(LIMIT);
  await look("refused");
  await workbench.codeLens("Details").click();
  await workbench.webview().getByText("no control system").first().waitFor(LIMIT);
  await look("refused-panel");
}

/** The ledger as it is filtered, a finding explained, and what runs by a grant. */
async function takeRules(workbench: Workbench, look: Look): Promise<void> {
  await workbench.clear();
  await ask(workbench, QUESTIONS.carbonDioxide);
  const panel = await details(workbench);
  await panel.getByLabel("What is approved").selectOption({ index: 3 });
  const granting = button(panel, "Run, and Allow the Same for 8 Hours");
  await expect.poll(() => granting.isEnabled(), LIMIT).toBe(true);
  await look("granting");
  await granting.click();
  await workbench.command("Countersign: Focus on Grants View");
  await workbench.treeRows("Grants").first().waitFor(LIMIT);
  await look("grants");
  await workbench.command("Countersign: Open Ledger");
  await look("ledger");
  await workbench.page.keyboard.press("Escape");
}

/** What sets a channel, where a control system is configured: nobody has to be behind it to be asked. */
async function takeControl(workbench: Workbench, look: Look): Promise<void> {
  await workbench.command("Countersign: Focus on Containers View");
  await ask(workbench, QUESTIONS.magnet);
  await workbench.codeLens(/Run once/).waitFor(LIMIT);
  await workbench.treeRows("Containers").filter({ hasText: "control_gateway" }).waitFor(LIMIT);
  await look("control");
  await workbench.codeLens(/Run once/).click();
  await workbench.modal.text();
  await look("control-modal");
  await workbench.modal.press("Show Details");
  await workbench.webview().getByRole("button", { name: "Run Once" }).waitFor(LIMIT);
  await look("control-panel");
}

/** What is given up or removed is said before. */
async function takeDialogs(workbench: Workbench, look: Look): Promise<void> {
  await workbench.clear();
  leaveRun(workbench, "2020-01-01-an-old-question-0123abcd", 2_000);
  leaveRun(workbench, "2026-11-27-a-recent-question-4567abcd", 1);
  await workbench.command("Countersign: Remove Old Runs…");
  await workbench.modal.text();
  await look("remove-runs");
  await workbench.modal.press("Not Now");
  await workbench.command("Countersign: Run on a Jupyter Server…");
  for (const text of ["https://jupyter.example.org/user/ada", "a-token"]) {
    await workbench.quickInput.answer(text);
    await workbench.quickInput.leaves(text);
  }
  await workbench.modal.text();
  await look("jupyter-server");
  await workbench.modal.press("Not Now");
}

/** What the workspace's file asks for beyond the person's settings: the question, and the way to be asked again. */
async function takeLoosening(workbench: Workbench, look: Look): Promise<void> {
  await workbench.clear();
  const loose = "approval:\n  capabilities:\n    python_execution:\n      mode: effects\n";
  writeFileSync(join(workbench.workspace, "countersign.yml"), loose);
  await workbench
    .notification(/Waits for your decision/)
    .getByRole("button", { name: "Details" })
    .click(LIMIT);
  await expect.poll(() => button(workbench.webview(), "Allow").isEnabled(), LIMIT).toBe(true);
  await look("loosening-panel");
  const reject = button(workbench.webview(), "Reject");
  await reject.click();
  await reject.click();
  await workbench
    .webview()
    .getByText(/Rejected by/)
    .first()
    .waitFor(LIMIT);
  await workbench.command("View: Close All Editors");
  await workbench.openFile("countersign.yml");
  await workbench.page.locator(".squiggly-warning, .squiggly-info").first().waitFor(LIMIT);
  await workbench.page.keyboard.press("F8");
  await look("loosening-problem");
  await workbench.page.keyboard.press("Escape");
  await look("loosening-light-bulb", async () => {
    await workbench.page.keyboard.press("Escape");
    await workbench.page.keyboard.press("ControlOrMeta+.");
    await workbench.page.locator(".action-widget").first().waitFor(LIMIT);
  });
  await workbench.page.keyboard.press("Escape");
}

/** The sample workspace of an operator who allows control writes: they and their own settings both have to. */
function operatorsWorkspace(): string {
  const folder = mkdtempSync(join(tmpdir(), "countersign-operator-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(join(import.meta.dirname, "../../media/sample-workspace"), folder, { recursive: true });
  writeFileSync(join(folder, "countersign.yml"), "framework: {execution: {epics: {writes_enabled: true}}}\n");
  return folder;
}

interface Window {
  readonly workbench: Workbench;
  readonly look: Look;
}

async function open(theme: string, name: string, options: WorkbenchOptions = {}): Promise<Window> {
  const folder = process.env.SCREENSHOTS ?? "";
  expect(folder, "SCREENSHOTS names the folder for the pictures").not.toBe("");
  const workbench = await Workbench.forTest({
    ...options,
    settings: { ...options.settings, "workbench.colorTheme": name },
    environment: { GIT_CONFIG_GLOBAL: "/dev/null" },
  });
  const look: Look = async (what, show) => {
    for (const size of SIZES) {
      await workbench.page.setViewportSize(size);
      await show?.();
      await workbench.screenshot(join(folder, `${what}-${size.width}-${theme}.png`), size);
    }
  };
  return { workbench, look };
}

it.each(Object.entries(THEMES))(
  "takes a picture of what reaches a control system, and of dialogs, %s",
  { timeout: 600_000 },
  async (theme, name) => {
    const settings = {
      "countersign.execution.controlWrites": true,
      "countersign.execution.controlGateways": { write_access: { address: "10.0.0.1" } },
    };
    const { workbench, look } = await open(theme, name, { workspace: operatorsWorkspace(), settings });
    await takeControl(workbench, look);
    await takeDialogs(workbench, look);
    await takeLoosening(workbench, look);
  },
);

it.each(Object.entries(THEMES))(
  "takes a picture of every surface, %s",
  { timeout: 600_000 },
  async (theme, name) => {
    const { workbench, look } = await open(theme, name);
    await takeRequest(workbench, look);
    await takeRun(workbench, look);
    await takeAgain(workbench, look);
    await takeRefused(workbench, look);
    await takeRules(workbench, look);
  },
);
