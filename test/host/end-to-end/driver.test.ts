import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Workbench } from "../workbench.ts";

/** The driver against VS Code's own features, so that a failing test of ours is not the driver's fault. */
function folderWith(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "countersign-driver-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), text);
  return folder;
}

it("opens a file, types into it, and finds the window again after a reload", async () => {
  const workbench = await Workbench.forTest({ workspace: folderWith("some.py", "first = 1\n") });
  await workbench.openFile("some.py");
  await expect.poll(() => workbench.editorText()).toContain("first = 1");

  const typed = "def f(x):\n    if x:\n        return {'a': [1, (2)]}";
  await workbench.replaceEditorText(typed);
  await expect.poll(() => workbench.editorText()).toBe(typed);
  await workbench.command("File: Save");
  await workbench.tab("some.py").and(workbench.page.locator(":not(.dirty)")).waitFor();

  const [before] = workbench.extensionHosts();
  await workbench.reloadWindow();
  await workbench.activeTab("some.py").waitFor();
  await expect.poll(() => workbench.extensionHosts().at(-1)).not.toBe(before);
});

it("reads the host's modal dialog and presses its buttons", async () => {
  const workbench = await Workbench.forTest({ workspace: folderWith("some.txt", "text\n") });
  await workbench.openFile("some.txt");
  await workbench.replaceEditorText("changed");
  await workbench.command("View: Close Editor");
  expect(await workbench.modal.text()).toContain("some.txt");
  const buttons = await workbench.modal.buttons();
  expect(buttons).toContain("Cancel");
  await workbench.modal.press("Cancel");
  await workbench.activeTab("some.txt").waitFor();
});

it("opens untrusted folders in Restricted Mode", async () => {
  const workbench = await Workbench.forTest({
    workspace: folderWith("some.txt", "text\n"),
    settings: { "security.workspace.trust.startupPrompt": "never" },
    trusted: false,
  });
  await workbench.statusBarItem("Restricted Mode").waitFor();
});

it("changes themes while the window is open", async () => {
  const workbench = await Workbench.forTest({ workspace: folderWith("some.txt", "text\n") });
  for (const theme of ["light", "high-contrast", "high-contrast-light", "dark"] as const) {
    await workbench.useTheme(theme);
  }
});
