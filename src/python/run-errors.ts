import { CountersignError, type ErrorCode, type ErrorText } from "../errors.ts";
import type { KernelLost } from "./kernel/kernel-lost.ts";
import type { Output, PythonRun } from "./python-run.ts";
import { withoutEscapes } from "./runs/plain-text.ts";
import type { Sandbox } from "./sandboxes/sandbox.ts";

export type Lost =
  "out-of-memory" | "kernel-died" | "engine-stopped" | "output-too-large" | "gateway-unreachable";

const KEPT = "The output and the files up to then.";
const LOST: Readonly<Record<Lost, ErrorText>> = {
  "out-of-memory": {
    message: "The code needed more memory than the sandbox has, and was ended.",
    kept: "The output up to then.",
    next: "Raise memory_mb in your setting countersign.execution.limits (a countersign.yml can only lower it), or ask for a computation in smaller parts.",
  },
  "kernel-died": {
    message: "The Python process ended while the code was running.",
    kept: KEPT,
    next: "Look at the end of the output for the reason, then run the analysis again.",
  },
  "engine-stopped": {
    message: "The container engine stopped answering while the code was running.",
    kept: "The output up to then.",
    next: "Start the container engine again, then run the analysis again.",
  },
  "gateway-unreachable": {
    message: "The Jupyter server stopped answering while the code was running.",
    kept: "The output up to then. Whether the code went on there is not known.",
    next: "See whether the server still runs, and what the code did there, before you run the analysis again.",
  },
  "output-too-large": {
    message: "The code sent one piece of output that is too large to receive.",
    kept: KEPT,
    next: "Write large results to a file instead of displaying them, then run the analysis again.",
  },
};

/** What a lost kernel means, after asking the engine. */
export async function explainLoss(lost: KernelLost, sandbox: Sandbox): Promise<CountersignError> {
  const code: Lost = lost.what === "frame-too-large" ? "output-too-large" : await sandbox.postMortem();
  return lostAs(code, lost);
}

/** What a run ended as whose kernel is gone. */
export function lostAs(code: Lost, cause?: unknown): CountersignError {
  return new CountersignError(code satisfies ErrorCode, { ...LOST[code], cause });
}

/** `bytes`: what one run may make the host keep of its output. */
export function tooMuchOutput(bytes: number): CountersignError {
  const megabytes = Math.round(bytes / 2 ** 20);
  return new CountersignError("output-too-large", {
    message: `The code put out more than the ${megabytes} MB that a run may leave behind, and was ended.`,
    kept: `The first ${megabytes} MB of the output, and the files up to then.`,
    next: "Print and display less, or raise output_mb in your setting countersign.execution.limits (a countersign.yml can only lower it), then run the analysis again.",
  });
}

export function raised(error: Extract<Output, { type: "error" }>): CountersignError {
  return new CountersignError("run-failed", {
    message: reasonOf(error.name, withoutEscapes(error.message)),
    kept: "The output, the figures and the files up to then.",
    next: "Read the end of the output in the notebook; the analysis can write the code anew.",
  });
}

/** `sys.exit` takes a status, or a text that says why. */
function reasonOf(name: string, message: string): string {
  if (name !== "SystemExit") return `The code stopped with ${name}: ${message}`;
  return /^-?\d+$/.test(message)
    ? `The code ended itself with status ${message}.`
    : `The code ended itself and said why: ${message}`;
}

/** A run that cannot go on without the window that started it. `why` is one sentence. */
export function endedWithWindow(why: string): CountersignError {
  return new CountersignError("cancelled", {
    message: `The run was cancelled when its window closed: ${why}`,
    kept: KEPT,
    next: "Look at what it left, then run the analysis again.",
  });
}

/** Why a run ends with its window; undefined for one that goes on in its container. */
export function whyItEndsWithWindow({
  place,
  control,
}: Pick<PythonRun, "place" | "control">): string | undefined {
  if (place.method !== "container") return "only what runs in a container of its own goes on without one.";
  return control !== null && control.puts !== "none"
    ? "what may write to a control system may do so only while a window is open."
    : undefined;
}

/** An error reply without an error before it: what a kernel says whose code called exit, or that forges. */
export function endedWithoutReason(): CountersignError {
  return new CountersignError("run-failed", {
    message: "The code ended with an error that the kernel did not describe.",
    kept: KEPT,
    next: "Read the output in the notebook, then run the analysis again.",
  });
}
