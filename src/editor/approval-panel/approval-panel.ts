import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { RequestId } from "../../approval/decisions.ts";
import { CountersignError } from "../../errors.ts";
import type { GrantWish } from "../../approval/grant.ts";
import { wishOf } from "../grant-offers.ts";
import type { Deciding } from "../deciding.ts";
import type { RequestDocuments } from "../inline/request-documents.ts";
import { COMMANDS } from "../command-ids.ts";
import { errorSentence, type ErrorReporter } from "../error-reporter.ts";
import { oneLine } from "../plain-text.ts";
import { pythonRunOf } from "../request-facts.ts";
import type { Review, Reviews } from "../reviews.ts";
import { parseFromPanel, type CodeSpan, type FromPanel, type ToPanel } from "./messages.ts";
import { panelHtml } from "./panel-html.ts";
import { panelState, panelText } from "./panel-state.ts";

export interface PanelParts {
  readonly extensionUri: vscode.Uri;
  readonly reviews: Reviews;
  readonly deciding: Deciding;
  readonly documents: RequestDocuments;
  readonly errors: ErrorReporter;
  readonly hasNotebook: (id: RequestId) => boolean;
  readonly openNotebook: (id: RequestId) => Promise<void>;
  readonly highlight: (code: string) => Promise<readonly CodeSpan[]>;
}

/** One request in a webview. Its approval carries the proof of what this panel last showed, so no other caller can use it. */
export class ApprovalPanel implements vscode.Disposable {
  private readonly parts: PanelParts;
  private readonly id: RequestId;
  private readonly panel: vscode.WebviewPanel;
  private readonly token = randomBytes(16).toString("hex");
  private readonly listeners: vscode.Disposable[];
  /** The review on the screen; an approval is good for this one and no other. */
  private onScreen: Review | undefined;

  constructor(parts: PanelParts, id: RequestId, panel: vscode.WebviewPanel) {
    this.parts = parts;
    this.id = id;
    this.panel = panel;
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(parts.extensionUri, "dist", "webviews")],
    };
    const icon = (name: string) => vscode.Uri.joinPath(parts.extensionUri, "media", "icons", name);
    panel.iconPath = { light: icon("panel-light.svg"), dark: icon("panel-dark.svg") };
    this.listeners = [
      panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message)),
      parts.reviews.onDidChange((changed) => {
        if (changed === id) void this.render();
      }),
    ];
    panel.webview.html = panelHtml(panel.webview, parts.extensionUri, this.token);
  }

  reveal(): void {
    this.panel.reveal();
  }

  /** Shows the request as it stands now, for example with a notebook that has come in meanwhile. */
  async render(): Promise<void> {
    const review = this.parts.reviews.get(this.id);
    if (review === undefined) return;
    const spans = await this.spansOf(review);
    if (this.parts.reviews.get(this.id) !== review) return;
    this.onScreen = review;
    const hasNotebook = this.parts.hasNotebook(this.id);
    const state = panelState(review, {
      spans,
      hasNotebook,
      isTrusted: vscode.workspace.isTrusted,
      now: Date.now(),
    });
    this.panel.title = oneLine(state.subject, 40);
    this.post({ type: "state", state });
    if (review.state === "failed") this.post({ type: "problem", text: problemText(review.error) });
  }

  /** Stops listening. The tab stays: at a reload VS Code is to restore it. */
  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
  }

  /** Colours are a comfort: where they cannot be had, plain code is shown. */
  private async spansOf(review: Review): Promise<readonly CodeSpan[]> {
    if (pythonRunOf(review.request.action) === undefined) return [];
    try {
      return await this.parts.highlight(panelText(review));
    } catch {
      return [];
    }
  }

  private receive(message: unknown): void {
    const parsed = parseFromPanel(message, this.token);
    if (parsed !== undefined) void this.act(parsed);
  }

  private async act(message: FromPanel): Promise<void> {
    try {
      await this.perform(message);
    } catch (error) {
      this.post({ type: "problem", text: problemText(error) });
      if (!(error instanceof CountersignError)) await this.parts.errors.show(error);
      await this.parts.reviews.refresh(this.id);
    }
  }

  private async perform(message: FromPanel): Promise<void> {
    const { deciding, documents, reviews, openNotebook } = this.parts;
    switch (message.type) {
      case "ping":
        this.post({ type: "pong" });
        return;
      case "ready":
        await reviews.refresh(this.id);
        return;
      case "approve":
        await this.approve(message.hash, message.grant === "" ? undefined : wishOf(message.grant));
        return;
      case "revise":
        await deciding.revise(this.id, message.comment);
        return;
      case "reject":
        await deciding.reject(this.id, message.reason);
        return;
      case "edit":
        await documents.open(this.id, false);
        return;
      case "changes":
        await vscode.commands.executeCommand(COMMANDS.showChanges, this.id);
        return;
      case "anew":
        await vscode.commands.executeCommand(COMMANDS.askAnew, this.id);
        return;
      case "reveal":
        await documents.reveal(this.id, message.line, message.column);
        return;
      case "notebook":
        await openNotebook(this.id);
    }
  }

  private async approve(hash: string, grant: GrantWish | undefined): Promise<void> {
    const review = this.onScreen;
    if (review?.state !== "ready" || review.shown.proof.hash !== hash) throw notWhatIsShown();
    await this.parts.deciding.approve(review.shown, grant);
  }

  private post(message: ToPanel): void {
    void this.panel.webview.postMessage(message);
  }
}

function notWhatIsShown(): CountersignError {
  return new CountersignError("approval-stale", {
    message: "The code changed after this panel showed it.",
    kept: "Nothing ran.",
    next: "Look at what it shows now, then decide.",
  });
}

function problemText(error: unknown): string {
  if (error instanceof CountersignError) return errorSentence(error.toRecord());
  return error instanceof Error ? error.message : String(error);
}
