import { commands, window } from "vscode";
import type { ExtensionContext } from "vscode";

export function activate(context: ExtensionContext): void {
  const command = commands.registerCommand("countersign.newAnalysis", () =>
    window.showInformationMessage("Countersign is here."),
  );
  context.subscriptions.push(command);
}
