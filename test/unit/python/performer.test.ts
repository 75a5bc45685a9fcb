import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sha256 } from "../../../src/approval/actions.ts";
import type { Claim } from "../../../src/approval/claim.ts";
import type { Noted } from "../../../src/approval/outcome.ts";
import { loadConfiguration } from "../../../src/config/load.ts";
import { Analyser } from "../../../src/python/analysis/analyser.ts";
import { DataBinding } from "../../../src/python/bound/data-binding.ts";
import { WorkspaceFiles } from "../../../src/python/bound/workspace-files.ts";
import { Performer } from "../../../src/python/performer.ts";
import type { Place } from "../../../src/python/places/place.ts";
import type { Output, PythonRun } from "../../../src/python/python-run.ts";
import type { Sandbox } from "../../../src/python/sandboxes/sandbox.ts";
import { RUN } from "../editor/example-requests.ts";

const CODE = 'print(open("data/x.csv").read())';
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const { configuration } = loadConfiguration({ file: "/nowhere", text: undefined, environment: {} });

let workspace: string;
let data: DataBinding;
let files: WorkspaceFiles;
let started: Noted[];

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), "countersign-performer-"));
  await mkdir(join(workspace, "data"));
  await writeFile(join(workspace, "data/x.csv"), "a,b");
  files = new WorkspaceFiles(workspace);
  data = new DataBinding(files, new Analyser());
  started = [];
});

afterEach(async () => {
  await rm(workspace, { recursive: true, force: true });
});

function ignore(): void {
  // Nothing of it is looked at.
}

/** A sandbox that runs nothing; `meanwhile` happens while it is made. */
function placeWhere(meanwhile: () => Promise<void>): Place {
  const sandbox: Partial<Sandbox> = {
    identity: { container: "c1" },
    adopt: () => Promise.resolve(),
    stage: () => Promise.resolve(),
    run: (_code, claim, _seconds, noted) => {
      claim.start(noted);
      return ended();
    },
    collect: () => Promise.resolve(),
    dispose: ignore,
  };
  return {
    sandbox: () => meanwhile().then(() => sandbox as Sandbox),
    warm: () => Promise.resolve(),
  } as Partial<Place> as Place;
}

// eslint-disable-next-line @typescript-eslint/require-await -- outputs come one after the other
async function* ended(): AsyncGenerator<Output> {
  yield { type: "ended", status: "ok" };
}

async function performed(meanwhile: () => Promise<void>) {
  const performer = new Performer({
    ...{ files, data, configuration: () => configuration, onStage: ignore, onOutput: ignore },
    host: { clock: { now: () => 1 }, log: SILENT, workspaceDir: workspace },
    subject: () => ({ analysisId: "analysis-1", question: "What?", attempt: 1 }),
  });
  const run: PythonRun = { ...RUN, code: CODE, inputs: [], data: await data.bind(CODE, ["data"]) };
  const start = (noted: Noted = {}) => void started.push(noted);
  const claim = { requestId: "r1", hash: sha256("run"), by: "person", start } as unknown as Claim;
  return performer.perform(placeWhere(meanwhile), run, claim, new AbortController().signal);
}

it("starts what is as it was approved, with the digests of what it reads in the ledger's row", async () => {
  const record = await performed(() => Promise.resolve());
  const lines = `${sha256("a,b")} data/x.csv`;
  expect(started).toEqual([{ data: lines }]);
  expect(record.noted).toEqual({ data: lines });
});

it("starts nothing where data changed while its sandbox was made", async () => {
  await expect(performed(() => writeFile(join(workspace, "data/x.csv"), "a"))).rejects.toMatchObject({
    code: "sandbox-differs",
    message: "Changed since it was approved: data/x.csv changed.",
  });
  expect(started).toEqual([]);
  expect(await readdir(workspace, { recursive: true })).not.toContain("run.json");
});
