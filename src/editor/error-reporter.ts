import * as vscode from "vscode";
import { CountersignError, type ErrorCode, type ErrorRecord } from "../errors.ts";
import type { Log } from "../host.ts";
import { COMMANDS } from "./command-ids.ts";
import type { Dialogs } from "./dialogs.ts";

interface Remedy {
  readonly title: string;
  readonly command: string;
}

const CONNECT: Remedy = { title: "Connect a Model…", command: COMMANDS.connectModel };
const SHOW_LOG: Remedy = { title: "Show Log", command: COMMANDS.showLog };
const REMEDIES: Partial<Record<ErrorCode, Remedy>> = {
  "model-missing": CONNECT,
  "model-refused-key": CONNECT,
  "model-unreachable": CONNECT,
  "workspace-untrusted": { title: "Manage Workspace Trust", command: "workbench.trust.manage" },
  "folder-missing": { title: "Open Folder", command: "workbench.action.files.openFolder" },
  "configuration-invalid": { title: "Open Configuration File", command: COMMANDS.openConfiguration },
  "local-not-accepted": { title: "Run without Isolation…", command: COMMANDS.acceptLocal },
  "engine-missing": { title: "Look Again", command: COMMANDS.refreshContainers },
  "build-failed": SHOW_LOG,
  "database-corrupt": SHOW_LOG,
};

/** Shows a failure once: what happened, what was kept, what to do, and a button that does it where there is one. */
export class ErrorReporter {
  private readonly dialogs: Dialogs;
  private readonly log: Log;

  constructor(dialogs: Dialogs, log: Log) {
    this.dialogs = dialogs;
    this.log = log;
  }

  async show(error: unknown): Promise<void> {
    if (error instanceof CountersignError && error.code === "cancelled") return;
    this.log.error("Shown to the person:", error);
    await this.showRecord(error instanceof CountersignError ? error.toRecord() : unforeseen(error));
  }

  async showRecord(record: ErrorRecord): Promise<void> {
    const remedy = remedyFor(record.code);
    const chosen = await this.dialogs.fail(errorSentence(record), remedy.title);
    if (chosen === remedy.title) await vscode.commands.executeCommand(remedy.command);
  }

  /** Runs an act of a command or an event, and shows how it failed. */
  async guard(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      // Not awaited: a notification that nobody answers must not keep the command running.
      void this.show(error);
    }
  }
}

export function errorSentence(record: ErrorRecord): string {
  return [record.message, record.kept, record.next].filter((part) => part !== undefined).join(" ");
}

function remedyFor(code: string): Remedy {
  return (REMEDIES as Record<string, Remedy | undefined>)[code] ?? SHOW_LOG;
}

function unforeseen(error: unknown): ErrorRecord {
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: "unforeseen",
    message: `Countersign met an error it did not foresee: ${message}.`,
    next: "The log says more.",
  };
}
