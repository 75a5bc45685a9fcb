import type { Log } from "../host.ts";
import type { Action, Json } from "./actions.ts";
import type { Assessment } from "./assessment.ts";
import type { Judgement, Policy } from "./policy.ts";

/** Asks the policy in force now. What can never be approved is refused whatever it says; a policy that fails asks. */
export class Judge {
  private readonly policy: () => Policy;
  private readonly log: Log;

  constructor(policy: () => Policy, log: Log) {
    this.policy = policy;
    this.log = log;
  }

  judge(action: Action<Json>, assessment: Assessment): Judgement {
    if (assessment.refusal !== undefined) return { verdict: "refuse", reason: assessment.refusal };
    try {
      return this.policy().judge(action, assessment);
    } catch (error) {
      this.log.error("The approval policy failed, so a person is asked", error);
      return { verdict: "ask", reason: "The approval policy could not be read, so everything asks." };
    }
  }
}
