import type { Action, Json } from "../approval/actions.ts";
import type { Assessment } from "../approval/assessment.ts";
import { type GrantScope, type GrantWish, whyNotGrantable } from "../approval/grant.ts";
import type { Judgement } from "../approval/policy.ts";
import { GRANT_OFFERS, type GrantOffer, type PanelGrant } from "./approval-panel/messages.ts";
import { approveLabel } from "./request-facts.ts";

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

/** What may be approved beside this once. The panel names an offer; what it means is said here alone. */
const OFFERS: Readonly<Record<GrantOffer, GrantWish>> = {
  "code-8h": { scope: "code", lasts: 8 * HOUR },
  "analysis-1d": { scope: "analysis", lasts: DAY },
  "workspace-8h": { scope: "workspace", lasts: 8 * HOUR },
  "workspace-7d": { scope: "workspace", lasts: 7 * DAY },
};

interface ScopeWords {
  readonly choice: string;
  readonly button: string;
  readonly covers: string;
}

/** An offer's words are made of the grant itself: none can say more, or less, than is granted. */
const SCOPES: Readonly<Record<GrantScope, ScopeWords>> = {
  code: { choice: "this exact code", button: "This Exact Code", covers: "exactly this code" },
  analysis: {
    choice: "the same effects in this analysis",
    button: "the Same in This Analysis",
    covers: "code in this analysis that does no more than this",
  },
  workspace: {
    choice: "the same effects in this workspace",
    button: "the Same",
    covers: "code in this workspace that does no more than this",
  },
};

export function wishOf(offer: GrantOffer): GrantWish {
  return OFFERS[offer];
}

/** Empty where nothing more than this once may be approved. */
export function offersFor(
  action: Action<Json>,
  assessment: Assessment,
  judgement: Judgement,
): readonly PanelGrant[] {
  if (whyNotGrantable(assessment, judgement) !== undefined) return [];
  return GRANT_OFFERS.map((id) => grantOf(id, action));
}

function grantOf(id: GrantOffer, action: Action<Json>): PanelGrant {
  const { scope, lasts } = OFFERS[id];
  const { choice, button, covers } = SCOPES[scope];
  const { count, unit } = durationOf(lasts);
  const act = approveLabel(action).replace(/ Once$/, "");
  return {
    id,
    label: `${count} ${unit}: ${choice}`,
    approveLabel: `${act}, and Allow ${button} for ${count} ${titled(unit)}`,
    meaning: `For ${count} ${unit}, ${covers} runs without asking.`,
  };
}

function durationOf(lasts: number): { readonly count: number; readonly unit: "hours" | "days" } {
  return lasts > DAY ? { count: lasts / DAY, unit: "days" } : { count: lasts / HOUR, unit: "hours" };
}

function titled(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
