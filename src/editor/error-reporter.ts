import * as vscode from "vscode";
import { CountersignError, type ErrorCode, type ErrorRecord } from "../errors.ts";
import type { Log } from "../host.ts";
import { COMMANDS } from "./command-ids.ts";
import type { Dialogs } from "./dialogs.ts";

export interface Remedy {
  readonly title: string;
  readonly command: string;
  /** What the command is called with. */
  readonly target?: string;
}

const CONNECT: Remedy = { title: "Connect a Model…", command: COMMANDS.connectModel };
const LOCAL: Remedy = { title: "Run without Isolation…", command: COMMANDS.acceptLocal };
const LOOK_AGAIN: Remedy = { title: "Look Again", command: COMMANDS.refreshContainers };
const SHOW_LOG: Remedy = { title: "Show Log", command: COMMANDS.showLog };
const REMEDIES: Partial<Record<ErrorCode, readonly Remedy[]>> = {
  "model-missing": [CONNECT],
  "model-refused-key": [CONNECT],
  "model-unreachable": [CONNECT],
  "workspace-untrusted": [{ title: "Manage Workspace Trust", command: "workbench.trust.manage" }],
  "folder-missing": [{ title: "Open Folder", command: "workbench.action.files.openFolder" }],
  "configuration-invalid": [{ title: "Open Configuration File", command: COMMANDS.openConfiguration }],
  "local-not-accepted": [LOCAL],
  "engine-missing": [LOOK_AGAIN, LOCAL],
  "build-failed": [SHOW_LOG],
  "database-corrupt": [SHOW_LOG],
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

  /** @param more What else can be done here, besides what always helps against this failure. */
  async showRecord(record: ErrorRecord, ...more: readonly Remedy[]): Promise<void> {
    const remedies = [...remediesFor(record.code), ...more];
    const titles = remedies.map(({ title }) => title);
    const chosen = await this.dialogs.fail(errorSentence(record), ...titles);
    const remedy = remedies.find(({ title }) => title === chosen);
    if (remedy !== undefined) await vscode.commands.executeCommand(remedy.command, remedy.target);
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

function remediesFor(code: string): readonly Remedy[] {
  return (REMEDIES as Record<string, readonly Remedy[] | undefined>)[code] ?? [SHOW_LOG];
}

function unforeseen(error: unknown): ErrorRecord {
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: "unforeseen",
    message: `Countersign met an error it did not foresee: ${message}.`,
    next: "The log says more.",
  };
}
