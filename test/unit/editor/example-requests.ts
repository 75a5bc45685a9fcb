import { hashAction, sha256, type Action, type Json } from "../../../src/approval/actions.ts";
import type { Shown } from "../../../src/approval/approvals.ts";
import type { Assessment } from "../../../src/approval/assessment.ts";
import type { RequestId } from "../../../src/approval/decisions.ts";
import type { ApprovalRequest } from "../../../src/approval/request.ts";
import { PYTHON_RUN, PYTHON_RUN_VERSION, type PythonRun } from "../../../src/python/python-run.ts";

export const RUN: PythonRun = {
  code: 'import pandas as pd\nframe = pd.read_csv("data/co2.csv")\n',
  mode: "read_only",
  kernelName: "python3-epics-readonly",
  place: { method: "container", image: "countersign/jupyter:1", recipe: sha256("recipe"), imageId: null },
  dataFolders: ["data"],
  data: {
    folders: [{ name: "data", at: "data", identity: "1:2:3" }],
    files: [{ path: "data/co2.csv", bytes: 31_000, digest: sha256("co2"), boundBy: "content" }],
    listings: [],
  },
  inputs: [{ path: "limits.json", bytes: 2_048, digest: sha256("limits"), boundBy: "content" }],
  networks: [],
  control: null,
  environment: {},
  limits: { seconds: 300, memoryMb: 2048, cpus: 2, processes: 256, workingFolderMb: 512, outputMb: 512 },
};

export const ASSESSMENT: Assessment = {
  effects: [
    { kind: "reads-files", target: "data/co2.csv", ordinary: true, summary: "reads data/co2.csv" },
    { kind: "control-write", target: "SR:MAG", value: "2.5", ordinary: false, summary: "sets SR:MAG to 2.5" },
  ],
  findings: [
    finding("control-write", 7, "epics.caput sets SR:MAG"),
    finding("reads-files", 2, "pandas.read_csv reads data/co2.csv"),
    finding("reads-files", 4, "open reads other.csv"),
  ],
  isolation: { level: "container", networks: [], summary: "A container of its own" },
  summary: "sets SR:MAG to 2.5, reads data/co2.csv",
};

export function pythonAction(run: PythonRun = RUN): Action<Json> {
  const payload = run as unknown as Json;
  return { kind: PYTHON_RUN, version: PYTHON_RUN_VERSION, subject: "CO₂ trend & yearly cycle", payload };
}

export function request(changes: Partial<ApprovalRequest> = {}): ApprovalRequest {
  const action = changes.action ?? pythonAction();
  return {
    id: "4fd1" as RequestId,
    key: "analysis:1",
    state: "requested",
    action,
    hash: hashAction(action),
    assessment: ASSESSMENT,
    judgement: { verdict: "ask", reason: "This workspace asks for approval of all code." },
    context: {
      analysisId: "a1",
      question: "How does CO₂ rise?",
      objective: "Show the trend",
      expectedResults: "slope",
      model: "Demonstration (scripted)",
      attempt: 1,
    },
    createdAt: Date.UTC(2026, 0, 2, 12),
    expiresAt: Date.UTC(2026, 0, 3, 12),
    ...changes,
  };
}

/** What `Approvals.show` answers for a request, with a person's edit where one is given. */
export function shown(of: ApprovalRequest, edit?: string, assessment: Assessment = of.assessment): Shown {
  const action = edit === undefined ? of.action : pythonAction({ ...RUN, code: edit });
  const text = edit ?? RUN.code;
  const proof = { requestId: of.id, hash: hashAction(action), nonce: "n" };
  return { request: of, action, assessment, text, proof };
}

function finding(effect: "reads-files" | "control-write", line: number, message: string) {
  return {
    effect,
    line,
    column: 1,
    endLine: line,
    endColumn: 9,
    message,
    ordinary: effect === "reads-files",
  };
}
