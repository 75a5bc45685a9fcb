import type { Effect } from "./assessment.ts";
import type { Shown } from "./approvals.ts";
import type { Comparison } from "./comparison.ts";
import type { Kinds } from "./kinds.ts";
import type { ApprovalRequest } from "./request.ts";
import type { Requests } from "./requests.ts";

/** Finds what a person has to compare a request with, and compares. */
export class Comparing {
  private readonly requests: Requests;
  private readonly kinds: Kinds;

  constructor(requests: Requests, kinds: Kinds) {
    this.requests = requests;
    this.kinds = kinds;
  }

  /** Undefined where there is nothing to compare with, and where that is of a version that nobody here can read. */
  compare({ request, action, assessment, text }: Shown): Comparison | undefined {
    const approved = this.requests.lastApprovedLike(request);
    const earlier = approved ?? this.previous(request);
    if (earlier === undefined || this.kinds.isOutdated(earlier.action)) return undefined;
    const before = this.kinds.bind(earlier.action);
    return {
      earlier,
      wasApproved: approved !== undefined,
      before: before.text(),
      now: text,
      gained: missingIn(earlier.assessment.effects, assessment.effects),
      lost: missingIn(assessment.effects, earlier.assessment.effects),
      world: before.differences(action),
    };
  }

  private previous({ context, action }: ApprovalRequest): ApprovalRequest | undefined {
    if (context.previous === undefined) return undefined;
    const previous = this.requests.get(context.previous);
    return previous.action.kind === action.kind ? previous : undefined;
  }
}

function missingIn(there: readonly Effect[], here: readonly Effect[]): readonly Effect[] {
  const known = new Set(there.map(({ summary }) => summary));
  return here.filter(({ summary }) => !known.has(summary));
}
