import type { Sha256 } from "../approval/actions.ts";
import type { ControlAccess } from "./control/control-access.ts";
import type { PutRecord } from "./control/control-gateway.ts";

/** Name of the action kind, and the version of its payload. */
export const PYTHON_RUN = "python-run";
export const PYTHON_RUN_VERSION = 6;

/** The payload of the action kind `python-run`: everything that decides what runs, and where. */
export interface PythonRun {
  readonly code: string;
  /** Execution mode by name: `read_only`, `simulation`, `write_access` or the user's own. */
  readonly mode: string;
  /** Kernel of the image that runs it: the mode's, as it was when this was asked for. */
  readonly kernelName: string;
  readonly place: RunPlace;
  /** Folders of the workspace that the code may read, by name. */
  readonly dataFolders: readonly string[];
  /** What these folders are, and what the code reads in them. */
  readonly data: BoundData;
  /** Files that the approved code names, bound by digest. */
  readonly inputs: readonly StagedInput[];
  /** Internal networks of the engine that are reached while running; empty is none. */
  readonly networks: readonly string[];
  /** The control system that is reached while running. */
  readonly control: ControlAccess | null;
  /** Environment variables that the mode sets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: RunLimits;
}

export type RunPlace =
  | {
      readonly method: "container";
      readonly image: string;
      /** SHA-256 of the rendered build context; of the image id where the user named an existing image. */
      readonly recipe: Sha256;
      /** The engine's image id; null while the image is not built yet, then the recipe alone binds. */
      readonly imageId: string | null;
    }
  /** `environment` is the SHA-256 of the requirements that the virtual environment was made from. */
  | { readonly method: "local"; readonly environment: Sha256 }
  /** Somebody else's Jupyter server. */
  | { readonly method: "gateway"; readonly url: string };

/** A file as it was when it was bound. */
export interface BoundFile {
  /** Where the code finds it: relative to the working folder, forward slashes, never `..`. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of the content; above 64 MB of size, times, inode, beginning and end instead, see `boundBy`. */
  readonly digest: Sha256;
  /** `absence`: it was not there. */
  readonly boundBy: "content" | "head-and-tail" | "absence";
}

export interface StagedInput extends BoundFile {
  /** Where it lies in the workspace, for what an earlier run left; absent where that is `path`. */
  readonly source?: string;
}

/** The data that the code is to read, as they were when this was asked for. */
export interface BoundData {
  readonly folders: readonly BoundFolder[];
  /** Files in data folders that the code names. */
  readonly files: readonly BoundFile[];
  /** What it lists there. */
  readonly listings: readonly BoundListing[];
}

/** A data folder by what it is, whatever its name leads to later. */
export interface BoundFolder {
  readonly name: string;
  /** Its real path, relative to the workspace. */
  readonly at: string;
  /** Device, inode and time of birth. */
  readonly identity: string;
}

/** Files by their names, sizes and times. */
export interface BoundListing {
  /** Of paths relative to the workspace; `*` stands for anything. */
  readonly pattern: string;
  readonly files: number;
  readonly bytes: number;
  /** SHA-256 of all names, sizes and times. */
  readonly digest: Sha256;
  /** Empty where there are too many. */
  readonly named: readonly { readonly path: string; readonly bytes: number; readonly times: string }[];
}

/** A file that an earlier run of the same analysis left. */
export interface HandedFile {
  /** As that run named it. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

export interface RunLimits {
  readonly seconds: number;
  readonly memoryMb: number;
  readonly cpus: number;
  readonly processes: number;
  /** Size of the working folder and of what is collected from it. */
  readonly workingFolderMb: number;
  /** Size of what is printed and displayed. */
  readonly outputMb: number;
}

/** What a run left behind. Paths are absolute, on the host, inside the run's folder. */
export interface RunRecord {
  readonly runId: string;
  readonly folder: string;
  readonly notebook: string;
  /** Absent where the code left nothing in `results`. */
  readonly results?: string;
  readonly figures: readonly string[];
  /** Other regular files that the code wrote. */
  readonly files: readonly string[];
  /** Those of them that are kept under another name than the code's; absent where all have their own. */
  readonly renamed?: readonly HandedFile[];
  /** First lines of the streamed text, capped, for the model. */
  readonly text: string;
  /** What `results` held, as JSON, for the model; capped. */
  readonly resultsText: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** What it put into a control system; absent where it reached none, or where nobody can tell. */
  readonly control?: PutRecord;
  /** For the ledger: digests of the data that the code names as they were when it had ended, and what had changed by then. */
  readonly noted?: { readonly data: string; readonly changed?: string };
  /** Set where its window was gone when it ended: it went on without one, or was ended with it. */
  readonly unattended?: boolean;
  /** Set where the code raised: for generation's next attempt. */
  readonly error?: { readonly name: string; readonly message: string; readonly traceback: string };
}

/** One piece of output, in the order in which the kernel sent it. Untrusted. */
export type Output =
  | { readonly type: "stream"; readonly stream: "stdout" | "stderr"; readonly text: string }
  | {
      readonly type: "display";
      readonly data: Readonly<Record<string, unknown>>;
      /** How many formats it has besides, where it has more than are taken. */
      readonly formatsLeftOut?: number;
      readonly executionCount?: number;
    }
  | {
      readonly type: "error";
      readonly name: string;
      readonly message: string;
      readonly traceback: readonly string[];
    }
  /** Messages that were dropped because nothing could read them, and those that the kernel sent and that did not come. */
  | { readonly type: "unheard"; readonly malformed: number; readonly missing: number }
  /** `seconds`: how long the code ran, as its kernel says; absent where that says nothing of it. */
  | { readonly type: "ended"; readonly status: "ok" | "error"; readonly seconds?: number };
