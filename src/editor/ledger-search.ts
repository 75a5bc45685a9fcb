import { setImmediate as nextTurn } from "node:timers/promises";
import type { Approvals } from "../approval/approvals.ts";
import type { RequestId } from "../approval/decisions.ts";
import type { ApprovalRequest } from "../approval/request.ts";
import type { Choice, Pages } from "./choices.ts";
import { oneLine } from "./plain-text.ts";
import { standing } from "./request-facts.ts";

/** Read in one turn: a few milliseconds' worth. */
const READ_AT_ONCE = 20;
/** As people read times; making such a thing anew for each line takes longer than the line. */
const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
/** Shown before somebody asks for more. */
const PAGE = 100;

/**
 * Everything in the ledger that has all the words that were typed, newest first, in pages. It is read a little at a time, and
 * only as far as somebody asks for.
 * @param of only what belongs to this analysis
 */
export async function* searchLedger(
  approvals: Pick<Approvals, "page">,
  typed: string,
  of: string | undefined,
  signal: AbortSignal,
): Pages<RequestId> {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  let page: Choice<RequestId>[] = [];
  let last: RequestId | undefined;
  while (!signal.aborted) {
    const requests = approvals.page(READ_AT_ONCE, last);
    for (const request of requests) {
      if (of !== undefined && request.context.analysisId !== of) continue;
      if (hasAll(request, words)) page.push(choiceOf(request));
    }
    if (requests.length < READ_AT_ONCE) return page;
    last = requests.at(-1)?.id;
    if (page.length >= PAGE) {
      yield page;
      page = [];
    }
    await nextTurn();
  }
  return [];
}

function choiceOf(request: ApprovalRequest): Choice<RequestId> {
  return {
    label: oneLine(request.action.subject, 60),
    description: request.state,
    detail: oneLine(detailOf(request), 240),
    value: request.id,
  };
}

/** In all that its line shows, without what was cut off there. Times take long to write, and most searches need none. */
function hasAll(request: ApprovalRequest, words: readonly string[]): boolean {
  const { action, state, context } = request;
  const text = `${action.subject} ${state} ${context.question}`.toLowerCase();
  const left = words.filter((word) => !text.includes(word));
  if (left.length === 0) return true;
  const detail = detailOf(request).toLowerCase();
  return left.every((word) => detail.includes(word));
}

function detailOf(request: ApprovalRequest): string {
  const { question } = request.context;
  const asked = `asked ${TIME.format(request.createdAt)}`;
  return [standing(request, Date.now()), asked, ...(question === "" ? [] : [question])].join(" · ");
}
