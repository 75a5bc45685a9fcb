import { mayAskAnew } from "../../approval/request.ts";
import { CountersignError } from "../../errors.ts";
import { COMMANDS, type CommandId } from "../command-ids.ts";
import { briefTitle, changesInWords } from "../comparison-text.ts";
import { oneLine, withoutIcons } from "../plain-text.ts";
import { approveLabel, standing } from "../request-facts.ts";
import type { Review } from "../reviews.ts";

export interface LensTitle {
  readonly title: string;
  /** Absent where there is nothing to do. */
  readonly command?: CommandId;
}

export interface LensFacts {
  readonly hasNotebook: boolean;
  /** Without trust in the workspace nothing is decided. */
  readonly isTrusted: boolean;
  readonly now: number;
}

const DETAILS: LensTitle = { title: "Details", command: COMMANDS.showDetails };
const OTHERS: readonly LensTitle[] = [
  { title: "Revise…", command: COMMANDS.revise },
  { title: "Reject", command: COMMANDS.reject },
  DETAILS,
];

/** So that what can be done about it is not pushed out of sight; comparisons share theirs, and one takes what another leaves. */
const SHORT = 100;
const SHORTER = 70;

/** What stands above the first line of a request's code. */
export function lensTitles(review: Review, facts: LensFacts): readonly LensTitle[] {
  if (!facts.isTrusted && review.state !== "decided") return [restricted(review), DETAILS];
  switch (review.state) {
    case "checking":
      return [{ title: "$(sync~spin) Checking what this code can do…" }, ...OTHERS];
    case "failed":
      return [{ title: `$(error) ${safe(failureText(review.error))}` }, ...OTHERS];
    case "ready":
      return [approving(review), ...comparing(review, facts.now), ...adding(review), ...OTHERS];
    case "decided":
      return decided(review, facts);
  }
}

function restricted(review: Review): LensTitle {
  const { summary } = (review.state === "ready" ? review.shown : review.request).assessment;
  return { title: `$(shield) Restricted Mode, nothing can be decided: ${safe(summary, SHORT)}` };
}

function approving({ request, shown }: Extract<Review, { state: "ready" }>): LensTitle {
  const refusal = shown.assessment.refusal;
  if (refusal !== undefined) return { title: `$(error) Cannot run: ${safe(refusal)}` };
  const label = approveLabel(request.action) === "Run Once" ? "Run once" : approveLabel(request.action);
  return { title: `$(play) ${label}: ${safe(shown.assessment.summary)}`, command: COMMANDS.runOnce };
}

/** Who is asked about the same again sees what is different first. */
function comparing(
  { comparisons = [] }: Extract<Review, { state: "ready" }>,
  now: number,
): readonly LensTitle[] {
  const changes = comparisons.map(changesInWords);
  const share = Math.floor(SHORTER / comparisons.length);
  const spare = changes.reduce((sum, { length }) => sum + Math.max(0, share - length), 0);
  return comparisons.map((comparison, index) => {
    const title = `$(diff) ${briefTitle(comparison, now)}: ${safe(changes[index] ?? "", share + spare)}`;
    const isShown = comparison === comparisons.at(-1) && comparison.before !== comparison.now;
    return isShown ? { title, command: COMMANDS.showChanges } : { title };
  });
}

/** What the image lacks can be added, which is an action of its own. */
function adding({ missing }: Extract<Review, { state: "ready" }>): readonly LensTitle[] {
  if (missing.length === 0) return [];
  return [
    { title: `$(package) Add ${safe(missing.join(", "), 60)} to Image…`, command: COMMANDS.addPackages },
  ];
}

function decided(
  { request, refusal }: Extract<Review, { state: "decided" }>,
  { hasNotebook, isTrusted, now }: LensFacts,
): readonly LensTitle[] {
  const anew = isTrusted && mayAskAnew(request) ? [{ title: "Ask Anew", command: COMMANDS.askAnew }] : [];
  if (refusal !== undefined)
    return [{ title: `$(error) Cannot run: ${safe(refusal, SHORT)}` }, ...anew, DETAILS];
  const state: LensTitle = { title: safe(standing(request, now)) };
  const notebook: LensTitle = { title: "Open notebook", command: COMMANDS.openNotebook };
  return [state, ...(hasNotebook ? [notebook] : []), ...anew, DETAILS];
}

function failureText(error: unknown): string {
  if (error instanceof CountersignError) return `${error.message} ${error.next}`;
  return error instanceof Error ? error.message : String(error);
}

function safe(text: string, limit = 160): string {
  return withoutIcons(oneLine(text, limit));
}
