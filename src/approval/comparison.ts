import type { Effect } from "./assessment.ts";
import type { ApprovalRequest } from "./request.ts";

/** In what a request differs from an earlier one about the same thing. */
export interface Comparison {
  readonly earlier: ApprovalRequest;
  /** A person approved that one; otherwise it is the attempt that this one replaces. */
  readonly wasApproved: boolean;
  readonly before: string;
  readonly now: string;
  readonly gained: readonly Effect[];
  readonly lost: readonly Effect[];
  /** What differs besides text and effects, in words: image, inputs, mode. */
  readonly world: readonly string[];
}
