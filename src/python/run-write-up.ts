import { open, readFile, rm } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { sha256 } from "../approval/actions.ts";
import type { Claim } from "../approval/claim.ts";
import type { ImageContents } from "../containers/image-contents.ts";
import type { CountersignError } from "../errors.ts";
import type { PutRecord } from "./control/control-gateway.ts";
import { dataDifference } from "./bound/data-difference.ts";
import { digestLines } from "./bound/digest-lines.ts";
import type { BoundData, PythonRun, RunRecord } from "./python-run.ts";
import { isRenamed, type Collector } from "./runs/collector.ts";
import { buildNotebook } from "./runs/notebook.ts";
import type { KeptOutput } from "./runs/notebook-outputs.ts";
import type { OutputRecord } from "./runs/output-record.ts";
import { withoutEscapes } from "./runs/plain-text.ts";
import type { RunFolder, RunName } from "./runs/run-folder.ts";

const RUN_JSON_VERSION = 1;
const TOLD_CHARACTERS = 20_000;
/** UTF-8 needs no more than four bytes for a character, and a character cut in two lies behind those that are told. */
const TOLD_BYTES = 4 * TOLD_CHARACTERS + 4;

/** A run that has ended, however it ended. */
export interface EndedRun {
  readonly run: PythonRun;
  readonly claim: Pick<Claim, "requestId" | "hash" | "by">;
  readonly name: RunName;
  readonly folder: RunFolder;
  readonly outputs: OutputRecord;
  readonly collector: Collector;
  readonly sandbox: Readonly<Record<string, string>>;
  /** What its image was made of; undefined where it ran in none, or in one that we did not build. */
  readonly image: ImageContents | undefined;
  readonly puts: PutRecord | undefined;
  readonly startedAt: number;
  readonly endedAt: number;
  /** The data that it was approved with, as they were when it had ended. */
  readonly dataAfter: BoundData;
}

/** What the host tells about the run. @throws what the disk throws */
export async function writeUp(ended: EndedRun, failure: CountersignError | undefined): Promise<void> {
  const { run, claim, name, folder, outputs, collector } = ended;
  await folder.write(
    "notebook.ipynb",
    buildNotebook(
      run.code,
      [...notes(ended), ...outputs.kept],
      {
        question: name.question,
        requestId: claim.requestId,
        approvedHash: claim.hash,
        approvedBy: claim.by,
        mode: run.mode,
        runId: claim.requestId,
        attempt: name.attempt,
      },
      collector.files.filter(isRenamed),
    ),
  );
  await folder.write("run.json", runJson(ended, failure) as never);
}

/** `run.json`, version 1: who approved what, where it ran, what came of it. Paths are relative to the run's folder. */
function runJson(ended: EndedRun, failure: CountersignError | undefined): unknown {
  const { run, claim, name, folder, outputs, collector } = ended;
  return {
    version: RUN_JSON_VERSION,
    runId: claim.requestId,
    requestId: claim.requestId,
    approved: { hash: claim.hash, by: claim.by },
    analysisId: name.analysisId,
    question: name.question,
    attempt: name.attempt,
    startedAt: new Date(ended.startedAt).toISOString(),
    endedAt: new Date(ended.endedAt).toISOString(),
    ended: failure === undefined ? { as: "finished" } : { as: "failed", error: failure.toRecord() },
    codeSha256: sha256(run.code),
    mode: run.mode,
    place: run.place,
    sandbox: ended.sandbox,
    image: ended.image ?? null,
    dataFolders: run.dataFolders,
    data: { atStart: run.data, atEnd: ended.dataAfter, changed: changedMeanwhile(ended) },
    inputs: run.inputs,
    networks: run.networks,
    control: run.control === null ? null : { ...run.control, record: ended.puts ?? null },
    limits: run.limits,
    notebook: "notebook.ipynb",
    results: collector.results === undefined ? null : basename(collector.results),
    figures: outputs.figures.map((path) => relative(folder.path, path)),
    sideFiles: [...outputs.sideFiles],
    outputLeftOut: outputs.leftOut,
    files: collector.files,
    leftOut: { count: collector.leftOutCount, named: collector.leftOut },
  };
}

/** What is stored and told of the run; `resultsText` comes from `readResults`. Reads nothing, so that it cannot fail. */
export function toRecord(ended: EndedRun, resultsText: string): RunRecord {
  const { claim, folder, outputs, collector } = ended;
  return {
    runId: claim.requestId,
    folder: folder.path,
    notebook: folder.notebook,
    figures: outputs.figures,
    files: collector.files.map(({ path }) => join(folder.out, ...path.split("/"))),
    text: withoutEscapes(noteOf(ended) + outputs.text),
    resultsText,
    startedAt: ended.startedAt,
    endedAt: ended.endedAt,
    noted: notedOf(ended),
    ...renamedIn(ended),
    ...(collector.results === undefined ? {} : { results: collector.results }),
    ...(ended.puts === undefined ? {} : { control: ended.puts }),
    ...(outputs.error === undefined ? {} : { error: errorOf(outputs.error) }),
  };
}

function renamedIn({ collector, folder }: EndedRun): Pick<RunRecord, "renamed"> {
  const renamed = collector.files
    .filter(isRenamed)
    .map(({ name, path }) => ({ name, path: join(folder.out, ...path.split("/")) }));
  return renamed.length === 0 ? {} : { renamed };
}

/** The first characters of a file of any size. @throws what the disk throws */
export async function readResults(path: string | undefined): Promise<string> {
  if (path === undefined) return "";
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(TOLD_BYTES) });
    const text = buffer.toString("utf8", 0, bytesRead);
    return text.length > TOLD_CHARACTERS ? `${text.slice(0, TOLD_CHARACTERS)}…` : text;
  } finally {
    await file.close();
  }
}

/** A file may change under a running program: then nobody can tell which of the two it read. */
function changedMeanwhile({ run, dataAfter }: EndedRun): readonly string[] {
  return dataDifference(run.data, dataAfter);
}

/** What the host says of the result, ahead of what the code printed; empty where there is nothing to be said. */
function noteOf(ended: EndedRun): string {
  const changed = changedMeanwhile(ended);
  const mixed = `data changed while this ran, so the result may mix what was approved with what is there now: ${changed.join(", ")}.`;
  const said = [...(changed.length === 0 ? [] : [mixed]), ...ended.outputs.notes];
  return said.map((sentence) => `Countersign: ${sentence}\n`).join("");
}

function notes(ended: EndedRun): readonly KeptOutput[] {
  const text = noteOf(ended);
  return text === "" ? [] : [{ type: "stream", stream: "stderr", text }];
}

function notedOf(ended: EndedRun): NonNullable<RunRecord["noted"]> {
  const changed = changedMeanwhile(ended);
  const data = digestLines([], ended.dataAfter);
  return changed.length === 0 ? { data } : { data, changed: changed.join("\n") };
}

function errorOf(error: NonNullable<OutputRecord["error"]>): RunRecord["error"] {
  return {
    name: error.name,
    message: withoutEscapes(error.message),
    traceback: withoutEscapes(error.traceback.join("\n")),
  };
}

/** Inputs that the code left as they were are not its output. */
export async function forgetUnchangedInputs(
  run: PythonRun,
  folder: RunFolder,
  collector: Collector,
): Promise<void> {
  for (const input of run.inputs.filter(({ boundBy }) => boundBy === "content")) {
    const index = collector.files.findIndex(
      ({ path, name, bytes }) => (name ?? path) === input.path && bytes === input.bytes,
    );
    const file = collector.files[index];
    if (file === undefined) continue;
    const path = join(folder.out, ...file.path.split("/"));
    if (sha256(await readFile(path)) !== input.digest) continue;
    collector.files.splice(index, 1);
    await rm(path);
  }
}
