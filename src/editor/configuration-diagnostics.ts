import * as vscode from "vscode";
import type { ConfigurationProblem, LoadedConfiguration } from "../config/configuration.ts";

const SEVERITIES: Readonly<Record<ConfigurationProblem["severity"], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** Mistakes in the configuration file, on their lines. */
export class ConfigurationDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection("countersign-configuration");

  show({ file, problems }: LoadedConfiguration): void {
    this.collection.clear();
    this.collection.set(vscode.Uri.file(file), problems.map(diagnostic));
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
  return made;
}
