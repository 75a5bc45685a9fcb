import type { Action, Json } from "../approval/actions.ts";
import type { Assessment, Effect, Finding, Isolation } from "../approval/assessment.ts";
import type { ApprovalRequest, Decided, RequestState } from "../approval/request.ts";
import { EXTENSION_ACT, type ExtensionAct } from "../approval/extension-act-kind.ts";
import { LOOSENING, looseningText, type LooseningAction } from "../approval/loosening.ts";
import { briefly, visible } from "../approval/visible.ts";
import { IMAGE_PACKAGES, requirementsText, type ImagePackagesAction } from "../containers/packages.ts";
import { MEMORY_ENTRY, type MemoryEntry } from "../memory/memory-entry.ts";
import { PYTHON_RUN, type PythonRun } from "../python/python-run.ts";
import type { Fact } from "./approval-panel/messages.ts";
import { bytesInWords, clockTime } from "./plain-text.ts";

/** The run that an action asks for. Payloads were parsed by their kind before they were filed. */
export function pythonRunOf(action: Action<Json>): PythonRun | undefined {
  return action.kind === PYTHON_RUN ? (action.payload as unknown as PythonRun) : undefined;
}

export function memoryEntryOf(action: Action<Json>): MemoryEntry | undefined {
  return action.kind === MEMORY_ENTRY ? (action.payload as unknown as MemoryEntry) : undefined;
}

/** The Python of a request as a person has or had edited it; undefined for other kinds of action. */
export function codeOf(request: ApprovalRequest): string | undefined {
  const run = pythonRunOf(request.action);
  if (run === undefined) return undefined;
  const isAsLeft = isUndecided(request) || request.state === "expired";
  return isAsLeft ? (request.draft ?? run.code) : run.code;
}

/** What an action is about, as its kind has people read it. */
export function textOf(action: Action<Json>): string {
  if (action.kind === IMAGE_PACKAGES)
    return requirementsText((action.payload as unknown as ImagePackagesAction).packages);
  if (action.kind === LOOSENING) return looseningText(action.payload as unknown as LooseningAction);
  if (action.kind === EXTENSION_ACT) return (action.payload as unknown as ExtensionAct).text;
  return pythonRunOf(action)?.code ?? memoryEntryOf(action)?.text ?? JSON.stringify(action.payload);
}

export function isUndecided(request: ApprovalRequest): boolean {
  return request.state === "requested";
}

/** What the approving button says: what it does, for this kind of action. */
export function approveLabel(action: Action<Json>): string {
  if (action.kind === PYTHON_RUN) return "Run Once";
  if (action.kind === IMAGE_PACKAGES) return "Add to Image";
  if (action.kind === LOOSENING) return "Allow";
  return action.kind === MEMORY_ENTRY ? "Remember" : "Approve";
}

/** Who makes it anew where a person sends it back, and so what they are asked; undefined where nobody would. */
export function revisionQuestion(action: Action<Json>): string | undefined {
  if (action.kind === PYTHON_RUN) return "What should be different? The model writes the code again.";
  if (action.kind === EXTENSION_ACT) return "What should be different? The other extension is told.";
  return undefined;
}

/** Effects that are not ordinary come first, otherwise in the analysis' order. */
export function effectsByWeight(assessment: Assessment): readonly Effect[] {
  return [
    ...assessment.effects.filter((effect) => !effect.ordinary),
    ...assessment.effects.filter((effect) => effect.ordinary),
  ];
}

/** The findings behind an effect: those that name its target, else all of its kind. */
export function findingsOf(effect: Effect, assessment: Assessment): readonly Finding[] {
  const ofKind = assessment.findings.filter((finding) => finding.effect === effect.kind);
  const { target } = effect;
  const naming = target === undefined ? [] : ofKind.filter((finding) => finding.message.includes(target));
  return naming.length > 0 ? naming : ofKind;
}

/** Where it would run and with what, line by line: no value holds a line of its own, whatever it was named. */
export function whereItRuns(action: Action<Json>, assessment: Assessment): readonly Fact[] {
  const run = pythonRunOf(action);
  const facts = run === undefined ? [] : factsOf(run, assessment.isolation);
  return [{ label: "Where", value: assessment.isolation.summary }, ...facts].map(({ label, value }) => ({
    label,
    value: visible(value),
  }));
}

function factsOf(run: PythonRun, { level, networks }: Isolation): readonly Fact[] {
  const isContained = level === "container";
  return [
    { label: "Mode", value: `${run.mode} (kernel ${run.kernelName})` },
    placeFact(run),
    { label: "Data folders", value: run.dataFolders.join(", ") || "none" },
    { label: "Data it reads", value: dataInWords(run.data) },
    { label: "Staged files", value: inputsInWords(run.inputs) },
    ...(level === "local"
      ? [{ label: "Rights", value: "your own: every file that you can read or change" }]
      : []),
    ...(level === "remote"
      ? [{ label: "Rights", value: "those of the server's kernels, which are not known here" }]
      : []),
    { label: "Networks", value: networks.join(", ") || (isContained ? "none" : "not known") },
    ...(Object.keys(run.environment).length === 0
      ? []
      : [{ label: "Environment", value: environmentInWords(run.environment) }]),
    { label: "Limits", value: isContained ? limitsInWords(run) : `${run.limits.seconds} s, and no other` },
  ];
}

function environmentInWords(environment: PythonRun["environment"]): string {
  const entries = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return entries.join(", ");
}

function placeFact({ place }: PythonRun): Fact {
  if (place.method === "gateway") return { label: "Server", value: place.url };
  if (place.method === "local") return { label: "Packages", value: place.environment.slice(0, 12) };
  const identity = place.imageId === null ? "not built yet" : shortId(place.imageId);
  return { label: "Image", value: `${place.image} (${identity})` };
}

function shortId(imageId: string): string {
  return imageId.replace(/^sha256:/, "").slice(0, 12);
}

/** What of it must be at the run what it is now, and how that is told. */
function dataInWords({ files, listings }: PythonRun["data"]): string {
  const listed = listings.map(
    ({ pattern, files: count, bytes }) =>
      `${briefly(pattern)} (${count} file${count === 1 ? "" : "s"}, ${bytesInWords(bytes)}, by names, sizes and times)`,
  );
  const named = files.map((file) =>
    file.boundBy === "absence"
      ? `${briefly(file.path)} (not there)`
      : `${briefly(file.path)} (${bytesInWords(file.bytes)}${bindingInWords(file)})`,
  );
  return [...named, ...listed].join(", ") || "none that it names";
}

/** What is not said is by its content. */
function bindingInWords({ boundBy }: PythonRun["inputs"][number]): string {
  return boundBy === "content" ? "" : ", by size, times, inode, beginning and end";
}

/** A folder of many files, such as a store, is told in one. */
const MANY = 20;

function inputsInWords(inputs: PythonRun["inputs"]): string {
  const folders = Map.groupBy(inputs, ({ path }) => path.split("/", 1).join());
  const told = [...folders].flatMap(([folder, files]) => {
    if (files.length <= MANY) return files.map(inputInWords);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return [`${briefly(folder)} (${files.length.toLocaleString("en")} files, ${bytesInWords(bytes)})`];
  });
  return told.join(", ") || "none";
}

function inputInWords(input: PythonRun["inputs"][number]): string {
  const binding = bindingInWords(input);
  const origin = input.source === undefined ? "" : ", from an earlier step";
  return `${briefly(input.path)} (${bytesInWords(input.bytes)}${binding}${origin})`;
}

function limitsInWords({ limits }: PythonRun): string {
  const cpus = `${limits.cpus} CPU${limits.cpus === 1 ? "" : "s"}`;
  return `${limits.seconds} s, ${limits.memoryMb} MB memory, ${cpus}, ${limits.processes} processes, ${limits.workingFolderMb} MB working folder, ${limits.outputMb} MB output`;
}

const AFTERWARDS: Partial<Record<RequestState, string>> = {
  claimed: "about to run",
  started: "running",
  finished: "finished",
  failed: "failed",
  cancelled: "cancelled",
  refused: "refused",
  "outcome-unknown": "nobody can prove how it ended",
};
const UNDECIDED: Partial<Record<RequestState, string>> = {
  expired: "Expired before anybody decided",
  withdrawn: "Withdrawn",
  rejected: "Rejected",
  revised: "Sent back for revision",
};

/** How the request stands, in one line: `Approved by Ada at 14:02; finished`. */
export function standing(request: ApprovalRequest, now: number): string {
  const afterwards = AFTERWARDS[request.state];
  const decision =
    request.decided === undefined ? undecided(request, now) : decisionInWords(request.decided, now);
  return afterwards === undefined ? decision : `${decision}; ${afterwards}`;
}

function undecided(request: ApprovalRequest, now: number): string {
  if (request.judgement.verdict === "refuse") return "Never asked";
  if (isUndecided(request)) return `Waits for your decision until ${clockTime(request.expiresAt, now)}`;
  return (
    UNDECIDED[request.state] ?? (request.allowed?.by === "grant" ? "Allowed by a grant" : "Allowed by policy")
  );
}

/** Git identities carry an address, which the ledger keeps and a line does not need. */
function shortName({ by }: Decided): string {
  return by.name.replace(/\s*<[^>]*>$/, "") || by.name;
}

const VERDICTS: Record<Decided["verdict"], string> = {
  approve: "Approved",
  "approve-edited": "Approved with edits",
  revise: "Sent back",
  reject: "Rejected",
};

function decisionInWords(decided: Decided, now: number): string {
  const comment = decided.comment ? `: ${decided.comment}` : "";
  return `${VERDICTS[decided.verdict]} by ${shortName(decided)} at ${clockTime(decided.at, now)}${comment}`;
}
