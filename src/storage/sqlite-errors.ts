import { CountersignError } from "../errors.ts";

/** Primary result codes of https://www.sqlite.org/rescode.html that need a sentence of their own. */
const BUSY = 5;
const LOCKED = 6;
const READ_ONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** The primary result code of an error of node:sqlite, undefined for every other error. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}

export function isCorruption(error: unknown): boolean {
  const code = resultCode(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/** What people are told instead of SQLite's own words; errors of another origin pass through unchanged. */
export function explained(error: unknown, path: string): unknown {
  switch (resultCode(error)) {
    case BUSY:
    case LOCKED:
      return new CountersignError("database-locked", {
        message: "Another window or program holds this workspace's database.",
        kept: "Nothing was changed.",
        next: "Close the other program that uses it, then try again.",
        cause: error,
      });
    case CORRUPT:
    case NOT_A_DATABASE:
      return new CountersignError("database-corrupt", {
        message: `The database ${path} is damaged.`,
        kept: "The file stays where it is; on the next start it is moved aside, never deleted.",
        next: "Reload the window to go on with a fresh database.",
        cause: error,
      });
    case FULL:
      return new CountersignError("disk-full", {
        message: `The disk that holds ${path} is full.`,
        kept: "The last change was undone, everything before it is stored.",
        next: "Free some space, then try again.",
        cause: error,
      });
    case READ_ONLY:
    case IO_ERROR:
    case CANNOT_OPEN:
      return new CountersignError("database-unavailable", {
        message: `The database ${path} cannot be read or written.`,
        next: "Check that the folder exists, is yours and lies on a local disk, then reload the window.",
        cause: error,
      });
    default:
      return error;
  }
}
