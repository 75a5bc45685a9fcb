import * as vscode from "vscode";
import type { RequestId } from "../../approval/decisions.ts";
import type { Reviews } from "../reviews.ts";
import { lensTitles, type LensTitle } from "./lens-titles.ts";
import { requestIdOf } from "./request-documents.ts";

/** The line above the code. No lens approves: *Run once* opens the modal dialog that does. */
export class RequestLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly reviews: Reviews;
  private readonly hasNotebook: (id: RequestId) => boolean;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly listener: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(reviews: Reviews, hasNotebook: (id: RequestId) => boolean) {
    this.reviews = reviews;
    this.hasNotebook = hasNotebook;
    this.listener = reviews.onDidChange(() => this.changed.fire());
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const id = requestIdOf(document);
    const review = id === undefined ? undefined : this.reviews.get(id);
    if (id === undefined || review === undefined) return [];
    const facts = {
      hasNotebook: this.hasNotebook(id),
      isTrusted: vscode.workspace.isTrusted,
      now: Date.now(),
    };
    return lensTitles(review, facts).map((title) => lens(title, id));
  }

  refresh(): void {
    this.changed.fire();
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }
}

function lens({ title, command }: LensTitle, id: RequestId): vscode.CodeLens {
  const top = new vscode.Range(0, 0, 0, 0);
  return new vscode.CodeLens(top, { title, command: command ?? "", arguments: [id] });
}
