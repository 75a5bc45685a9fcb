import * as vscode from "vscode";
import type { RequestId } from "../../approval/decisions.ts";
import type { ApprovalRequest } from "../../approval/request.ts";
import type { ErrorReporter } from "../error-reporter.ts";
import type { House } from "../house.ts";
import type { Reviews } from "../reviews.ts";
import type { RequestFiles } from "./request-files.ts";
import { requestIdOfPath, requestPath, SCHEME } from "./request-path.ts";

const TYPING_PAUSE_MS = 250;

/** Open editors on requests: keeps drafts as they are typed and has them assessed again. */
export class RequestDocuments implements vscode.Disposable {
  private readonly house: House;
  private readonly files: RequestFiles;
  private readonly reviews: Reviews;
  private readonly errors: ErrorReporter;
  private readonly pauses = new Map<RequestId, NodeJS.Timeout>();
  private readonly listeners: vscode.Disposable[];

  constructor(parts: { house: House; files: RequestFiles; reviews: Reviews; errors: ErrorReporter }) {
    this.house = parts.house;
    this.files = parts.files;
    this.reviews = parts.reviews;
    this.errors = parts.errors;
    this.listeners = [
      vscode.workspace.onDidOpenTextDocument((document) => this.review(document)),
      vscode.workspace.onDidSaveTextDocument((document) => this.review(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.close(document)),
      vscode.workspace.onDidChangeTextDocument((change) => this.typed(change)),
    ];
  }

  /** Documents that were open before the extension was. */
  start(): void {
    for (const document of vscode.workspace.textDocuments) this.review(document);
  }

  async open(id: RequestId, preserveFocus: boolean): Promise<vscode.TextEditor> {
    const { approvals } = await this.house.read();
    const uri = requestUri(approvals.get(id));
    return await vscode.window.showTextDocument(uri, { preview: false, preserveFocus });
  }

  /** Opens the code with the cursor at a line; lines and columns count from 1. */
  async reveal(id: RequestId, line: number, column: number): Promise<void> {
    const editor = await this.open(id, false);
    const position = new vscode.Position(Math.max(line - 1, 0), Math.max(column - 1, 0));
    editor.selection = new vscode.Selection(position, position);
    editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenter);
  }

  /** Makes the stored draft equal to what is on the screen. */
  async flush(id: RequestId): Promise<void> {
    this.cancelPause(id);
    const document = this.find(id);
    if (document?.isDirty === true) await document.save();
  }

  dispose(): void {
    for (const pause of this.pauses.values()) clearTimeout(pause);
    for (const listener of this.listeners) listener.dispose();
  }

  private find(id: RequestId): vscode.TextDocument | undefined {
    return vscode.workspace.textDocuments.find((document) => requestIdOf(document) === id);
  }

  private review(document: vscode.TextDocument): void {
    const id = requestIdOf(document);
    if (id !== undefined) void this.keep(id, document);
  }

  private typed({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const id = requestIdOf(document);
    if (id === undefined || contentChanges.length === 0) return;
    this.cancelPause(id);
    this.pauses.set(
      id,
      setTimeout(() => void this.keep(id, document), TYPING_PAUSE_MS),
    );
  }

  private async keep(id: RequestId, document: vscode.TextDocument): Promise<void> {
    this.cancelPause(id);
    await this.errors.guard(async () => {
      if (document.isDirty) await this.files.saveDraft(id, document.getText());
      await this.reviews.refresh(id);
    });
  }

  private close(document: vscode.TextDocument): void {
    const id = requestIdOf(document);
    if (id !== undefined) this.cancelPause(id);
  }

  private cancelPause(id: RequestId): void {
    clearTimeout(this.pauses.get(id));
    this.pauses.delete(id);
  }
}

export function requestUri(request: ApprovalRequest): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: requestPath(request) });
}

export function requestIdOf(document: vscode.TextDocument): RequestId | undefined {
  return document.uri.scheme === SCHEME ? requestIdOfPath(document.uri.path) : undefined;
}
