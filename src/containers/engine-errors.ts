import { CountersignError, cancelled } from "../errors.ts";

const CONNECTION_LOST = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ECONNABORTED",
]);

/** What dockerode and Node's http throw: an HTTP answer has `statusCode`, a broken connection has `code`. */
interface RawEngineError {
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly json?: unknown;
}

/** Turns a failure of the engine's client into an error a person can act on. `doing` reads "Starting the container". */
export function engineError(error: unknown, doing: string): CountersignError {
  if (error instanceof CountersignError) return error;
  if (isAbort(error)) return cancelled(doing);
  if (isConnectionLost(error)) return engineStopped(doing, error);
  const reason = engineReason(error);
  if (reason.includes("no space left on device")) return diskFull(doing, error);
  return new CountersignError("engine-failed", {
    message: `${doing} failed: the container engine said "${reason}".`,
    next: "Try again. If it happens again, look at the engine's own log.",
    cause: error,
  });
}

/** The HTTP status that the engine answered with, if it answered. */
export function engineStatus(error: unknown): number | undefined {
  const status = (error as RawEngineError | null)?.statusCode;
  return typeof status === "number" ? status : undefined;
}

export function engineStopped(doing: string, cause?: unknown): CountersignError {
  return new CountersignError("engine-stopped", {
    message: `${doing} failed: the container engine does not answer any more.`,
    kept: "Approvals and results so far are stored.",
    next: "Start the container engine again, then try again.",
    cause,
  });
}

function diskFull(doing: string, cause: unknown): CountersignError {
  return new CountersignError("disk-full", {
    message: `${doing} failed: the container engine's disk is full.`,
    next: "Free space where the engine keeps its data (docker system prune), then try again.",
    cause,
  });
}

function isAbort(error: unknown): boolean {
  return (
    error instanceof Error && (error.name === "AbortError" || (error as RawEngineError).code === "ABORT_ERR")
  );
}

function isConnectionLost(error: unknown): boolean {
  const code = (error as RawEngineError | null)?.code;
  return typeof code === "string" && CONNECTION_LOST.has(code);
}

/** The engine's own sentence where it answered with one. */
export function engineReason(error: unknown): string {
  const json = (error as RawEngineError | null)?.json;
  if (typeof json === "object" && json !== null && "message" in json && typeof json.message === "string") {
    return json.message.trim();
  }
  return error instanceof Error ? error.message.trim() : String(error);
}
