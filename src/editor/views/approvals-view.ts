import * as vscode from "vscode";
import type { RequestId } from "../../approval/decisions.ts";
import { mayAskAnew, type ApprovalRequest, type RequestState } from "../../approval/request.ts";
import { COMMANDS, VIEWS } from "../command-ids.ts";
import type { House } from "../house.ts";
import { clockTime, counted } from "../plain-text.ts";
import { isUndecided, pythonRunOf, revisionQuestion, standing } from "../request-facts.ts";
import { RowTree, Shown, themed, treeItem, type Row } from "./tree.ts";

export interface ApprovalRow extends Row {
  readonly requestId?: RequestId;
}

/** What waits, then what was decided lately. */
export class ApprovalsView extends RowTree<ApprovalRow> {
  private readonly house: House;
  private readonly view: vscode.TreeView<ApprovalRow>;
  private readonly waiting = new Shown(50);
  private readonly decided = new Shown(20);

  constructor(house: House) {
    super();
    this.house = house;
    this.view = vscode.window.createTreeView(VIEWS.approvals, { treeDataProvider: this });
  }

  override refresh(): void {
    const count = this.house.countersign?.approvals.waitingIds().length ?? 0;
    this.view.badge =
      count === 0 ? undefined : { value: count, tooltip: `${counted(count, "approval")} waiting` };
    super.refresh();
  }

  override dispose(): void {
    this.view.dispose();
    super.dispose();
  }

  protected override rows(): readonly ApprovalRow[] {
    const approvals = this.house.countersign?.approvals;
    if (approvals === undefined) return [];
    const { waiting, decided } = this;
    const open = waiting.rows(approvals.waiting(waiting.count + 1), requestRow, "waiting");
    const over = decided.rows(approvals.decided(decided.count + 1), requestRow, "decided");
    return over.length === 0 ? open : [...open, recentRow(over)];
  }

  showMore(list: "waiting" | "decided"): void {
    this[list].more();
    super.refresh();
  }
}

function recentRow(children: readonly Row[]): ApprovalRow {
  const item = treeItem("Recent", { collapsible: vscode.TreeItemCollapsibleState.Expanded });
  return { id: "recent", item, children };
}

function requestRow(request: ApprovalRequest): ApprovalRow {
  const isPython = pythonRunOf(request.action) !== undefined;
  const waiting = isUndecided(request);
  const show = waiting && isPython ? COMMANDS.showCode : COMMANDS.showDetails;
  const state = standing(request, Date.now());
  const description = waiting ? request.assessment.summary : describe(request);
  const item = treeItem(request.action.subject, {
    description,
    tooltip: [request.context.question, request.assessment.summary, state].join("\n"),
    icon: iconOf(request),
    context: [
      waiting ? "waiting" : "decided",
      isPython ? "python" : "other",
      ...(revisionQuestion(request.action) === undefined ? [] : ["revisable"]),
      ...(isPython && mayAskAnew(request) ? ["anew"] : []),
    ].join(" "),
    command: { command: show, title: "Show", arguments: [request.id] },
    spoken: `${request.action.subject}. ${state}. ${request.assessment.summary}`,
  });
  return { id: request.id, item, requestId: request.id };
}

function describe(request: ApprovalRequest): string {
  const at = request.decided?.at ?? request.createdAt;
  return `${request.state.replace("-", " ")}, ${clockTime(at, Date.now())}`;
}

const ICONS: Partial<Record<RequestState, vscode.ThemeIcon>> = {
  finished: themed("pass", "testing.iconPassed"),
  failed: themed("error", "testing.iconFailed"),
  rejected: themed("circle-slash"),
  refused: themed("circle-slash"),
  revised: themed("reply"),
  started: themed("sync~spin"),
  claimed: themed("sync~spin"),
  "outcome-unknown": themed("question", "list.warningForeground"),
};

function iconOf(request: ApprovalRequest): vscode.ThemeIcon {
  if (!isUndecided(request)) return ICONS[request.state] ?? themed("circle-outline");
  const notable = request.assessment.effects.some((effect) => !effect.ordinary);
  return notable ? themed("warning", "list.warningForeground") : themed("verified");
}
