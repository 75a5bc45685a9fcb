import * as vscode from "vscode";
import type { Analysis, AnalysisId } from "../agent/analysis.ts";
import type { RequestId } from "../approval/decisions.ts";
import type { RunRecord } from "../python/python-run.ts";
import type { AgentLink } from "./agent-link.ts";
import type { Dialogs } from "./dialogs.ts";
import type { ErrorReporter } from "./error-reporter.ts";
import type { House } from "./house.ts";
import { oneLine } from "./plain-text.ts";

const SHOW_ANSWER = "Show Answer";

export interface OutcomesParts {
  readonly house: House;
  readonly link: AgentLink;
  readonly dialogs: Dialogs;
  readonly errors: ErrorReporter;
  readonly showAnswer: (id: AnalysisId) => Promise<void>;
}

/** What came of analyses that this window asked for or decided about: notebook, answer, error, each once. */
export class Outcomes {
  private readonly parts: OutcomesParts;
  private readonly mine = new Set<AnalysisId>();

  constructor(parts: OutcomesParts) {
    this.parts = parts;
  }

  /** From now on this window tells how the analysis ends. */
  follow(id: AnalysisId): void {
    this.mine.add(id);
  }

  async note(id: AnalysisId): Promise<void> {
    if (!this.mine.has(id)) return;
    const analysis = (await this.parts.link.agent()).get(id);
    if (analysis.state === "running" || analysis.state === "waiting") return;
    // Two changes may come in together; only one of them tells.
    if (!this.mine.delete(id)) return;
    if (analysis.state === "failed" && analysis.error !== undefined) {
      await this.parts.errors.showRecord(analysis.error);
    }
    if (analysis.state === "finished") await this.tell(analysis);
  }

  hasNotebook(id: RequestId): boolean {
    return this.notebookOf(id) !== undefined;
  }

  async openNotebookOf(id: RequestId): Promise<void> {
    const notebook = this.notebookOf(id);
    if (notebook !== undefined) await openNotebook(notebook, false);
  }

  async openNotebookOfAnalysis(id: AnalysisId): Promise<void> {
    const { notebook } = (await this.parts.link.agent()).get(id);
    if (notebook !== undefined) await openNotebook(notebook, false);
  }

  private async tell(analysis: Analysis): Promise<void> {
    const { notebook, answer, question, id } = analysis;
    if (notebook !== undefined) await openNotebook(notebook, true);
    const message = oneLine(answer ?? `Finished: ${question}`, 400);
    const chosen = await this.parts.dialogs.inform(message, ...(answer === undefined ? [] : [SHOW_ANSWER]));
    if (chosen === SHOW_ANSWER) await this.parts.showAnswer(id);
  }

  private notebookOf(id: RequestId): string | undefined {
    const outcome = this.parts.house.countersign?.approvals.outcome<RunRecord>(id);
    if (outcome === undefined || !("result" in outcome)) return undefined;
    return outcome.result?.notebook;
  }
}

async function openNotebook(path: string, preserveFocus: boolean): Promise<void> {
  const options = { preview: false, preserveFocus };
  await vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(path), "jupyter-notebook", options);
}
