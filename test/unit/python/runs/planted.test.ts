import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Collector } from "../../../../src/python/runs/collector.ts";
import { buildNotebook } from "../../../../src/python/runs/notebook.ts";
import { keptAnalyses, removeAnalysis } from "../../../../src/python/runs/retention.ts";
import { RunFolder } from "../../../../src/python/runs/run-folder.ts";
import { writeTrustedNotebook } from "../../../../src/python/runs/trusted-notebook.ts";

const NAME = { analysisId: "analysis-12345678", question: "What?", attempt: 1, at: Date.UTC(2026, 0, 2) };
const ANALYSIS = "2026-01-02-what-12345678";
let root: string;
let workspace: string;
let elsewhere: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-planted-")));
  workspace = join(root, "workspace");
  elsewhere = join(root, "elsewhere");
  mkdirSync(workspace);
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, "precious.txt"), "kept");
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Nothing came to be there, and nothing there changed. */
function expectUntouched(): void {
  expect(readdirSync(elsewhere)).toEqual(["precious.txt"]);
  expect(readFileSync(join(elsewhere, "precious.txt"), "utf8")).toBe("kept");
}

async function made(runs = "runs"): Promise<RunFolder> {
  return RunFolder.create(workspace, runs, NAME);
}

describe("a run's folder", () => {
  it.each([
    ["the folder for runs", "runs", "runs"],
    ["a folder on the way to it", "deep", "deep/runs"],
    ["the folder of the analysis", `runs/${ANALYSIS}`, "runs"],
  ])("is not made where a link lies in place of %s", async (_, link, runs) => {
    await expect(made(runs)).resolves.toBeInstanceOf(RunFolder);
    rmSync(join(workspace, runs.split("/")[0]!), { recursive: true });
    mkdirSync(dirname(join(workspace, link)), { recursive: true });
    symlinkSync(elsewhere, join(workspace, link));
    await expect(made(runs)).rejects.toMatchObject({ code: "input-refused" });
    expectUntouched();
  });

  it("makes nothing outside the workspace before it refuses", async () => {
    await expect(made("../other/runs")).rejects.toMatchObject({ code: "input-refused" });
    expect(readdirSync(root).sort()).toEqual(["elsewhere", "workspace"]);
  });

  it("is another one where a link has the attempt's name", async () => {
    mkdirSync(join(workspace, "runs", ANALYSIS), { recursive: true });
    symlinkSync(elsewhere, join(workspace, "runs", ANALYSIS, "attempt-1"));
    expect((await made()).path).toBe(join(workspace, "runs", ANALYSIS, "attempt-1-2"));
    expect((await RunFolder.reopen(workspace, "runs", NAME)).path).toMatch(/attempt-1-2$/);
    expectUntouched();
  });

  it("is opened again where it is as it was left, and not with a link in it", async () => {
    const { path, figures } = await made();
    expect((await RunFolder.reopen(workspace, "runs", NAME)).path).toBe(path);
    symlinkSync(join(elsewhere, "precious.txt"), join(figures, "figure-1.png"));
    expect((await RunFolder.reopen(workspace, "runs", NAME)).path).not.toBe(path);
    rmSync(join(workspace, "runs"), { recursive: true });
    const other = await made();
    rmSync(other.figures, { recursive: true });
    symlinkSync(elsewhere, other.figures);
    expect((await RunFolder.reopen(workspace, "runs", NAME)).path).not.toBe(other.path);
    expectUntouched();
  });

  it("writes neither over a file nor through a link, and leaves both", async () => {
    const folder = await made();
    symlinkSync(join(elsewhere, "precious.txt"), join(folder.path, "run.json"));
    writeFileSync(folder.notebook, "mine");
    await expect(folder.write("run.json", {})).rejects.toThrow("EEXIST");
    await expect(folder.write("notebook.ipynb", {})).rejects.toThrow("EEXIST");
    expect(readdirSync(folder.path).sort()).toEqual(["figures", "notebook.ipynb", "run.json"]);
    expect(readFileSync(folder.notebook, "utf8")).toBe("mine");
    expectUntouched();
  });

  it("is neither written to nor removed once something else has its name", async () => {
    const folder = await made();
    renameSync(folder.path, `${folder.path}-moved`);
    symlinkSync(elsewhere, folder.path);
    await expect(folder.write("run.json", {})).rejects.toThrow("not the folder any more");
    await folder.discard();
    rmSync(folder.path);
    mkdirSync(folder.path);
    writeFileSync(join(folder.path, "mine.txt"), "mine");
    await folder.discard();
    expect(readdirSync(folder.path)).toEqual(["mine.txt"]);
    expectUntouched();
  });
});

it("what is collected does not go where a link lies in place of its folder", async () => {
  const folder = await made();
  symlinkSync(elsewhere, folder.out);
  const collector = new Collector({ out: folder.out, results: folder.results, bytes: 100 }, new Set());
  await expect(collector.take("a.csv", 1, Readable.from(["1"]))).rejects.toThrow("EEXIST");
  expectUntouched();
});

describe("the notebook with what was set aside", () => {
  async function written(): Promise<RunFolder> {
    const folder = await made();
    const about = { question: "?", requestId: "r", approvedHash: "h", approvedBy: "Ada", mode: "read_only" };
    await folder.write("notebook.ipynb", buildNotebook("x", [], { ...about, runId: "r", attempt: 1 }));
    return folder;
  }

  it("is the same one when it is asked for again, and never in the place of another file or a link", async () => {
    const { path } = await written();
    const first = await writeTrustedNotebook(path);
    expect(await writeTrustedNotebook(path)).toBe(first);
    writeFileSync(first, "mine");
    symlinkSync(join(elsewhere, "new.ipynb"), join(path, "notebook-trusted-2.ipynb"));
    expect(await writeTrustedNotebook(path)).toBe(join(path, "notebook-trusted-3.ipynb"));
    expect(readFileSync(first, "utf8")).toBe("mine");
    expectUntouched();
  });

  it.each([1, 2, 3])("is not written behind a link %i folders up", async (up) => {
    const { path } = await written();
    const replaced = up === 1 ? path : up === 2 ? dirname(path) : dirname(dirname(path));
    renameSync(replaced, join(root, "moved"));
    symlinkSync(join(root, "moved"), replaced);
    await expect(writeTrustedNotebook(path)).rejects.toThrow("is not a folder");
    const attempt = join(root, "moved", path.slice(replaced.length));
    expect(readdirSync(attempt).sort()).toEqual(["figures", "notebook.ipynb"]);
  });
});

it("an old analysis is removed, and not what has taken its place meanwhile", async () => {
  const { path } = await made();
  writeFileSync(join(path, "run.json"), "{}");
  const [before] = await keptAnalyses(workspace, "runs");
  renameSync(join(workspace, "runs"), join(root, "moved"));
  symlinkSync(elsewhere, join(workspace, "runs"));
  mkdirSync(join(elsewhere, ANALYSIS));
  await removeAnalysis(before!);
  expect(readdirSync(elsewhere).sort()).toEqual([ANALYSIS, "precious.txt"]);
  rmSync(join(workspace, "runs"));
  renameSync(join(root, "moved"), join(workspace, "runs"));
  await removeAnalysis(before!);
  expect(readdirSync(join(workspace, "runs"))).toEqual([]);
});
