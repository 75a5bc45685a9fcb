import type { Assessment } from "../approval/assessment.ts";
import { type GrantScope, type GrantWish, whyNotGrantable } from "../approval/grant.ts";
import type { Judgement } from "../approval/policy.ts";
import { GRANT_OFFERS, type GrantOffer } from "./approval-panel/messages.ts";

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

/** What may be approved beside this once. The panel names an offer; what it means is said here alone. */
const OFFERS = {
  "code-8h": { label: "8 hours: this exact code", scope: "code", lasts: 8 * HOUR },
  "analysis-1d": { label: "This analysis: the same effects", scope: "analysis", lasts: DAY },
  "workspace-8h": {
    label: "8 hours: the same effects in this workspace",
    scope: "workspace",
    lasts: 8 * HOUR,
  },
  "workspace-7d": {
    label: "7 days: the same effects in this workspace",
    scope: "workspace",
    lasts: 7 * DAY,
  },
} as const satisfies Readonly<Record<GrantOffer, { label: string; scope: GrantScope; lasts: number }>>;

export function wishOf(offer: GrantOffer): GrantWish {
  const { scope, lasts } = OFFERS[offer];
  return { scope, lasts };
}

/** Empty where nothing more than this once may be approved. */
export function offersFor(
  assessment: Assessment,
  judgement: Judgement,
): readonly { readonly id: GrantOffer; readonly label: string }[] {
  if (whyNotGrantable(assessment, judgement) !== undefined) return [];
  return GRANT_OFFERS.map((id) => ({ id, label: OFFERS[id].label }));
}
