import type { Effect } from "./assessment.ts";
import type { Shown } from "./approvals.ts";
import type { Comparison } from "./comparison.ts";
import type { Kinds } from "./kinds.ts";
import type { ApprovalRequest } from "./request.ts";
import type { Requests } from "./requests.ts";

const SINCE = ["edited", "approved", "attempt"] as const;

/** Finds what a person has to compare a request with, and compares. */
export class Comparing {
  private readonly requests: Requests;
  private readonly kinds: Kinds;

  constructor(requests: Requests, kinds: Kinds) {
    this.requests = requests;
    this.kinds = kinds;
  }

  /** What the edit changed first. Nothing of a version that nobody here can read is compared with. */
  compare(shown: Shown): readonly Comparison[] {
    const { request, proof } = shown;
    const edit = proof.hash === request.hash ? undefined : request;
    const approved = this.requests.lastApprovedLike(request);
    const attempt = approved === undefined ? this.previous(request) : undefined;
    const all = { edited: edit, approved, attempt };
    return SINCE.flatMap((since) => this.compareWith(all[since], since, shown));
  }

  private compareWith(
    earlier: ApprovalRequest | undefined,
    since: Comparison["since"],
    { action, assessment, text }: Shown,
  ): readonly Comparison[] {
    if (earlier === undefined || this.kinds.isOutdated(earlier.action)) return [];
    const before = this.kinds.bind(earlier.action);
    const gained = missingIn(earlier.assessment.effects, assessment.effects);
    const lost = missingIn(assessment.effects, earlier.assessment.effects);
    const world = before.differences(action);
    return [{ earlier, since, before: before.text(), now: text, gained, lost, world }];
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
