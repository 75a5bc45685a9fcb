import * as vscode from "vscode";
import type { Finding } from "../../approval/assessment.ts";
import type { Secrets } from "../../host.ts";
import type { AgentLink } from "../agent-link.ts";
import type { ApprovalPanels } from "../approval-panel/approval-panels.ts";
import { COMMANDS, type CommandId, type FindingTarget } from "../command-ids.ts";
import { configFile } from "../settings.ts";
import type { Deciding } from "../deciding.ts";
import type { Dialogs } from "../dialogs.ts";
import type { ErrorReporter } from "../error-reporter.ts";
import { explanationOf, revisionWithout } from "../finding-text.ts";
import type { House } from "../house.ts";
import { findingOf } from "../inline/request-actions.ts";
import type { RequestDocuments } from "../inline/request-documents.ts";
import type { EditorLog } from "../log.ts";
import type { EditorModels } from "../models.ts";
import type { Outcomes } from "../outcomes.ts";
import type { PlainTexts } from "../plain-texts.ts";
import type { ProgressNotes } from "../progress-notes.ts";
import type { RunOutputView } from "../run-output.ts";
import { terminalCommand } from "../terminal-command.ts";
import type { AnalysesView } from "../views/analyses-view.ts";
import type { ApprovalsView } from "../views/approvals-view.ts";
import type { ContainerRow, ContainersView } from "../views/containers-view.ts";
import type { GrantRow } from "../views/grants-view.ts";
import type { MemoryRow } from "../views/memory-view.ts";
import type { Reviews } from "../reviews.ts";
import { offerLocal } from "./accept-local.ts";
import { addPackages, removePackages } from "./add-packages.ts";
import { askAnew } from "./ask-anew.ts";
import { connectGateway } from "./connect-gateway.ts";
import { connectModel } from "./connect-model.ts";
import type { ContainerCommands } from "./container-commands.ts";
import { exportLedger } from "./export-ledger.ts";
import { newAnalysis } from "./new-analysis.ts";
import { openLedger } from "./open-ledger.ts";
import { openSampleWorkspace } from "./open-sample-workspace.ts";
import { removeOldRuns } from "./remove-old-runs.ts";
import { showChanges } from "./show-changes.ts";
import { trustOutputs } from "./trust-outputs.ts";
import { analysisIdOfTarget, requestIdOfTarget } from "./targets.ts";

export interface CommandParts {
  readonly context: vscode.ExtensionContext;
  readonly extensionUri: vscode.Uri;
  readonly house: House;
  readonly link: AgentLink;
  readonly log: EditorLog;
  readonly errors: ErrorReporter;
  readonly dialogs: Dialogs;
  readonly secrets: Secrets;
  readonly models: EditorModels;
  readonly outcomes: Outcomes;
  readonly notes: ProgressNotes;
  readonly reviews: Reviews;
  readonly documents: RequestDocuments;
  readonly panels: ApprovalPanels;
  readonly deciding: Deciding;
  readonly texts: PlainTexts;
  readonly runOutput: RunOutputView;
  readonly containerCommands: ContainerCommands;
  readonly containersView: ContainersView;
  readonly approvalsView: ApprovalsView;
  readonly analysesView: AnalysesView;
}

type Handler = (target: unknown) => Promise<unknown>;

/** Registers every command. A failure is shown once, by its command; none of them approves anything. */
export function registerCommands(parts: CommandParts): vscode.Disposable {
  const handlers: Record<CommandId, Handler> = {
    ...generalCommands(parts),
    ...requestCommands(parts),
    ...analysisCommands(parts),
    ...containerAndMemoryCommands(parts),
  };
  const registered = Object.entries(handlers).map(([id, handler]) =>
    vscode.commands.registerCommand(id, (target: unknown) => run(parts.errors, handler, target)),
  );
  return vscode.Disposable.from(...registered);
}

/** Returns what the handler returns, for callers in tests and keybindings; undefined where it failed. */
async function run(errors: ErrorReporter, handler: Handler, target: unknown): Promise<unknown> {
  let result: unknown;
  await errors.guard(async () => (result = await handler(target)));
  return result;
}

function generalCommands(parts: CommandParts) {
  return {
    [COMMANDS.newAnalysis]: (question) =>
      newAnalysis(parts, typeof question === "string" ? question : undefined),
    [COMMANDS.connectModel]: () => connectModel(parts),
    [COMMANDS.connectGateway]: () => connectGateway(parts),
    [COMMANDS.removeOldRuns]: () => removeOldRuns(parts.dialogs, parts.house),
    [COMMANDS.askAboutLoosenings]: async () => {
      const id = await (await parts.house.enter()).loosenings.askAgain();
      if (id !== undefined) await parts.panels.show(id);
      else void parts.dialogs.inform("The workspace's file asks for nothing beyond your own settings.");
    },
    [COMMANDS.takeBackLoosenings]: async () => {
      await (await parts.house.enter()).loosenings.takeBack();
      void parts.dialogs.inform("Your own settings count alone again in this workspace.");
    },
    [COMMANDS.openLedger]: () => openLedger(parts),
    [COMMANDS.exportLedger]: () => exportLedger(parts),
    [COMMANDS.showApprovals]: (target) => openLedger(parts, analysisIdOfTarget(target)),
    [COMMANDS.openSampleWorkspace]: () => openSampleWorkspace(parts),
    [COMMANDS.copyTerminalCommand]: () => copyTerminalCommand(parts),
    [COMMANDS.showMore]: (list) => {
      if (list === "analyses") parts.analysesView.showMore();
      if (list === "waiting" || list === "decided") parts.approvalsView.showMore(list);
      return Promise.resolve();
    },
    [COMMANDS.showLog]: immediately(() => parts.log.show()),
    [COMMANDS.openConfiguration]: () => openConfiguration(parts.house),
    [COMMANDS.acceptLocal]: () => offerLocal(parts.dialogs, parts.house),
  } satisfies Partial<Record<CommandId, Handler>>;
}

function requestCommands(parts: CommandParts) {
  const { house, link, notes, reviews, documents, panels, deciding, outcomes, dialogs } = parts;
  return {
    [COMMANDS.showCode]: withRequest((id) => documents.open(id, false).then(() => undefined)),
    [COMMANDS.showDetails]: withRequest((id) => panels.show(id)),
    [COMMANDS.runOnce]: withRequest((id) => deciding.runOnce(id)),
    [COMMANDS.revise]: withRequest((id) => deciding.askRevision(id)),
    [COMMANDS.reject]: withRequest((id) => deciding.askRejection(id)),
    [COMMANDS.explainFinding]: withFinding(reviews, async (finding) => {
      const { message, detail } = explanationOf(finding);
      await dialogs.modal(message, detail, []);
    }),
    [COMMANDS.reviseWithout]: withFinding(reviews, (finding, id) =>
      deciding.askRevision(id, revisionWithout(finding)),
    ),
    [COMMANDS.showChanges]: withRequest((id) => showChanges(reviews, id)),
    [COMMANDS.askAnew]: withRequest((id) => askAnew({ house, link, outcomes, notes }, id)),
    [COMMANDS.openNotebook]: async (target) => {
      const analysis = analysisIdOfTarget(target);
      const isRow = typeof target === "object" && analysis !== undefined;
      if (isRow) await outcomes.openNotebookOfAnalysis(analysis);
      else await withRequest((id) => outcomes.openNotebookOf(id))(target);
    },
  } satisfies Partial<Record<CommandId, Handler>>;
}

function analysisCommands({ link, dialogs, texts, runOutput, outcomes, notes }: CommandParts) {
  return {
    [COMMANDS.showAnswer]: async (target) => {
      const id = analysisIdOfTarget(target);
      if (id !== undefined) await texts.showAnswer(id);
    },
    [COMMANDS.cancelAnalysis]: async (target) => {
      const id = analysisIdOfTarget(target);
      if (id !== undefined) (await link.agent()).cancel(id);
    },
    [COMMANDS.retryAnalysis]: async (target) => {
      const id = analysisIdOfTarget(target);
      if (id === undefined) return;
      outcomes.follow(id);
      notes.follow(id);
      (await link.agent()).retry(id);
    },
    [COMMANDS.trustOutputs]: (target) => trustOutputs({ link, dialogs }, analysisIdOfTarget(target)),
    [COMMANDS.showOutput]: immediately(() => runOutput.show()),
  } satisfies Partial<Record<CommandId, Handler>>;
}

function containerAndMemoryCommands(parts: CommandParts) {
  const { containerCommands, containersView, house, dialogs, texts } = parts;
  return {
    [COMMANDS.buildImage]: () => containerCommands.build(),
    [COMMANDS.addPackages]: (target) => addPackages(parts, target),
    [COMMANDS.removePackages]: () => removePackages(parts),
    [COMMANDS.stopContainer]: async (row) => {
      const container = (row as ContainerRow | undefined)?.container;
      if (container !== undefined) await containerCommands.stop(container);
    },
    [COMMANDS.showContainerLogs]: async (row) => {
      const container = (row as ContainerRow | undefined)?.container;
      if (container !== undefined) await containerCommands.showLogs(container);
    },
    [COMMANDS.refreshContainers]: immediately(() => containersView.refresh()),
    [COMMANDS.showMemory]: (row) => texts.showMemory((row as MemoryRow).entry.id),
    [COMMANDS.revokeGrant]: async (row) => {
      const grant = (row as GrantRow | undefined)?.grant;
      if (grant !== undefined) (await house.enter()).approvals.revokeGrant(grant.id);
    },
    [COMMANDS.forgetMemory]: async (row) => {
      const { entry } = row as MemoryRow;
      const forget = "Forget";
      const chosen = await dialogs.warn(`Forget “${entry.title}”? The agent no longer knows it.`, forget);
      if (chosen === forget) await (await house.enter()).memory.forget(entry.id);
    },
  } satisfies Partial<Record<CommandId, Handler>>;
}

function immediately(act: () => void): Handler {
  return () => {
    act();
    return Promise.resolve();
  };
}

type ByRequest = (id: NonNullable<ReturnType<typeof requestIdOfTarget>>) => Promise<void>;

function withRequest(act: ByRequest): Handler {
  return async (target) => {
    const id = requestIdOfTarget(target);
    if (id === undefined) await vscode.commands.executeCommand("countersign.approvals.focus");
    else await act(id);
  };
}

type ByFinding = (finding: Finding, id: FindingTarget["requestId"]) => Promise<void>;

function withFinding(reviews: Reviews, act: ByFinding): Handler {
  return async (target) => {
    const place = target as FindingTarget | undefined;
    const finding = place === undefined ? undefined : await findingOf(reviews, place);
    if (place !== undefined && finding !== undefined) await act(finding, place.requestId);
  };
}

async function copyTerminalCommand({ extensionUri, dialogs }: CommandParts): Promise<void> {
  const cli = vscode.Uri.joinPath(extensionUri, "dist", "cli.js").fsPath;
  const line = terminalCommand(process.execPath, cli, process.platform);
  await vscode.env.clipboard.writeText(line);
  void dialogs.inform("Copied. Paste it into a terminal and put the files to analyse at its end.");
}

/** Opens the configuration file; one that is not there yet opens as a new file of that name. */
async function openConfiguration(house: House): Promise<void> {
  await house.read();
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) return;
  const file = vscode.Uri.joinPath(folder.uri, configFile());
  const there = await vscode.workspace.fs.stat(file).then(
    () => true,
    () => false,
  );
  await vscode.window.showTextDocument(there ? file : file.with({ scheme: "untitled" }));
}
