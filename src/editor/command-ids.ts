import type { RequestId } from "../approval/decisions.ts";
import type { AnalysisId } from "../agent/analysis.ts";

/** Every command by what it does. `package.json` contributes the same ids; a test compares the two. */
export const COMMANDS = {
  newAnalysis: "countersign.newAnalysis",
  connectModel: "countersign.connectModel",
  connectGateway: "countersign.connectGateway",
  removeOldRuns: "countersign.removeOldRuns",
  revokeGrant: "countersign.revokeGrant",
  askAboutLoosenings: "countersign.askAboutLoosenings",
  takeBackLoosenings: "countersign.takeBackLoosenings",
  openLedger: "countersign.openLedger",
  exportLedger: "countersign.exportLedger",
  showApprovals: "countersign.showApprovals",
  openSampleWorkspace: "countersign.openSampleWorkspace",
  copyTerminalCommand: "countersign.copyTerminalCommand",
  showLog: "countersign.showLog",
  openConfiguration: "countersign.openConfiguration",
  showCode: "countersign.showCode",
  showDetails: "countersign.showDetails",
  runOnce: "countersign.runOnce",
  revise: "countersign.revise",
  reject: "countersign.reject",
  explainFinding: "countersign.explainFinding",
  reviseWithout: "countersign.reviseWithout",
  showChanges: "countersign.showChanges",
  askAnew: "countersign.askAnew",
  openNotebook: "countersign.openNotebook",
  trustOutputs: "countersign.trustOutputs",
  showAnswer: "countersign.showAnswer",
  showOutput: "countersign.showOutput",
  cancelAnalysis: "countersign.cancelAnalysis",
  retryAnalysis: "countersign.retryAnalysis",
  buildImage: "countersign.buildImage",
  addPackages: "countersign.addPackages",
  removePackages: "countersign.removePackages",
  stopContainer: "countersign.stopContainer",
  showContainerLogs: "countersign.showContainerLogs",
  refreshContainers: "countersign.refreshContainers",
  showMemory: "countersign.showMemory",
  forgetMemory: "countersign.forgetMemory",
  showMore: "countersign.showMore",
  acceptLocal: "countersign.acceptLocal",
} as const;

export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

export const VIEWS = {
  approvals: "countersign.approvals",
  analyses: "countersign.analyses",
  containers: "countersign.containers",
  memory: "countersign.memory",
  grants: "countersign.grants",
} as const;

/** Context keys that `when` clauses in `package.json` read. */
export const CONTEXT = {
  state: "countersign.state",
  model: "countersign.model",
  engine: "countersign.engine",
} as const;

/** The webview type of the approval panel. */
export const PANEL_TYPE = "countersign.approval";

/** What a command may be called with: an id, a row of a view, or an address of a request's code. */
export type RequestTarget = RequestId | { readonly requestId: RequestId } | { readonly path: string };
/** A finding by its place in a request's code; lines and columns count from 1. */
export interface FindingTarget {
  readonly requestId: RequestId;
  readonly line: number;
  readonly column: number;
  readonly effect: string;
}

export type AnalysisTarget = AnalysisId | { readonly analysisId: AnalysisId };
