import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "../../../src/approval/actions.ts";
import type { RequestId } from "../../../src/approval/decisions.ts";
import { packageList } from "../../../src/containers/image-contents.ts";
import { WorkspaceFiles } from "../../../src/python/bound/workspace-files.ts";
import { bindHanded } from "../../../src/python/inputs.ts";
import type { BoundData, PythonRun } from "../../../src/python/python-run.ts";
import { assembleRun, type RunSource } from "../../../src/python/run-assembly.ts";
import { lostAs } from "../../../src/python/run-errors.ts";
import type { Collector } from "../../../src/python/runs/collector.ts";
import { RunFolder } from "../../../src/python/runs/run-folder.ts";

const INPUT = Buffer.from("as it was");
const RUN: PythonRun = {
  ...{
    code: "work()",
    mode: "read_only",
    kernelName: "python3",
    networks: [],
    environment: {},
    control: null,
  },
  place: { method: "local", environment: sha256("environment") },
  dataFolders: ["data"],
  data: {
    folders: [{ name: "data", at: "data", identity: "1:2:3" }],
    files: [{ path: "data/x.csv", bytes: 3, digest: sha256("a,b"), boundBy: "content" }],
    listings: [],
  },
  inputs: [{ path: "notes.txt", bytes: INPUT.length, digest: sha256(INPUT), boundBy: "content" }],
  limits: { seconds: 10, memoryMb: 256, cpus: 1, processes: 64, workingFolderMb: 8, outputMb: 1 },
};
const IMAGE = {
  base: { name: "debian:bookworm-slim", id: "sha256:base", digests: [] },
  debian: packageList("libc6 2.36-9 amd64\n"),
  python: packageList("numpy 2.4.0\n"),
};

let workspace: string;

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), "countersign-assembly-"));
});

afterEach(async () => {
  await rm(workspace, { recursive: true, force: true });
});

describe("an ended run", () => {
  it("is put together from what it printed and what it left, inputs that are as they were left out", async () => {
    const { record, failure } = await assembled({
      collect: collects({ "notes.txt": INPUT, "new.csv": "1,2" }),
    });
    expect(failure).toBeUndefined();
    expect(record).toMatchObject({ text: "before\n", startedAt: 5, endedAt: 9 });
    expect(record.files).toEqual([join(record.folder, "out", "new.csv")]);
    expect(await readdir(join(record.folder, "out"))).toEqual(["new.csv"]);
    expect(await runJson(record.folder)).toMatchObject({
      ended: { as: "finished" },
      sandbox: { container: "c1" },
      image: IMAGE,
    });
  });

  it("tells the code's own names of what is kept under others, in record, run.json and notebook", async () => {
    const { record } = await assembled({ collect: collects({ ".zattrs": "{}", "SR:C01.csv": "1" }) });
    const out = join(record.folder, "out");
    expect(record.renamed).toEqual([
      { name: ".zattrs", path: join(out, "_zattrs.collected") },
      { name: "SR:C01.csv", path: join(out, "SR_C01.csv") },
    ]);
    expect(await runJson(record.folder)).toMatchObject({
      files: [{ path: "_zattrs.collected", name: ".zattrs" }, { name: "SR:C01.csv" }],
    });
    const notebook = await readFile(record.notebook, "utf8");
    expect(notebook).toContain("SR:C01.csv → out/SR_C01.csv");
    const handed = record.renamed ?? [];
    const bound = await bindHanded(new WorkspaceFiles(workspace), handed);
    expect(bound.map(({ path }) => path)).toEqual([".zattrs", "SR:C01.csv"]);
  });

  it("leaves out an input that is as it was, whatever name it is kept under", async () => {
    const inputs = [{ ...RUN.inputs[0]!, path: "lib/helper.py" }];
    const collect = collects({ "lib/helper.py": INPUT, "lib/other.py": "x" });
    const { record } = await assembled({ collect, inputs });
    expect(record.renamed?.map(({ name }) => name)).toEqual(["lib/other.py"]);
    expect(await readdir(join(record.folder, "out", "lib"))).toEqual(["other.py.collected"]);
  });

  it("that went badly has its record all the same, and the first thing that went wrong as its end", async () => {
    const collect = () => Promise.reject(new Error("gone"));
    const { record, failure } = await assembled({ fails: lostAs("out-of-memory"), collect });
    expect(failure?.code).toBe("out-of-memory");
    expect(record.text).toBe("before\n");
    expect(await runJson(record.folder)).toMatchObject({ ended: { error: { code: "out-of-memory" } } });
  });

  it("that put out more than it may ends as that, and what it left is still collected", async () => {
    const { record, failure } = await assembled({
      prints: "x".repeat(2 * 2 ** 20),
      collect: collects({ "a.txt": "a" }),
    });
    expect(failure).toMatchObject({
      code: "output-too-large",
      kept: "The first 1 MB of the output, and the files up to then.",
    });
    // What fits is kept: a megabyte but for what each output costs.
    const [shown] = (await outputsIn(record.notebook)) as { text: string[] }[];
    const rest = await readFile(join(record.folder, "output.txt"), "utf8");
    expect(shown!.text.join("").length + rest.length).toBe(2 ** 20 - 256);
    expect(record.files).toEqual([join(record.folder, "out", "a.txt")]);
  });
});

describe("data that change under a running program", () => {
  const OTHER = { ...RUN.data, files: [{ ...RUN.data.files[0]!, bytes: 1, digest: sha256("a") }] };
  const CHANGED = "data/x.csv changed";

  it("are said in the record, in the notebook and to the ledger, ahead of what was printed", async () => {
    const { record } = await assembled({ dataAfter: OTHER });
    const note = `Countersign: data changed while this ran, so the result may mix what was approved with what is there now: ${CHANGED}.\n`;
    expect(record.text).toBe(`${note}before\n`);
    expect(record.noted).toEqual({ data: `${sha256("a")} data/x.csv`, changed: CHANGED });
    expect(await runJson(record.folder)).toMatchObject({
      data: { atStart: RUN.data, atEnd: OTHER, changed: [CHANGED] },
    });
    expect(await outputsIn(record.notebook)).toEqual([
      { output_type: "stream", name: "stderr", text: [note] },
      { output_type: "stream", name: "stdout", text: ["before\n"] },
    ]);
  });

  it("are not spoken of where none did, and their digests are recorded all the same", async () => {
    const { record } = await assembled({});
    expect(record.text).toBe("before\n");
    expect(record.noted).toEqual({ data: `${sha256("a,b")} data/x.csv` });
    expect(await outputsIn(record.notebook)).toHaveLength(1);
    expect(await runJson(record.folder)).toMatchObject({
      data: { atStart: RUN.data, atEnd: RUN.data, changed: [] },
    });
  });
});

interface Told {
  readonly dataAfter?: BoundData;
  readonly prints?: string;
  readonly fails?: Error;
  readonly collect?: RunSource["collect"];
  readonly inputs?: PythonRun["inputs"];
}

async function assembled(told: Told) {
  const { prints = "before\n", fails, collect = () => Promise.resolve(), dataAfter = RUN.data } = told;
  const run = { ...RUN, inputs: told.inputs ?? RUN.inputs };
  const name = { analysisId: "analysis-1", question: "What?", attempt: 1, at: 0 };
  const folder = await RunFolder.create(workspace, "runs", name);
  const claim = { requestId: "r1" as RequestId, hash: sha256("run"), by: "person" as const };
  const source: RunSource = {
    startedAt: 5,
    listen: async (outputs) => {
      await outputs.add({ type: "stream", stream: "stdout", text: prints });
      if (fails) throw fails;
    },
    collect,
    origin: () => ({ sandbox: { container: "c1" }, image: IMAGE, puts: undefined }),
    explain: (error) => Promise.resolve(error),
  };
  return assembleRun({ run, claim, name, folder }, source, {
    clock: { now: () => 9 },
    data: { observe: () => Promise.resolve(dataAfter) },
  });
}

function collects(files: Readonly<Record<string, string | Buffer>>) {
  return async (collector: Collector): Promise<void> => {
    for (const [name, content] of Object.entries(files)) {
      const bytes = Buffer.from(content);
      await collector.take(name, bytes.length, Readable.from([bytes]));
    }
  };
}

async function outputsIn(notebook: string): Promise<unknown> {
  const { cells } = JSON.parse(await readFile(notebook, "utf8")) as { cells: { outputs: unknown }[] };
  return cells[0]?.outputs;
}

async function runJson(folder: string): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, "run.json"), "utf8"));
}
