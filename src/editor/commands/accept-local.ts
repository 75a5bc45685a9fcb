import { commands } from "vscode";
import { COMMANDS } from "../command-ids.ts";
import type { Dialogs } from "../dialogs.ts";
import type { House } from "../house.ts";
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

const OVERRULED =
  "This workspace's configuration file asks for containers, and a file may be stricter than your own settings: nothing runs without isolation here.";
const OPEN_FILE = "Open Configuration File";

/** Offers the local method once, in a modal dialog that says what it gives up. True where runs are local from now on. */
export async function offerLocal(dialogs: Dialogs, house: Pick<House, "enter">): Promise<boolean> {
  const chosen = await dialogs.modal("Run Python without isolation?", DETAIL, ["Not Now", ACCEPT]);
  if (chosen !== ACCEPT) return false;
  await chooseLocal();
  const countersign = await house.enter();
  await countersign.reloadConfiguration();
  if (countersign.configuration.configuration.execution.method === "local") return true;
  const next = await dialogs.warn(OVERRULED, OPEN_FILE);
  if (next === OPEN_FILE) await commands.executeCommand(COMMANDS.openConfiguration);
  return false;
}
