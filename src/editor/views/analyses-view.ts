import * as vscode from "vscode";
import type { Analysis, AnalysisId } from "../../agent/analysis.ts";
import type { RequestId } from "../../approval/decisions.ts";
import type { AgentLink } from "../agent-link.ts";
import { COMMANDS, VIEWS } from "../command-ids.ts";
import { errorSentence } from "../error-reporter.ts";
import { clockTime } from "../plain-text.ts";
import type { House } from "../house.ts";
import { RowTree, Shown, themed, treeItem, type Row } from "./tree.ts";

export interface AnalysisRow extends Row {
  /** Absent where the row is no analysis. */
  readonly analysisId?: AnalysisId;
  readonly requestId?: RequestId;
}

/** Questions, newest first, with how far they are. */
export class AnalysesView extends RowTree<AnalysisRow> {
  private readonly house: House;
  private readonly link: AgentLink;
  private readonly view: vscode.TreeView<AnalysisRow>;
  private readonly shown = new Shown(50);

  constructor(house: House, link: AgentLink) {
    super();
    this.house = house;
    this.link = link;
    this.view = vscode.window.createTreeView(VIEWS.analyses, { treeDataProvider: this });
  }

  override dispose(): void {
    this.view.dispose();
    super.dispose();
  }

  /** VS Code asks only while the view is open: this is where a look at the list loads the agent. */
  protected override async rows(): Promise<readonly AnalysisRow[]> {
    if (this.house.countersign === undefined) return [];
    const agent = await this.link.look();
    return this.shown.rows(agent.analyses(this.shown.count + 1), analysisRow, "analyses");
  }

  showMore(): void {
    this.shown.more();
    this.refresh();
  }
}

function analysisRow(analysis: Analysis): AnalysisRow {
  const item = treeItem(analysis.question, {
    description: describe(analysis),
    tooltip: tooltip(analysis),
    icon: ICONS[analysis.state],
    context: contextOf(analysis),
    spoken: `${analysis.question}. ${describe(analysis)}`,
    ...commandOf(analysis),
  });
  const waiting = analysis.waitingFor === undefined ? {} : { requestId: analysis.waitingFor };
  return { id: analysis.id, item, analysisId: analysis.id, ...waiting };
}

function describe(analysis: Analysis): string {
  const isActive = analysis.state === "running" || analysis.state === "waiting";
  return isActive ? analysis.stage : `${analysis.state}, ${clockTime(analysis.updatedAt, Date.now())}`;
}

function tooltip({ question, answer, error }: Analysis): string {
  return [question, answer, error === undefined ? undefined : errorSentence(error)]
    .filter((part) => part !== undefined)
    .join("\n\n");
}

/** An analysis that broke goes on from there; one that ended by itself has nothing to go on with. */
function contextOf({ state, notebook, answer, error }: Analysis): string {
  const active = state === "running" || state === "waiting";
  return [
    state,
    active ? "active" : "",
    state === "failed" && error !== undefined ? "retryable" : "",
    notebook === undefined ? "" : "notebook",
    answer === undefined ? "" : "answer",
  ].join(" ");
}

function commandOf(analysis: Analysis): { command?: vscode.Command } {
  const { id, waitingFor, notebook, answer } = analysis;
  if (waitingFor !== undefined) {
    return { command: { command: COMMANDS.showDetails, title: "Show", arguments: [waitingFor] } };
  }
  if (notebook !== undefined) {
    return { command: { command: COMMANDS.openNotebook, title: "Open", arguments: [{ analysisId: id }] } };
  }
  return answer === undefined
    ? {}
    : { command: { command: COMMANDS.showAnswer, title: "Show", arguments: [{ analysisId: id }] } };
}

const ICONS: Readonly<Record<Analysis["state"], vscode.ThemeIcon>> = {
  running: themed("sync~spin"),
  waiting: themed("bell-dot", "list.warningForeground"),
  finished: themed("pass", "testing.iconPassed"),
  failed: themed("error", "testing.iconFailed"),
  cancelled: themed("circle-slash"),
};
