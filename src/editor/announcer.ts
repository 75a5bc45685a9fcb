import * as vscode from "vscode";
import type { RequestId } from "../approval/decisions.ts";
import { mayAskAnew, type ApprovalRequest } from "../approval/request.ts";
import { COMMANDS } from "./command-ids.ts";
import type { Dialogs } from "./dialogs.ts";
import type { House } from "./house.ts";
import { requestIdOf } from "./inline/request-documents.ts";
import { counted, oneLine } from "./plain-text.ts";
import { pythonRunOf } from "./request-facts.ts";

const SHOW = "Show";
const DETAILS = "Details";
const ASK_ANEW = "Ask Anew";
const MOST_AT_ONCE = 3;

export interface AnnouncerParts {
  readonly house: House;
  readonly dialogs: Dialogs;
  readonly showCode: (id: RequestId, preserveFocus: boolean) => Promise<unknown>;
  readonly showDetails: (id: RequestId) => Promise<void>;
}

/** Says once that something waits. It never takes the focus: code opens by itself only where it covers nothing. */
export class Announcer {
  private readonly parts: AnnouncerParts;
  private readonly said = new Set<RequestId>();

  constructor(parts: AnnouncerParts) {
    this.parts = parts;
  }

  /** What waited before this window was there: one notification for all. */
  async greet(): Promise<void> {
    await this.say(this.unsaid(), 1);
  }

  /** What came since the last look: each by itself, unless they are more than anybody reads. */
  async check(): Promise<void> {
    await this.say(this.unsaid(), MOST_AT_ONCE);
  }

  private async say(ids: readonly RequestId[], apart: number): Promise<void> {
    const approvals = this.parts.house.countersign?.approvals;
    if (approvals === undefined || ids.length === 0) return;
    if (ids.length <= apart) {
      await Promise.all(ids.map((id) => this.announce(approvals.get(id))));
      return;
    }
    const chosen = await this.parts.dialogs.inform(
      `${counted(ids.length, "request")} wait for your decision.`,
      SHOW,
    );
    if (chosen === SHOW) await vscode.commands.executeCommand("countersign.approvals.focus");
  }

  private unsaid(): readonly RequestId[] {
    const waiting = this.parts.house.countersign?.approvals.waitingIds() ?? [];
    const unsaid = waiting.filter((id) => !this.said.has(id));
    for (const id of unsaid) this.said.add(id);
    return unsaid;
  }

  private async announce(request: ApprovalRequest): Promise<void> {
    const isPython = pythonRunOf(request.action) !== undefined;
    if (isPython && (await this.openInPlace(request))) return;
    const subject = oneLine(request.action.subject, 80);
    const summary = oneLine(request.assessment.summary, 120);
    const message = `Waits for your decision: ${isPython ? `${subject} (${summary})` : summary}`;
    const offered = isPython ? [SHOW, DETAILS] : [DETAILS];
    await this.offer(request.id, this.parts.dialogs.inform(message, ...offered));
  }

  /** What will not run is shown all the same, with the reason. */
  async tellUnperformed(request: ApprovalRequest, message: string): Promise<void> {
    const show = (await this.openInPlace(request)) ? [] : [SHOW];
    const offered = [...(mayAskAnew(request) ? [ASK_ANEW] : []), ...show, DETAILS];
    await this.offer(request.id, this.parts.dialogs.warn(message, ...offered));
  }

  private async openInPlace(request: ApprovalRequest): Promise<boolean> {
    if (!nothingIsOpen() && !isOnScreen(request.context.previous)) return false;
    await this.parts.showCode(request.id, true);
    return true;
  }

  private async offer(id: RequestId, answer: Promise<string | undefined>): Promise<void> {
    const chosen = await answer;
    if (chosen === SHOW) await this.parts.showCode(id, false);
    if (chosen === DETAILS) await this.parts.showDetails(id);
    if (chosen === ASK_ANEW) await vscode.commands.executeCommand(COMMANDS.askAnew, id);
  }
}

/** The attempt that this one replaces is decided, so nobody is typing in it: the new code may take its place. */
function isOnScreen(previous: RequestId | undefined): boolean {
  const active = vscode.window.activeTextEditor?.document;
  return previous !== undefined && active !== undefined && requestIdOf(active) === previous;
}

function nothingIsOpen(): boolean {
  return vscode.window.tabGroups.all.every((group) => group.tabs.length === 0);
}
