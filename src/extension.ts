import * as vscode from "vscode";
import { openCountersign, type Countersign } from "./countersign.ts";
import { EditorDialogs } from "./editor/dialogs.ts";
import { Editor } from "./editor/editor.ts";
import { createEditorHost } from "./editor/host.ts";
import { EditorLog } from "./editor/log.ts";
import { EditorModels } from "./editor/models.ts";
import { Redactor } from "./storage/redaction.ts";
import { ScriptableDialogs, type TestDoor } from "./editor/scriptable-dialogs.ts";
import { EditorSecrets } from "./editor/secrets.ts";
import { configFile, ownSettings } from "./editor/settings.ts";
import { stateDirectory } from "./storage/state-directory.ts";

/** VS Code waits this long, and no longer, for a window to close. */
const CLOSING_LIMIT = 4_000;

/** VS Code keeps no other way from `activate` to `deactivate`. */
let editor: Editor | undefined;

/** The front door. Returns something to VS Code's own test runs only. */
export async function activate(context: vscode.ExtensionContext): Promise<TestDoor | undefined> {
  const redactor = new Redactor();
  const log = new EditorLog(redactor);
  const secrets = new EditorSecrets(context.secrets, redactor);
  const models = new EditorModels(secrets);
  const dialogs = new ScriptableDialogs(new EditorDialogs());

  async function openHouse(folder: vscode.WorkspaceFolder): Promise<Countersign> {
    const findState = (workspaceDir: string) => stateDirectory(workspaceDir, process.env);
    const host = await createEditorHost({ folder, secrets, log, stateDirectory: findState });
    const mediaDir = vscode.Uri.joinPath(context.extensionUri, "media").fsPath;
    return await openCountersign({
      host,
      redactor,
      models,
      mediaDir,
      environment: process.env,
      settings: ownSettings,
      configFile,
    });
  }

  editor = new Editor({ context, log, dialogs, secrets, models, openHouse });
  context.subscriptions.push(log);
  await editor.start();
  return context.extensionMode === vscode.ExtensionMode.Test ? dialogs : undefined;
}

/** VS Code waits for this, and for nothing that is merely disposed: sandboxes end and claims are given back here. */
export async function deactivate(): Promise<void> {
  await Promise.race([
    editor?.dispose(),
    new Promise((resolve) => setTimeout(resolve, CLOSING_LIMIT).unref()),
  ]);
}
