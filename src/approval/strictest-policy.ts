import type { Action, Json } from "./actions.ts";
import type { Assessment } from "./assessment.ts";
import type { Judgement, Policy } from "./policy.ts";

const STRICTNESS: readonly Judgement["verdict"][] = ["allow", "ask", "refuse"];

/** Several policies as one: the strictest verdict counts, and one that fails counts as "ask". */
export class StrictestPolicy implements Policy {
  private readonly own: Policy;
  private readonly others: Iterable<Policy>;

  /** @param others Can only tighten what `own` says. */
  constructor(own: Policy, others: Iterable<Policy>) {
    this.own = own;
    this.others = others;
  }

  judge(action: Action<Json>, assessment: Assessment): Judgement {
    return [...this.others]
      .map((other) => judgedBy(other, action, assessment))
      .reduce(stricter, this.own.judge(action, assessment));
  }
}

function judgedBy(policy: Policy, action: Action<Json>, assessment: Assessment): Judgement {
  try {
    return policy.judge(action, assessment);
  } catch {
    return { verdict: "ask", reason: "A rule of another extension failed, so a person is asked." };
  }
}

/** Among those that ask, one that no grant may answer. */
function stricter(a: Judgement, b: Judgement): Judgement {
  const difference = STRICTNESS.indexOf(b.verdict) - STRICTNESS.indexOf(a.verdict);
  if (difference !== 0) return difference > 0 ? b : a;
  return a.verdict === "ask" && a.grantable === true && b.grantable !== true ? b : a;
}
