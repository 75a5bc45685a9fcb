import { expect, it } from "vitest";
import { Workbench } from "../workbench.ts";

it("the packaged extension installs, and its commands are in the palette", async () => {
  const workbench = await Workbench.forTest();
  await workbench.page.keyboard.press("F1");
  await workbench.quickInput.fill(">Countersign: ");
  await workbench.quickInput.row("Countersign: Open Sample Workspace").waitFor();
  // A process that the host is just forking carries its command line for a moment.
  await expect.poll(() => workbench.extensionHosts().length).toBe(1);
});
