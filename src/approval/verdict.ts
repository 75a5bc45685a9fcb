import type { Assessment } from "./assessment.ts";
import type { Judgement } from "./policy.ts";

/**
 * The rule `effects`, shared by the policy and the terminal: what can never be approved is refused, what does only
 * ordinary things is allowed, everything else asks.
 */
export function judgeByEffects(assessment: Assessment): Judgement {
  if (assessment.refusal !== undefined) return { verdict: "refuse", reason: assessment.refusal };
  const unusual = assessment.effects.filter((effect) => !effect.ordinary);
  if (unusual.length === 0)
    return { verdict: "allow", reason: `It only does ordinary things: ${assessment.summary}.` };
  const acts = unusual.slice(0, 3).map((effect) => effect.summary);
  const more = unusual.length > acts.length ? `, and ${unusual.length - acts.length} more` : "";
  return { verdict: "ask", reason: `It ${acts.join(", ")}${more}.`, grantable: true };
}
