import * as vscode from "vscode";
import type { RequestId } from "../../approval/decisions.ts";
import { requestUri } from "../inline/request-documents.ts";
import { requestPath } from "../inline/request-path.ts";
import { oneLine } from "../plain-text.ts";
import { TEXT_SCHEME } from "../plain-texts.ts";
import type { Reviews } from "../reviews.ts";

const BEFORE = {
  edited: "as asked for",
  approved: "approved before",
  attempt: "attempt before",
} as const;

/** The two texts side by side; the right one may be edited and decided about as ever. */
export async function showChanges(reviews: Reviews, id: RequestId): Promise<void> {
  const review = await reviews.refresh(id);
  const comparison = review.state === "ready" ? review.comparisons?.at(-1) : undefined;
  if (comparison === undefined) return;
  const { earlier, since } = comparison;
  const before = vscode.Uri.from({ scheme: TEXT_SCHEME, path: requestPath(earlier) });
  const title = `${oneLine(review.request.action.subject, 40)} (${BEFORE[since]} ↔ now)`;
  await vscode.commands.executeCommand("vscode.diff", before, requestUri(review.request), title, {
    preview: false,
  });
}
