import * as vscode from "vscode";
import type { RequestId } from "../../approval/decisions.ts";
import { mayAskAnew, type ApprovalRequest, type RequestState } from "../../approval/request.ts";
import { COMMANDS, VIEWS } from "../command-ids.ts";
import type { House } from "../house.ts";
import { clockTime, counted } from "../plain-text.ts";
import { isUndecided, pythonRunOf, revisionQuestion, standing } from "../request-facts.ts";
import { RowTree, themed, treeItem, type Row } from "./tree.ts";

const RECENT = 20;

export interface ApprovalRow extends Row {
  readonly requestId?: RequestId;
}

/** What waits, then what was decided lately. */
export class ApprovalsView extends RowTree<ApprovalRow> {
  private readonly house: House;
  private readonly view: vscode.TreeView<ApprovalRow>;

  constructor(house: House) {
    super();
    this.house = house;
    this.view = vscode.window.createTreeView(VIEWS.approvals, { treeDataProvider: this });
  }

  override refresh(): void {
    const count = this.house.countersign?.approvals.waiting().length ?? 0;
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
    const waiting = approvals.waiting().map((request) => requestRow(request));
    const decided = approvals.recent(RECENT).filter((request) => !isUndecided(request));
    return decided.length === 0 ? waiting : [...waiting, recentRow(decided)];
  }
}

function recentRow(decided: readonly ApprovalRequest[]): ApprovalRow {
  const item = treeItem("Recent", {
    collapsible: vscode.TreeItemCollapsibleState.Expanded,
    description: String(decided.length),
  });
  return { id: "recent", item, children: decided.map((request) => requestRow(request)) };
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
