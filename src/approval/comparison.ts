import type { Effect } from "./assessment.ts";
import type { ApprovalRequest } from "./request.ts";

/** In what a request differs from itself as it was asked for, or from an earlier one about the same thing. */
export interface Comparison {
  readonly earlier: ApprovalRequest;
  /** `edited`: since it was asked for. `approved`: since a person last approved one. `attempt`: since the one that it replaces. */
  readonly since: "edited" | "approved" | "attempt";
  readonly before: string;
  readonly now: string;
  readonly gained: readonly Effect[];
  readonly lost: readonly Effect[];
  /** What differs besides text and effects, in words: image, inputs, mode. */
  readonly world: readonly string[];
}
