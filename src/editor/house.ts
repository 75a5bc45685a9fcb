import * as vscode from "vscode";
import type { Countersign } from "../countersign.ts";
import { CountersignError, isCountersignError } from "../errors.ts";
import type { Log } from "../host.ts";
import { CONTEXT } from "./command-ids.ts";

export type HouseState =
  | { readonly kind: "no-folder" }
  | { readonly kind: "restricted"; readonly countersign: Countersign }
  | { readonly kind: "opening" }
  | { readonly kind: "open"; readonly countersign: Countersign }
  | { readonly kind: "failed"; readonly error: unknown };

export type OpenHouse = (folder: vscode.WorkspaceFolder) => Promise<Countersign>;

/** The house of the first workspace folder: opened once and closed with the window. Without trust it is only read. */
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

  /** The house, if it is open by now, if only to be read. */
  get countersign(): Countersign | undefined {
    return "countersign" in this.current ? this.current.countersign : undefined;
  }

  /** To look at what is there, which needs no trust. @throws `folder-missing`, or why it could not be opened */
  async read(): Promise<Countersign> {
    const folder = vscode.workspace.workspaceFolders?.[0];
    if (folder === undefined) {
      this.become({ kind: "no-folder" });
      throw noFolder();
    }
    this.opening ??= this.open(folder);
    return await this.opening;
  }

  /** To decide or run something. @throws `workspace-untrusted`, and what `read` throws */
  async enter(): Promise<Countersign> {
    if (!vscode.workspace.isTrusted && vscode.workspace.workspaceFolders !== undefined) throw untrusted();
    return await this.read();
  }

  /** The person trusts the workspace from now on. */
  trust(): void {
    if (this.current.kind === "restricted") this.become({ ...this.current, kind: "open" });
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
      this.become({ kind: vscode.workspace.isTrusted ? "open" : "restricted", countersign });
      this.opened.fire(countersign);
      return countersign;
    } catch (error) {
      this.opening = undefined;
      this.log.error("The workspace could not be opened:", error);
      this.become({ kind: "failed", error });
      throw error;
    }
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
    kept: "What was asked before may be looked at.",
    next: "Trust the workspace if you trust what is in it.",
  });
}

function noFolder(): CountersignError {
  return new CountersignError("folder-missing", {
    message: "Countersign works in a folder, and none is open.",
    next: "Open a folder, or the sample workspace.",
  });
}

/** True where there is nothing to do but wait for a folder. */
export function isWaitingForFolder(error: unknown): boolean {
  return isCountersignError(error, "folder-missing");
}
