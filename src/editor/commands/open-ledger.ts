import type { AnalysisId } from "../../agent/analysis.ts";
import type { RequestId } from "../../approval/decisions.ts";
import type { Dialogs } from "../dialogs.ts";
import type { House } from "../house.ts";
import { searchLedger } from "../ledger-search.ts";

interface OpenLedgerParts {
  readonly house: Pick<House, "read">;
  readonly dialogs: Dialogs;
  readonly panels: { show(id: RequestId): Promise<void> };
}

/** What was ever asked, newest first: typing searches all of it by what, state, who, day and question; choosing one shows it. */
export async function openLedger(
  { house, dialogs, panels }: OpenLedgerParts,
  of?: AnalysisId,
): Promise<void> {
  const { approvals } = await house.read();
  if (approvals.page(1).length === 0) {
    void dialogs.inform("Nothing was asked for here yet, so the ledger is empty.");
    return;
  }
  const placeholder = "Search by what, state, who, day or question";
  const find = (typed: string, signal: AbortSignal) => searchLedger(approvals, typed, of, signal);
  const chosen = await dialogs.search("Ledger", placeholder, find);
  if (chosen !== undefined) await panels.show(chosen);
}
