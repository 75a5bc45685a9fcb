import type { Policy } from "../approval/policy.ts";
import * as vscode from "vscode";
import type { AnalysisId } from "../agent/analysis.ts";
import type { RequestId } from "../approval/decisions.ts";
import { AgentLink } from "./agent-link.ts";
import { Announcer } from "./announcer.ts";
import { ApprovalPanels } from "./approval-panel/approval-panels.ts";
import { ContainerCommands } from "./commands/container-commands.ts";
import { ConfigurationDiagnostics } from "./configuration-diagnostics.ts";
import { Deciding } from "./deciding.ts";
import type { Dialogs } from "./dialogs.ts";
import { ExtensionApi } from "./extension-api.ts";
import { ErrorReporter } from "./error-reporter.ts";
import { House, type OpenHouse } from "./house.ts";
import { RequestDiagnostics } from "./inline/request-diagnostics.ts";
import { RequestDocuments } from "./inline/request-documents.ts";
import { RequestFiles } from "./inline/request-files.ts";
import { RequestLenses } from "./inline/request-lenses.ts";
import type { EditorLog } from "./log.ts";
import type { EditorModels } from "./models.ts";
import { Outcomes } from "./outcomes.ts";
import { PlainTexts } from "./plain-texts.ts";
import { ProgressNotes } from "./progress-notes.ts";
import { Reviews } from "./reviews.ts";
import { RunOutputView } from "./run-output.ts";
import type { EditorSecrets } from "./secrets.ts";
import { StatusBar } from "./status-bar.ts";
import { AnalysesView } from "./views/analyses-view.ts";
import { ApprovalsView } from "./views/approvals-view.ts";
import { ContainersView } from "./views/containers-view.ts";
import { GrantsView } from "./views/grants-view.ts";
import { MemoryView } from "./views/memory-view.ts";

export interface EditorOptions {
  readonly context: vscode.ExtensionContext;
  readonly log: EditorLog;
  readonly dialogs: Dialogs;
  readonly secrets: EditorSecrets;
  readonly models: EditorModels;
  readonly openHouse: OpenHouse;
  /** Where the policy of this window finds the rules of other extensions. */
  readonly rules: Set<Policy>;
}

/** Everything that Countersign is in VS Code, by name. */
export type Services = EditorOptions & Core & Reviewing & Surfaces;

interface Core {
  readonly house: House;
  readonly errors: ErrorReporter;
  readonly link: AgentLink;
  readonly notes: ProgressNotes;
  readonly texts: PlainTexts;
  readonly outcomes: Outcomes;
  readonly extensionApi: ExtensionApi;
}

interface Reviewing {
  readonly reviews: Reviews;
  readonly files: RequestFiles;
  readonly documents: RequestDocuments;
  readonly diagnostics: RequestDiagnostics;
  readonly lenses: RequestLenses;
  readonly deciding: Deciding;
  readonly panels: ApprovalPanels;
}

interface Surfaces {
  readonly announcer: Announcer;
  readonly status: StatusBar;
  readonly configuration: ConfigurationDiagnostics;
  readonly runOutput: RunOutputView;
  readonly containerCommands: ContainerCommands;
  readonly approvalsView: ApprovalsView;
  readonly analysesView: AnalysesView;
  readonly containersView: ContainersView;
  readonly memoryView: MemoryView;
  readonly grantsView: GrantsView;
}

export function createServices(options: EditorOptions): Services {
  const core = createCore(options);
  const reviewing = createReviewing(options, core);
  return { ...options, ...core, ...reviewing, ...createSurfaces(options, core, reviewing) };
}

/** What the window disposes of; the house is not among them, because closing it takes time. */
export function disposables(services: Services): readonly vscode.Disposable[] {
  const { link, notes, outcomes, reviews, files, documents, diagnostics, lenses, panels } = services;
  const { status, configuration, runOutput, containerCommands, extensionApi } = services;
  const { approvalsView, grantsView, analysesView, containersView, memoryView } = services;
  return [
    ...[panels, lenses, diagnostics, documents, files, reviews, notes, outcomes, link],
    ...[status, configuration, runOutput, containerCommands, extensionApi],
    ...[approvalsView, grantsView, analysesView, containersView, memoryView],
  ];
}

function createCore({ openHouse, log, dialogs, rules }: EditorOptions): Core {
  const house = new House(openHouse, log);
  const errors = new ErrorReporter(dialogs, log);
  const link = new AgentLink(house);
  const texts = new PlainTexts(house, link);
  const showAnswer = (id: AnalysisId) => texts.showAnswer(id);
  const outcomes = new Outcomes({ house, link, dialogs, errors, showAnswer });
  const extensionApi = new ExtensionApi(house, rules);
  return { house, errors, link, texts, outcomes, extensionApi, notes: new ProgressNotes(link) };
}

function createReviewing({ context, dialogs }: EditorOptions, core: Core): Reviewing {
  const { house, errors, outcomes, notes, link } = core;
  const reviews = new Reviews(house);
  const files = new RequestFiles(house);
  const documents = new RequestDocuments({ house, files, reviews, errors });
  const hasNotebook = (id: RequestId) => outcomes.hasNotebook(id);
  const deciding: Deciding = new Deciding({
    house,
    link,
    dialogs,
    flush: (id) => documents.flush(id),
    showDetails: (id) => panels.show(id),
    follow: (id) => {
      outcomes.follow(id);
      notes.follow(id);
    },
    leave: (id) => outcomes.leave(id),
  });
  const { extensionUri, workspaceState } = context;
  const openNotebook = (id: RequestId) => outcomes.openNotebookOf(id);
  const highlight = async (code: string) => (await house.read()).highlight(code);
  const panels: ApprovalPanels = new ApprovalPanels(
    { extensionUri, reviews, deciding, documents, errors, hasNotebook, openNotebook, highlight },
    workspaceState,
  );
  const lenses = new RequestLenses(reviews, hasNotebook);
  const diagnostics = new RequestDiagnostics(reviews);
  return { reviews, files, documents, diagnostics, lenses, deciding, panels };
}

function createSurfaces({ dialogs }: EditorOptions, core: Core, reviewing: Reviewing): Surfaces {
  const { house, link } = core;
  const { documents, panels } = reviewing;
  return {
    announcer: new Announcer({
      house,
      dialogs,
      showCode: (id, preserveFocus) => documents.open(id, preserveFocus),
      showDetails: (id) => panels.show(id),
    }),
    status: new StatusBar(),
    configuration: new ConfigurationDiagnostics(),
    runOutput: new RunOutputView(house, link),
    containerCommands: new ContainerCommands(house, dialogs),
    approvalsView: new ApprovalsView(house),
    analysesView: new AnalysesView(house, link),
    containersView: new ContainersView(house),
    memoryView: new MemoryView(house),
    grantsView: new GrantsView(house),
  };
}
