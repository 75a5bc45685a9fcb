import type { Dialogs } from "../dialogs.ts";
import { chooseLocal } from "../settings.ts";

const ACCEPT = "Run without Isolation";

const DETAIL = [
  "No container engine answers. Python can run in a virtual environment on this computer instead.",
  "",
  "▲ The code has your own rights: it can read and change every file that you can, and reach every network that you can.",
  "▲ Nothing can undo what it did.",
  "• Every run asks for your approval, whatever the policy says.",
  "• It never writes to a control system.",
  "",
  "You can take this back in the setting countersign.execution.method.",
].join("\n");

/** Offers the local method once, in a modal dialog that says what it gives up. True where the person agreed. */
export async function offerLocal(dialogs: Dialogs): Promise<boolean> {
  const chosen = await dialogs.modal("Run Python without isolation?", DETAIL, ["Not Now", ACCEPT]);
  if (chosen !== ACCEPT) return false;
  await chooseLocal();
  return true;
}
