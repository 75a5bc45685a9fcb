import * as vscode from "vscode";
import type { Progress } from "../agent/agent.ts";
import type { AnalysisId } from "../agent/analysis.ts";
import type { AgentLink } from "./agent-link.ts";
import { oneLine } from "./plain-text.ts";

type Report = vscode.Progress<{ message?: string }>;

/** A notification with the stage of each analysis of this window, from when it hears of it until it settles. */
export class ProgressNotes implements vscode.Disposable {
  private readonly link: AgentLink;
  private readonly followed = new Set<AnalysisId>();
  private readonly shown = new Map<AnalysisId, Report>();
  private readonly closing = new AbortController();
  private readonly listener: vscode.Disposable;

  constructor(link: AgentLink) {
    this.link = link;
    this.listener = link.onProgress((progress) => this.hear(progress));
  }

  /** Analyses whose progress this window shows. */
  follow(id: AnalysisId): void {
    this.followed.add(id);
  }

  /** Follows one that is at work already, whose stages nobody heard so far. */
  take(id: AnalysisId): void {
    this.follow(id);
    if (!this.shown.has(id)) this.open(id);
  }

  dispose(): void {
    this.closing.abort();
    this.listener.dispose();
  }

  private hear({ analysisId, stage, detail }: Progress): void {
    if (!this.followed.has(analysisId)) return;
    const settles = stage === "done" || stage === "waiting for your decision";
    if (!settles && !this.shown.has(analysisId)) this.open(analysisId);
    const message = detail === undefined ? stage : `${stage}: ${oneLine(detail, 80)}`;
    this.shown.get(analysisId)?.report({ message });
  }

  private open(id: AnalysisId): void {
    // Taken at once, so that a second stage before VS Code shows the first opens no second notification.
    this.shown.set(id, { report: () => undefined });
    void this.show(id);
  }

  private async show(id: AnalysisId): Promise<void> {
    const agent = await this.link.agent();
    const location = vscode.ProgressLocation.Notification;
    const title = oneLine(agent.get(id).question, 60);
    await vscode.window.withProgress({ location, title, cancellable: true }, async (report, token) => {
      this.shown.set(id, report);
      report.report({ message: agent.get(id).stage });
      token.onCancellationRequested(() => agent.cancel(id));
      // Closing the window ends the note, not the analysis.
      await agent.settled(id, this.closing.signal).catch(() => undefined);
      this.shown.delete(id);
    });
  }
}
