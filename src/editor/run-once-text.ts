import type { Shown } from "../approval/approvals.ts";
import type { Comparison } from "../approval/comparison.ts";
import { briefly, visible } from "../approval/visible.ts";
import { changesInWords } from "./comparison-text.ts";
import { effectsByWeight, approveLabel, whereItRuns } from "./request-facts.ts";

/** More effects than this do not fit a dialog that a person can read whole. */
const MOST_EFFECTS = 14;

export interface ActDialog {
  readonly message: string;
  readonly detail: string;
  /** The act is missing where the effects do not fit: then only the panel can approve. */
  readonly buttons: readonly string[];
}

export const SHOW_DETAILS = "Show Details";

/**
 * The modal dialog that states the act. Enter presses the first button, which only shows more.
 * @param comparisons with what it was compared; what an edit changed is said first
 */
export function actDialog(shown: Shown, comparisons: readonly Comparison[] = []): ActDialog {
  const { action, assessment, proof } = shown;
  const act = approveLabel(action);
  const effects = effectsByWeight(assessment);
  const fits = effects.length <= MOST_EFFECTS;
  const where = whereItRuns(action, assessment).map(({ label, value }) => `${label}: ${value}`);
  const edits = comparisons.filter(({ since }) => since === "edited");
  const detail = [
    ...edits.flatMap((edit) => [`What the edit changes: ${briefly(changesInWords(edit))}`, ""]),
    effects.length === 0 ? "It computes only: no effect was found." : "What this code can do:",
    ...effects
      .slice(0, MOST_EFFECTS)
      .map(({ ordinary, summary }) => `${ordinary ? "•" : "▲"} ${visible(summary)}`),
    ...(fits ? [] : [`… and ${effects.length - MOST_EFFECTS} more, which only the details show.`]),
    "",
    ...where,
    `SHA-256: ${proof.hash.slice(0, 16)}…${proof.hash.slice(-8)}`,
  ].join("\n");
  return {
    message: message(shown, act),
    detail,
    buttons: fits ? [SHOW_DETAILS, act] : [SHOW_DETAILS],
  };
}

function message(shown: Shown, act: string): string {
  const edited = shown.proof.hash === shown.request.hash ? "" : " as you edited it";
  return act === "Run Once"
    ? `Run this code once${edited}?`
    : `${act} “${visible(shown.action.subject)}”${edited}?`;
}
