import * as vscode from "vscode";
import type { Finding } from "../../approval/assessment.ts";
import { COMMANDS, type CommandId, type FindingTarget } from "../command-ids.ts";
import type { Reviews } from "../reviews.ts";
import { requestIdOf } from "./request-documents.ts";

/** What can be done about a finding on its line. Nothing here approves. */
export class RequestActions implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix];
  private readonly reviews: Reviews;

  constructor(reviews: Reviews) {
    this.reviews = reviews;
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    const requestId = requestIdOf(document);
    const review = requestId === undefined ? undefined : this.reviews.get(requestId);
    if (requestId === undefined || review?.state !== "ready") return [];
    const findings = review.shown.assessment.findings.filter(({ line }) => within(line, range));
    return findings.flatMap((finding) => {
      const target = { requestId, line: finding.line, column: finding.column, effect: finding.effect };
      const explain = action(`Explain: ${finding.effect}`, COMMANDS.explainFinding, target);
      const without = action(
        `Ask for a Version Without It: ${finding.effect}`,
        COMMANDS.reviseWithout,
        target,
      );
      return finding.ordinary ? [explain] : [explain, without];
    });
  }
}

/** The finding that a command is about, as the review has it: whoever calls a command brings no words of their own. */
export async function findingOf(reviews: Reviews, target: FindingTarget): Promise<Finding | undefined> {
  const review = await reviews.settled(target.requestId);
  if (review?.state !== "ready") return undefined;
  return review.shown.assessment.findings.find(
    ({ line, column, effect }) =>
      line === target.line && column === target.column && effect === target.effect,
  );
}

function within(line: number, range: vscode.Range): boolean {
  return line - 1 >= range.start.line && line - 1 <= range.end.line;
}

function action(title: string, command: CommandId, target: FindingTarget): vscode.CodeAction {
  const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  made.command = { command, title, arguments: [target] };
  return made;
}
