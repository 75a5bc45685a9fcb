import * as vscode from "vscode";
import type { Dialogs } from "../dialogs.ts";

const NAME = "countersign-sample";

export interface SampleWorkspaceParts {
  readonly context: vscode.ExtensionContext;
  readonly dialogs: Dialogs;
}

/** Copies the sample workspace and opens it. A copy that is there already is opened as it stands. */
export async function openSampleWorkspace({ context, dialogs }: SampleWorkspaceParts): Promise<void> {
  const parent = await chooseParent(context, dialogs);
  if (parent === undefined) return;
  const target = vscode.Uri.joinPath(parent, NAME);
  if (!(await exists(target))) {
    const sample = vscode.Uri.joinPath(context.extensionUri, "media", "sample-workspace");
    await vscode.workspace.fs.copy(sample, target, { overwrite: false });
  }
  await vscode.commands.executeCommand("vscode.openFolder", target, { forceReuseWindow: true });
}

async function chooseParent(
  context: vscode.ExtensionContext,
  dialogs: Dialogs,
): Promise<vscode.Uri | undefined> {
  const where = await dialogs.pick("Open Sample Workspace", "Where shall its copy lie?", [
    {
      label: "In Countersign's own storage",
      description: "quickest",
      value: "storage" as const,
    },
    { label: "Choose a folder…", value: "choose" as const },
  ]);
  if (where === "storage") return context.globalStorageUri;
  if (where === undefined) return undefined;
  const chosen = await vscode.window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    openLabel: "Copy the Sample Here",
  });
  return chosen?.[0];
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
