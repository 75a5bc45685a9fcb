import { CountersignError } from "../../errors.ts";

/** Turns "no space left" into `disk-full` and passes everything else on. */
export function diskError(error: unknown, folder: string, kept: string): Error {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code !== "ENOSPC" && code !== "EDQUOT")
    return error instanceof Error ? error : new Error(String(error));
  return new CountersignError("disk-full", {
    message: `The disk is full: nothing more can be written to ${folder}.`,
    kept,
    next: "Free space on that disk, or choose another place for runs (runs_folder), then run the analysis again.",
    cause: error,
  });
}
