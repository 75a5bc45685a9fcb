import * as vscode from "vscode";
import type { CountersignApi } from "./api.ts";
import type { Policy } from "./approval/policy.ts";
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

type Exports = Readonly<CountersignApi & Partial<TestDoor>>;

/** VS Code keeps no other way from `activate` to `deactivate`. */
let editor: Editor | undefined;

/** The front door. What it returns is for other extensions; VS Code's own test runs get a door for tests as well. */
export async function activate(context: vscode.ExtensionContext): Promise<Exports> {
  const redactor = new Redactor();
  const rules = new Set<Policy>();
  const log = new EditorLog(redactor);
  const secrets = new EditorSecrets(context.secrets, redactor);
  const models = new EditorModels(secrets);
  const dialogs = new ScriptableDialogs(new EditorDialogs());

  async function openHouse(folder: vscode.WorkspaceFolder): Promise<Countersign> {
    const findState = (workspaceDir: string) => stateDirectory(workspaceDir, process.env);
    const host = await createEditorHost({ folder, secrets, log, stateDirectory: findState });
    const mediaDir = vscode.Uri.joinPath(context.extensionUri, "media").fsPath;
    return await openCountersign({
      ...{ host, redactor, rules, models, mediaDir, configFile },
      ...{ environment: process.env, settings: ownSettings },
    });
  }

  editor = new Editor({ context, log, dialogs, secrets, models, rules, openHouse });
  context.subscriptions.push(log);
  await editor.start();
  const isTest = context.extensionMode === vscode.ExtensionMode.Test;
  return Object.freeze({ ...editor.api, ...(isTest ? dialogs.testDoor : {}) });
}

/** VS Code waits for this, and for nothing that is merely disposed: sandboxes end and claims are given back here. */
export async function deactivate(): Promise<void> {
  await Promise.race([
    editor?.dispose(),
    new Promise((resolve) => setTimeout(resolve, CLOSING_LIMIT).unref()),
  ]);
}
