import { CountersignError, type ErrorCode, type ErrorRecord, type ErrorText } from "../errors.ts";

/** How a request ended. Stored; asking again returns the same. */
export type Outcome<R> =
  | { readonly state: "finished"; readonly result: R }
  | { readonly state: "failed"; readonly error: ErrorRecord; readonly result?: R }
  | { readonly state: "cancelled"; readonly error: ErrorRecord; readonly result?: R }
  /** The world differs from what was approved, or policy forbids it. */
  | { readonly state: "refused"; readonly reason: string }
  | { readonly state: "rejected"; readonly reason: string }
  | { readonly state: "revised"; readonly comment: string }
  | { readonly state: "expired" }
  | { readonly state: "withdrawn" }
  /** It was started and nobody can prove how it ended. A person decides; a retry is a new request. */
  | { readonly state: "outcome-unknown"; readonly reason: string };

/**
 * Thrown by `ActionKind.perform` where this window closes and what was started goes on without it: how it ends is for the
 * next window to find out.
 */
export class Detached extends Error {
  override readonly name = "Detached";

  constructor() {
    super("It goes on without this window.");
  }
}

/** What a row of the ledger says of an action besides what all rows say. */
export type Noted = Readonly<Record<string, string>>;

/** A result that says what its row of the ledger says besides. */
export interface NotedResult {
  readonly noted: Noted;
}

/** Thrown by `ActionKind.perform` when the action was started and ended badly; `result` holds what it left behind. */
export class ActionFailed extends CountersignError {
  readonly result: unknown;

  constructor(code: ErrorCode, text: ErrorText, result: unknown) {
    super(code, text);
    this.result = result;
  }
}
