import * as vscode from "vscode";
import type { Assessment, Finding } from "../../approval/assessment.ts";
import type { Reviews } from "../reviews.ts";
import { requestIdOf } from "./request-documents.ts";

/** Every finding on its line: a warning where the effect is more than ordinary, information otherwise. */
export class RequestDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection("countersign");
  private readonly reviews: Reviews;
  private readonly listeners: vscode.Disposable[];

  constructor(reviews: Reviews) {
    this.reviews = reviews;
    this.listeners = [
      reviews.onDidChange(() => this.update()),
      vscode.workspace.onDidCloseTextDocument((document) => this.collection.delete(document.uri)),
    ];
  }

  dispose(): void {
    this.collection.dispose();
    for (const listener of this.listeners) listener.dispose();
  }

  private update(): void {
    for (const document of vscode.workspace.textDocuments) {
      const assessment = this.assessmentOf(document);
      if (assessment !== undefined) this.collection.set(document.uri, diagnosticsOf(assessment));
    }
  }

  /** While an edit is being checked the old findings stay, so that nothing flickers. */
  private assessmentOf(document: vscode.TextDocument): Assessment | undefined {
    const id = requestIdOf(document);
    const review = id === undefined ? undefined : this.reviews.get(id);
    if (review?.state === "ready") return review.shown.assessment;
    return review?.state === "decided" ? review.request.assessment : undefined;
  }
}

function diagnosticsOf(assessment: Assessment): vscode.Diagnostic[] {
  const found = assessment.findings.map((finding) => {
    const severity = finding.ordinary
      ? vscode.DiagnosticSeverity.Information
      : vscode.DiagnosticSeverity.Warning;
    const advice = finding.avoid === undefined ? "" : `\nTo avoid it: ${finding.avoid}.`;
    return diagnostic(rangeOf(finding), finding.message + advice, severity, finding.effect);
  });
  if (assessment.refusal === undefined) return found;
  const top = new vscode.Range(0, 0, 0, Number.MAX_SAFE_INTEGER);
  return [diagnostic(top, assessment.refusal, vscode.DiagnosticSeverity.Error, "refused"), ...found];
}

function diagnostic(
  range: vscode.Range,
  message: string,
  severity: vscode.DiagnosticSeverity,
  code: string,
): vscode.Diagnostic {
  const made = new vscode.Diagnostic(range, message, severity);
  made.source = "Countersign";
  made.code = code;
  return made;
}

function rangeOf(finding: Finding): vscode.Range {
  return new vscode.Range(finding.line - 1, finding.column - 1, finding.endLine - 1, finding.endColumn - 1);
}
