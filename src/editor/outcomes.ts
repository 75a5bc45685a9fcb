import * as vscode from "vscode";
import type { Analysis, AnalysisId } from "../agent/analysis.ts";
import type { RequestId } from "../approval/decisions.ts";
import type { ApprovalRequest } from "../approval/request.ts";
import type { RunRecord } from "../python/python-run.ts";
import type { AgentLink } from "./agent-link.ts";
import { COMMANDS } from "./command-ids.ts";
import type { Dialogs } from "./dialogs.ts";
import type { ErrorReporter, Remedy } from "./error-reporter.ts";
import type { House } from "./house.ts";
import { oneLine } from "./plain-text.ts";
import { unperformedInWords } from "./unperformed.ts";

const SHOW_ANSWER = "Show Answer";
const OPEN_NOTEBOOK = "Open Notebook";
const RECENT = 50;

export interface OutcomesParts {
  readonly house: House;
  readonly link: AgentLink;
  readonly dialogs: Dialogs;
  readonly errors: ErrorReporter;
  readonly showAnswer: (id: AnalysisId) => Promise<void>;
}

/** A request of this window's of which nothing came, in words. */
export interface Unperformed {
  readonly request: ApprovalRequest;
  readonly message: string;
}

/** What came of analyses that this window asked for, decided about or found at work: notebook, answer, error, each once. */
export class Outcomes implements vscode.Disposable {
  private readonly parts: OutcomesParts;
  private readonly unperformed = new vscode.EventEmitter<Unperformed>();
  readonly onDidComeToNothing = this.unperformed.event;
  private readonly mine = new Set<AnalysisId>();

  constructor(parts: OutcomesParts) {
    this.parts = parts;
  }

  /** From now on this window tells how the analysis ends. */
  follow(id: AnalysisId): void {
    this.mine.add(id);
  }

  /** The person ended it at this window, and need not be told. */
  leave(id: AnalysisId): void {
    this.mine.delete(id);
  }

  async note(id: AnalysisId): Promise<void> {
    if (!this.mine.has(id)) return;
    const analysis = (await this.parts.link.look()).get(id);
    if (analysis.state === "running" || analysis.state === "waiting") return;
    // Two changes may come in together; only one of them tells.
    if (!this.mine.delete(id)) return;
    if (analysis.state === "finished") await this.tell(analysis);
    else if (analysis.error !== undefined) await this.parts.errors.showRecord(analysis.error, retry(id));
    else await this.tellEnd(analysis);
  }

  hasNotebook(id: RequestId): boolean {
    return this.notebookOf(id) !== undefined;
  }

  async openNotebookOf(id: RequestId): Promise<void> {
    const notebook = this.notebookOf(id);
    if (notebook !== undefined) await openNotebook(notebook, false);
  }

  async openNotebookOfAnalysis(id: AnalysisId): Promise<void> {
    const { notebook } = (await this.parts.link.look()).get(id);
    if (notebook !== undefined) await openNotebook(notebook, false);
  }

  private async tell(analysis: Analysis): Promise<void> {
    const { notebook, answer, question, id } = analysis;
    if (notebook !== undefined) await openNotebook(notebook, true);
    const message = oneLine(`${this.howItWent(id)}${answer ?? `Finished: ${question}`}`, 400);
    const chosen = await this.parts.dialogs.inform(message, ...(answer === undefined ? [] : [SHOW_ANSWER]));
    if (chosen === SHOW_ANSWER) await this.parts.showAnswer(id);
  }

  dispose(): void {
    this.unperformed.dispose();
  }

  /** Nothing broke, and still there is no result: refused, rejected elsewhere, expired, given up after several attempts. */
  private async tellEnd({ id, answer, notebook }: Analysis): Promise<void> {
    const unperformed = this.unperformedOf(id);
    if (unperformed !== undefined) this.unperformed.fire(unperformed);
    if (unperformed !== undefined || answer === undefined) return;
    const openable = notebook === undefined ? [] : [OPEN_NOTEBOOK];
    const chosen = await this.parts.dialogs.warn(oneLine(answer, 400), SHOW_ANSWER, ...openable);
    if (chosen === SHOW_ANSWER) await this.parts.showAnswer(id);
    if (chosen === OPEN_NOTEBOOK) await this.openNotebookOfAnalysis(id);
  }

  /** The analysis' last request, where nothing came of that. */
  private unperformedOf(id: AnalysisId): Unperformed | undefined {
    const approvals = this.parts.house.countersign?.approvals;
    const request = approvals?.recent(RECENT).find(({ context }) => context.analysisId === id);
    const outcome = request === undefined ? undefined : approvals?.outcome(request.id);
    const message = outcome === undefined ? undefined : unperformedInWords(outcome);
    return request === undefined || message === undefined ? undefined : { request, message };
  }

  /** Nobody was there to see it: that is said before what came of it. */
  private howItWent(id: AnalysisId): string {
    const isUnattended = this.recordsOf(id).some(({ unattended }) => unattended === true);
    return isUnattended ? "It went on while no window was open. " : "";
  }

  private recordsOf(id: AnalysisId): readonly RunRecord[] {
    const approvals = this.parts.house.countersign?.approvals;
    const requests = approvals?.recent(RECENT).filter(({ context }) => context.analysisId === id) ?? [];
    return requests.flatMap((request) => this.recordOf(request.id) ?? []);
  }

  private notebookOf(id: RequestId): string | undefined {
    return this.recordOf(id)?.notebook;
  }

  private recordOf(id: RequestId): RunRecord | undefined {
    const outcome = this.parts.house.countersign?.approvals.outcome<RunRecord>(id);
    return outcome !== undefined && "result" in outcome ? outcome.result : undefined;
  }
}

/** In the editor that VS Code has for notebooks, whatever else could open the file. */
export async function openNotebook(path: string, preserveFocus: boolean): Promise<void> {
  const options = { preview: false, preserveFocus };
  await vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(path), "jupyter-notebook", options);
}

function retry(id: AnalysisId): Remedy {
  return { title: "Retry", command: COMMANDS.retryAnalysis, target: id };
}
