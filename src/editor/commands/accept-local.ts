import { commands } from "vscode";
import type { Countersign } from "../../countersign.ts";
import { isCountersignError } from "../../errors.ts";
import { COMMANDS } from "../command-ids.ts";
import type { Dialogs } from "../dialogs.ts";
import type { House } from "../house.ts";
import { localOffer } from "../local-offer.ts";
import { chooseLocal } from "../settings.ts";

const ACCEPT = "Run without Isolation";

const OVERRULED =
  "This workspace's configuration file asks for containers, and a file may be stricter than your own settings: nothing runs without isolation here.";
const OPEN_FILE = "Open Configuration File";

/** Offers the local method once, in a modal dialog that says what it gives up. True where runs are local from now on. */
export async function offerLocal(dialogs: Dialogs, house: Pick<House, "enter">): Promise<boolean> {
  const countersign = await house.enter();
  const detail = localOffer(await isEngineMissing(countersign));
  const chosen = await dialogs.modal("Run Python without isolation?", detail, ["Not Now", ACCEPT]);
  if (chosen !== ACCEPT) return false;
  await chooseLocal();
  await countersign.reloadConfiguration();
  if (countersign.configuration.configuration.execution.method === "local") return true;
  const next = await dialogs.warn(OVERRULED, OPEN_FILE);
  if (next === OPEN_FILE) await commands.executeCommand(COMMANDS.openConfiguration);
  return false;
}

async function isEngineMissing(countersign: Countersign): Promise<boolean> {
  try {
    await (await countersign.containers()).engine();
    return false;
  } catch (error) {
    if (isCountersignError(error) && error.code === "engine-missing") return true;
    throw error;
  }
}
