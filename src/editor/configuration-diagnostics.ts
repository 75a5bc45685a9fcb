import * as vscode from "vscode";
import type { ConfigurationProblem, LoadedConfiguration } from "../config/configuration.ts";
import { COMMANDS } from "./command-ids.ts";

const SEVERITIES: Readonly<Record<ConfigurationProblem["severity"], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** Marks what the person could accept of the file. */
const LOOSER = "looser";

/** Mistakes in the configuration file, on their lines, and what can be done about them. */
export class ConfigurationDiagnostics implements vscode.CodeActionProvider, vscode.Disposable {
  static readonly kinds = [vscode.CodeActionKind.QuickFix];
  private readonly collection = vscode.languages.createDiagnosticCollection("countersign-configuration");

  show({ file, problems }: LoadedConfiguration): void {
    this.collection.clear();
    this.collection.set(vscode.Uri.file(file), problems.map(diagnostic));
  }

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const own = this.collection.get(document.uri) ?? [];
    const looser = own.filter((one) => one.code === LOOSER && one.range.intersection(range) !== undefined);
    if (looser.length === 0 || diagnostics.length === 0) return [];
    const title = "Ask Me Whether to Accept What This File Asks For";
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.command = { command: COMMANDS.askAboutLoosenings, title };
    action.diagnostics = looser;
    return [action];
  }

  dispose(): void {
    this.collection.dispose();
  }
}

function diagnostic(problem: ConfigurationProblem): vscode.Diagnostic {
  const { line, column, endLine, endColumn, message, severity } = problem;
  const range = new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1);
  const made = new vscode.Diagnostic(range, message, SEVERITIES[severity]);
  made.source = "Countersign";
  if (problem.mayBeAccepted === true) made.code = LOOSER;
  return made;
}
