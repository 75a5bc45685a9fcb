import * as vscode from "vscode";
import { statusOf, statusText, type StatusFacts } from "./status.ts";

/** Countersign's one item in the status bar. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    "countersign.status",
    vscode.StatusBarAlignment.Left,
    50,
  );

  constructor() {
    this.item.name = "Countersign";
  }

  show(facts: StatusFacts): void {
    const status = statusOf(facts);
    if (status.kind === "hidden") {
      this.item.hide();
      return;
    }
    const { text, tooltip, spoken, command, isWarning } = statusText(status);
    this.item.text = text;
    this.item.tooltip = `Countersign: ${tooltip}`;
    this.item.accessibilityInformation = { label: spoken, role: "button" };
    this.item.command = command;
    this.item.backgroundColor = isWarning
      ? new vscode.ThemeColor("statusBarItem.warningBackground")
      : undefined;
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
  }
}
