import * as vscode from "vscode";
import type { Countersign } from "../countersign.ts";
import { CountersignError, isCountersignError } from "../errors.ts";
import type { Log } from "../host.ts";
import { CONTEXT } from "./command-ids.ts";

export type HouseState =
  | { readonly kind: "no-folder" }
  | { readonly kind: "restricted" }
  | { readonly kind: "opening" }
  | { readonly kind: "open"; readonly countersign: Countersign }
  | { readonly kind: "failed"; readonly error: unknown };

export type OpenHouse = (folder: vscode.WorkspaceFolder) => Promise<Countersign>;

/** The house of the first workspace folder: opened once, when the folder is trusted, and closed with the window. */
export class House implements vscode.Disposable {
  private current: HouseState = { kind: "no-folder" };
  private opening: Promise<Countersign> | undefined;
  private readonly openHouse: OpenHouse;
  private readonly log: Log;
  private readonly changed = new vscode.EventEmitter<HouseState>();
  private readonly opened = new vscode.EventEmitter<Countersign>();
  readonly onDidChangeState = this.changed.event;
  /** Fires at most once. */
  readonly onDidOpen = this.opened.event;

  constructor(openHouse: OpenHouse, log: Log) {
    this.openHouse = openHouse;
    this.log = log;
  }

  get state(): HouseState {
    return this.current;
  }

  /** The house, if it is open by now. */
  get countersign(): Countersign | undefined {
    return this.current.kind === "open" ? this.current.countersign : undefined;
  }

  /** Opens the house if it may be opened. @throws `workspace-untrusted`, or why it could not be opened */
  async enter(): Promise<Countersign> {
    const folder = vscode.workspace.workspaceFolders?.[0];
    if (folder === undefined) throw this.refuse({ kind: "no-folder" }, noFolder());
    if (!vscode.workspace.isTrusted) throw this.refuse({ kind: "restricted" }, untrusted());
    this.opening ??= this.open(folder);
    return await this.opening;
  }

  async dispose(): Promise<void> {
    this.changed.dispose();
    this.opened.dispose();
    await this.opening?.then(
      (countersign) => countersign.dispose(),
      () => undefined,
    );
  }

  private async open(folder: vscode.WorkspaceFolder): Promise<Countersign> {
    this.become({ kind: "opening" });
    try {
      const countersign = await this.openHouse(folder);
      this.become({ kind: "open", countersign });
      this.opened.fire(countersign);
      return countersign;
    } catch (error) {
      this.opening = undefined;
      this.log.error("The workspace could not be opened:", error);
      this.become({ kind: "failed", error });
      throw error;
    }
  }

  private refuse(state: HouseState, error: CountersignError): CountersignError {
    this.become(state);
    return error;
  }

  private become(state: HouseState): void {
    this.current = state;
    void vscode.commands.executeCommand("setContext", CONTEXT.state, state.kind);
    this.changed.fire(state);
  }
}

function untrusted(): CountersignError {
  return new CountersignError("workspace-untrusted", {
    message: "This folder is open in Restricted Mode, so Countersign runs nothing in it.",
    next: "Trust the workspace if you trust what is in it.",
  });
}

function noFolder(): CountersignError {
  return new CountersignError("folder-missing", {
    message: "Countersign works in a folder, and none is open.",
    next: "Open a folder, or the sample workspace.",
  });
}

/** True where there is nothing to do but wait for a folder or for trust. */
export function isWaitingForFolder(error: unknown): boolean {
  return isCountersignError(error, "workspace-untrusted") || isCountersignError(error, "folder-missing");
}
