import * as vscode from "vscode";
import type { RequestId } from "../../approval/decisions.ts";
import { PANEL_TYPE } from "../command-ids.ts";
import { ApprovalPanel, type PanelParts } from "./approval-panel.ts";
import { parsePanelMemory } from "./messages.ts";

const OPEN_PANELS = "approval-panels";

/** Which panels were open, and in which session of the window. */
interface OpenPanels {
  readonly sessionId: string;
  readonly requestIds: readonly RequestId[];
}

/** At most one panel a request; panels come back after a reload and after a crash of the extension host. */
export class ApprovalPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly panels = new Map<RequestId, ApprovalPanel>();
  private readonly parts: PanelParts;
  private readonly memento: vscode.Memento;

  constructor(parts: PanelParts, memento: vscode.Memento) {
    this.parts = parts;
    this.memento = memento;
  }

  async show(id: RequestId): Promise<void> {
    const open = this.panels.get(id);
    await this.parts.reviews.refresh(id);
    if (open === undefined) this.create(id);
    else open.reveal();
  }

  /** Shows again what changed in no review: the notebook of a run that ended. */
  async refresh(): Promise<void> {
    for (const panel of this.panels.values()) await panel.render();
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const id = parsePanelMemory(state)?.requestId as RequestId | undefined;
    if (id === undefined || this.panels.has(id)) panel.dispose();
    else this.adopt(id, panel);
    return Promise.resolve();
  }

  /**
   * After a crash of the extension host alone, its panels stay on the screen with nobody behind them, and VS Code does
   * not call the serializer. The session then is still the one that opened them: they are closed and opened anew.
   */
  async reviveZombies(): Promise<void> {
    const known = this.memento.get<OpenPanels>(OPEN_PANELS);
    if (known?.sessionId !== vscode.env.sessionId) return;
    const zombies = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(isOurs);
    if (zombies.length === 0) return;
    await vscode.window.tabGroups.close(zombies, true);
    for (const id of known.requestIds) {
      if (!this.panels.has(id)) await this.show(id);
    }
  }

  dispose(): void {
    for (const panel of this.panels.values()) panel.dispose();
    this.panels.clear();
  }

  private create(id: RequestId): void {
    const column = { viewColumn: columnForPanel(), preserveFocus: false };
    this.adopt(id, vscode.window.createWebviewPanel(PANEL_TYPE, "Approval", column));
  }

  private adopt(id: RequestId, webviewPanel: vscode.WebviewPanel): void {
    const panel = new ApprovalPanel(this.parts, id, webviewPanel);
    this.panels.set(id, panel);
    webviewPanel.onDidDispose(() => this.closed(id, panel));
    this.remember();
  }

  private closed(id: RequestId, panel: ApprovalPanel): void {
    panel.dispose();
    if (this.panels.get(id) !== panel) return;
    this.panels.delete(id);
    this.remember();
  }

  private remember(): void {
    const open: OpenPanels = {
      sessionId: vscode.env.sessionId,
      requestIds: [...this.panels.keys()],
    };
    void this.memento.update(OPEN_PANELS, open);
  }
}

function isOurs(tab: vscode.Tab): boolean {
  return tab.input instanceof vscode.TabInputWebview && tab.input.viewType.endsWith(PANEL_TYPE);
}

/** Beside the code where there is one column, in the last where there are more: a third would leave none readable. */
function columnForPanel(): vscode.ViewColumn {
  const groups = vscode.window.tabGroups.all;
  if (groups.length > 1) return groups.at(-1)?.viewColumn ?? vscode.ViewColumn.Active;
  return groups[0]?.tabs.length === 0 ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
}
