import { realpath } from "node:fs/promises";
import * as vscode from "vscode";
import { systemClock, type Host, type Log, type Secrets } from "../host.ts";
import { findIdentity } from "./identity.ts";

export interface EditorHostOptions {
  readonly folder: vscode.WorkspaceFolder;
  readonly secrets: Secrets;
  readonly log: Log;
  /** Finds (and makes) the 0700 state directory of a workspace by its real path. */
  readonly stateDirectory: (workspaceDir: string) => Promise<string> | string;
}

/** What VS Code lends the house. The identity is looked up once: it changes only with a sign-in. */
export async function createEditorHost(options: EditorHostOptions): Promise<Host> {
  const workspaceDir = await realpath(options.folder.uri.fsPath);
  const identity = await findIdentity();
  return {
    secrets: options.secrets,
    identity: () => identity,
    trusted: () => vscode.workspace.isTrusted,
    clock: systemClock,
    log: options.log,
    stateDir: await options.stateDirectory(workspaceDir),
    workspaceDir,
  };
}
