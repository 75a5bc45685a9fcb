import * as vscode from "vscode";
import type { AnalysisId } from "../agent/analysis.ts";
import type { RequestId } from "../approval/decisions.ts";
import type { CountersignApi } from "../api.ts";
import type { LedgerVerdict } from "../approval/ledger/chain.ts";
import type { Countersign } from "../countersign.ts";
import { PANEL_TYPE } from "./command-ids.ts";
import { registerCommands } from "./commands/register-commands.ts";
import { ConfigurationDiagnostics } from "./configuration-diagnostics.ts";
import { Gathered } from "./gathered.ts";
import { isWaitingForFolder } from "./house.ts";
import { RequestActions } from "./inline/request-actions.ts";
import { SCHEME } from "./inline/request-path.ts";
import { TEXT_SCHEME } from "./plain-texts.ts";
import { createServices, disposables, type EditorOptions, type Services } from "./services.ts";
import { configFile, SECTION } from "./settings.ts";

const OPEN_LEDGER = "Open Ledger";
/** As many analyses as are looked through for what is at work. */
const LISTED = 50;

/** Countersign in this window: what VS Code is told, and which event leads to what. */
export class Editor {
  private readonly services: Services;
  private readonly registered: vscode.Disposable[];
  private readonly requestsChanged = new Gathered<RequestId>(() => this.showRequests());
  private readonly analysesChanged = new Gathered<AnalysisId>(() => this.showAnalyses());
  private ledger: LedgerVerdict | undefined;

  constructor(options: EditorOptions) {
    this.services = createServices(options);
    this.registered = [...disposables(this.services), ...this.register(), ...this.listen()];
    options.models.announce();
    this.showStatus();
  }

  /** Opens the workspace if there is one; else the views say what is missing. */
  async start(): Promise<void> {
    const { house, errors } = this.services;
    await errors.guard(async () => {
      try {
        await house.read();
      } catch (error) {
        if (!isWaitingForFolder(error)) throw error;
      }
    });
  }

  /** What other extensions get. */
  get api(): CountersignApi {
    return this.services.extensionApi.face();
  }

  async dispose(): Promise<void> {
    for (const disposable of [this.requestsChanged, this.analysesChanged, ...this.registered])
      disposable.dispose();
    await this.services.house.dispose();
  }

  private register(): vscode.Disposable[] {
    const { configuration, files, lenses, panels, texts, reviews } = this.services;
    const { extensionUri } = this.services.context;
    return [
      vscode.workspace.registerFileSystemProvider(SCHEME, files, { isCaseSensitive: true }),
      vscode.workspace.registerTextDocumentContentProvider(TEXT_SCHEME, texts),
      vscode.languages.registerCodeLensProvider({ scheme: SCHEME }, lenses),
      vscode.languages.registerCodeActionsProvider({ scheme: SCHEME }, new RequestActions(reviews), {
        providedCodeActionKinds: RequestActions.kinds,
      }),
      vscode.languages.registerCodeActionsProvider({ scheme: "file", language: "yaml" }, configuration, {
        providedCodeActionKinds: ConfigurationDiagnostics.kinds,
      }),
      vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, panels),
      registerCommands({ ...this.services, extensionUri }),
    ];
  }

  private listen(): vscode.Disposable[] {
    const { house, link, models, outcomes, announcer, errors } = this.services;
    return [
      outcomes.onDidComeToNothing(
        ({ request, message }) => void errors.guard(() => announcer.tellUnperformed(request, message)),
      ),
      house.onDidChangeState(() => this.showAll()),
      house.onDidOpen((countersign) => this.settle(countersign)),
      link.onDidChange((id) => this.analysisChanged(id)),
      link.onProgress(() => this.showStatus()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.trusted()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.start()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration(SECTION)) return;
        models.announce();
        this.showStatus();
      }),
    ];
  }

  /** The house opened: its events reach the surfaces from now on, and what an earlier window left is taken up if it may be. */
  private settle(countersign: Countersign): void {
    const { configuration, memoryView, grantsView, documents, panels, reviews, errors } = this.services;
    const { approvals, memory, imagePackages } = countersign;
    approvals.onDidChange((id) => this.requestChanged(id));
    memory.onDidChange(() => memoryView.refresh());
    approvals.grants.onDidChange(() => grantsView.refresh());
    imagePackages.onDidChange(() => void errors.guard(() => reviews.refreshAll()));
    configuration.show(countersign.configuration);
    countersign.onDidChangeConfiguration((loaded) => configuration.show(loaded));
    this.watchConfiguration(countersign);
    documents.start();
    void errors.guard(() => panels.reviveZombies());
    if (vscode.workspace.isTrusted) this.goOn(countersign);
    void errors.guard(() => this.tellMovedAside(countersign));
    void this.verifyLedger(countersign);
  }

  /** What an earlier window left, or what could only be read so far. */
  private goOn(countersign: Countersign): void {
    const { announcer, link, errors } = this.services;
    void errors.guard(async () => {
      if (!countersign.hasUnfinished()) return;
      const agent = await link.agent();
      for (const { id, state } of agent.analyses(LISTED)) if (state === "running") this.follow(id);
      agent.resume();
    });
    void errors.guard(() => announcer.greet());
  }

  /** What an earlier window began and what goes on: this one shows that it does, opens its result and says what came of it. */
  private follow(id: AnalysisId): void {
    this.services.outcomes.follow(id);
    this.services.notes.take(id);
  }

  /** What was only read until now may be decided. */
  private async trusted(): Promise<void> {
    await this.start();
    const { house, files, reviews, errors } = this.services;
    const { countersign } = house;
    if (countersign === undefined) return;
    await errors.guard(async () => {
      await countersign.trust();
      house.trust();
      for (const id of files.known) files.noteChange(countersign.approvals.get(id), Date.now());
      this.goOn(countersign);
      await reviews.refreshAll();
    });
  }

  private watchConfiguration(countersign: Countersign): void {
    const { errors } = this.services;
    const reload = () => void errors.guard(() => countersign.reloadConfiguration());
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (folder === undefined) return;
    const pattern = new vscode.RelativePattern(folder, configFile());
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    this.registered.push(
      watcher,
      watcher.onDidChange(reload),
      watcher.onDidCreate(reload),
      watcher.onDidDelete(reload),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(SECTION)) reload();
      }),
    );
  }

  private async tellMovedAside({ movedAside }: Countersign): Promise<void> {
    if (movedAside === undefined) return;
    const { dialogs } = this.services;
    await dialogs.warn(
      `The records of this workspace were damaged. They were moved to ${movedAside} and new ones begun; nothing was deleted.`,
    );
  }

  private async verifyLedger(countersign: Countersign): Promise<void> {
    const { log, dialogs } = this.services;
    try {
      this.ledger = await countersign.checkLedger();
    } catch (error) {
      log.warn("The ledger could not be verified", error);
      return;
    }
    this.showStatus();
    if (this.ledger.ok) return;
    log.error(`The ledger is broken at row ${this.ledger.brokenAt}: ${this.ledger.reason}`);
    const chosen = await dialogs.warn(
      `The ledger of this workspace was changed: ${this.ledger.reason}. What it says from there on proves nothing.`,
      OPEN_LEDGER,
    );
    if (chosen === OPEN_LEDGER) await vscode.commands.executeCommand("countersign.openLedger");
  }

  private requestChanged(id: RequestId): void {
    const { house, files, reviews, errors } = this.services;
    const request = house.countersign?.approvals.get(id);
    if (request !== undefined) files.noteChange(request, Date.now());
    void errors.guard(() => reviews.refreshIfKnown(id));
    this.requestsChanged.add(id);
  }

  /** Once for all that changed within a moment. */
  private showRequests(): void {
    const { announcer, approvalsView, errors } = this.services;
    approvalsView.refresh();
    this.showStatus();
    if (vscode.workspace.isTrusted) void errors.guard(() => announcer.check());
  }

  private analysisChanged(id: AnalysisId): void {
    const { outcomes, errors } = this.services;
    void errors.guard(() => outcomes.note(id));
    this.analysesChanged.add(id);
  }

  private showAnalyses(): void {
    this.services.analysesView.refresh();
    this.showStatus();
  }

  private showAll(): void {
    const { approvalsView, grantsView, analysesView, containersView, memoryView } = this.services;
    for (const view of [approvalsView, grantsView, analysesView, containersView, memoryView]) view.refresh();
    this.showStatus();
  }

  private showStatus(): void {
    const { house, link, models, status } = this.services;
    const running = link.analyses(10).find(({ state }) => state === "running");
    status.show({
      house: house.state.kind,
      waiting: house.countersign?.approvals.waitingIds().length ?? 0,
      stage: running?.stage,
      hasModel: models.choice() !== undefined,
      ledger: this.ledger,
    });
  }
}
