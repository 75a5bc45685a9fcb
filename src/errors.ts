/** Every way in which Countersign fails, by name. Closed: a new failure gets its own code here. */
export type ErrorCode =
  | "analyser-failed"
  | "analysis-failed"
  | "analysis-not-found"
  | "approval-stale"
  | "approval-state"
  | "budget-spent"
  | "build-failed"
  | "cancelled"
  | "claim-lost"
  | "code-unparsable"
  | "configuration-invalid"
  | "database-corrupt"
  | "database-locked"
  | "database-newer"
  | "database-replaced"
  | "database-unavailable"
  | "disk-full"
  | "engine-failed"
  | "engine-missing"
  | "engine-stopped"
  | "folder-missing"
  | "gateway-missing"
  | "gateway-refused"
  | "gateway-unreachable"
  | "image-missing"
  | "input-refused"
  | "kernel-died"
  | "ledger-differs"
  | "local-not-accepted"
  | "model-answer-empty"
  | "model-answer-without-code"
  | "model-answer-invalid"
  | "model-missing"
  | "model-rate-limited"
  | "model-refused-key"
  | "model-too-long"
  | "model-unreachable"
  | "out-of-memory"
  | "notebook-invalid"
  | "outcome-unknown"
  | "output-too-large"
  | "packages-not-found"
  | "python-missing"
  | "question-empty"
  | "request-not-found"
  | "run-failed"
  | "runner-busy"
  | "sandbox-differs"
  | "template-invalid"
  | "time-limit"
  | "workspace-untrusted";

export interface ErrorText {
  /** What happened, one sentence. */
  readonly message: string;
  /** What was kept: nothing is lost silently. */
  readonly kept?: string;
  /** What the user can do now, as an instruction. */
  readonly next: string;
  readonly cause?: unknown;
}

/** A failure that a person is told about: what happened, what was kept, what to do. Shown once, at its place. */
export class CountersignError extends Error {
  override readonly name = "CountersignError";
  readonly code: ErrorCode;
  readonly kept: string | undefined;
  readonly next: string;

  constructor(code: ErrorCode, text: ErrorText) {
    super(text.message, { cause: text.cause });
    this.code = code;
    this.kept = text.kept;
    this.next = text.next;
  }

  /** What is stored and sent across processes: no stack, no cause. */
  toRecord(): ErrorRecord {
    const record = { code: this.code, message: this.message, next: this.next };
    return this.kept === undefined ? record : { ...record, kept: this.kept };
  }
}

/** A stored failure. Strings where a live error has types: an older version's code must stay readable. */
export interface ErrorRecord {
  readonly code: string;
  readonly message: string;
  readonly kept?: string;
  readonly next: string;
}

/** The error every aborted operation ends with. */
export function cancelled(what: string): CountersignError {
  return new CountersignError("cancelled", {
    message: `${what} was cancelled.`,
    next: "Start it again when you are ready.",
  });
}

/**
 * The reason of an abort because the house closes. Unlike a person who cancels, it says nothing about whether the work is
 * still wanted: the next window goes on with it.
 */
export class Closing extends Error {
  override readonly name = "AbortError";

  constructor() {
    super("Countersign is closing.");
  }
}

/** Whether it was aborted because this window closes, and not because somebody does not want the work any more. */
export function isClosing({ reason }: AbortSignal): boolean {
  return reason instanceof Closing;
}

export function isCountersignError(error: unknown, code?: ErrorCode): error is CountersignError {
  return error instanceof CountersignError && (code === undefined || error.code === code);
}
