import type { AnalysisId } from "../../agent/analysis.ts";
import type { RequestId } from "../../approval/decisions.ts";
import type { ApprovalRequest } from "../../approval/request.ts";
import type { Choice, Dialogs } from "../dialogs.ts";
import type { House } from "../house.ts";
import { oneLine } from "../plain-text.ts";
import { standing } from "../request-facts.ts";

const MOST_LISTED = 5_000;

interface OpenLedgerParts {
  readonly house: Pick<House, "read">;
  readonly dialogs: Dialogs;
  readonly panels: { show(id: RequestId): Promise<void> };
}

/** What was ever asked, newest first: typing filters by what, state, who, day and question; choosing one shows it. */
export async function openLedger(
  { house, dialogs, panels }: OpenLedgerParts,
  of?: AnalysisId,
): Promise<void> {
  const { approvals } = await house.read();
  const requests = approvals
    .recent(MOST_LISTED)
    .filter(({ context }) => of === undefined || context.analysisId === of);
  if (requests.length === 0) {
    void dialogs.inform("Nothing was asked for here yet, so the ledger is empty.");
    return;
  }
  const placeholder = "Filter by what, state, who, day or question";
  const chosen = await dialogs.pick("Ledger", placeholder, requests.map(toChoice));
  if (chosen !== undefined) await panels.show(chosen);
}

function toChoice(request: ApprovalRequest): Choice<RequestId> {
  const { id, action, state, createdAt, context } = request;
  const question = context.question === "" ? [] : [context.question];
  const asked = new Date(createdAt).toLocaleString();
  return {
    label: oneLine(action.subject, 60),
    description: state,
    detail: oneLine([standing(request, Date.now()), `asked ${asked}`, ...question].join(" · "), 240),
    value: id,
  };
}
