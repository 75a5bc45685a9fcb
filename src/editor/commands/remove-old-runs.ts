import type { Dialogs } from "../dialogs.ts";
import type { House } from "../house.ts";
import { bytesInWords } from "../plain-text.ts";

const REMOVE = "Remove";
const MOST_LISTED = 20;

/** Shows which analyses lie beyond what configuration keeps, and removes their folders if the person says so. */
export async function removeOldRuns(dialogs: Dialogs, house: Pick<House, "enter">): Promise<number> {
  const countersign = await house.enter();
  const outdated = await countersign.outdatedRuns();
  const { days, megabytes } = countersign.configuration.configuration.execution.retention;
  if (outdated.length === 0) {
    void dialogs.inform(
      `No run is older than ${days} days, and together they take less than ${megabytes} MB.`,
    );
    return 0;
  }
  const bytes = outdated.reduce((sum, one) => sum + one.bytes, 0);
  const listed = outdated.slice(0, MOST_LISTED).map((one) => `• ${one.name} (${bytesInWords(one.bytes)})`);
  const more = outdated.length - listed.length;
  const detail = [
    `Notebooks, figures and results in these folders are removed, ${bytesInWords(bytes)} in all:`,
    ...listed,
    ...(more > 0 ? [`• and ${more} more`] : []),
    "",
    "This cannot be undone. The ledger keeps who approved what.",
  ].join("\n");
  const count = `${outdated.length} ${outdated.length === 1 ? "analysis" : "analyses"}`;
  const chosen = await dialogs.modal(`Remove the runs of ${count}?`, detail, ["Not Now", REMOVE]);
  if (chosen !== REMOVE) return 0;
  await countersign.removeRuns(outdated);
  return outdated.length;
}
