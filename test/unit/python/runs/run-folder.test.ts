import { existsSync } from "node:fs";
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { OutputRecord } from "../../../../src/python/runs/output-record.ts";
import { RunFolder } from "../../../../src/python/runs/run-folder.ts";

const NAME = { analysisId: "analysis-12345678", question: "What?", attempt: 1, at: Date.UTC(2026, 0, 2) };
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).toString("base64");
let workspace: string;

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), "countersign-folder-"));
});

afterEach(async () => {
  await rm(workspace, { recursive: true });
});

const reopened = (): Promise<RunFolder> => RunFolder.reopen(workspace, "runs", NAME);

/** What a window wrote of a run that went on when that one was gone. */
async function begun(): Promise<RunFolder> {
  const folder = await RunFolder.create(workspace, "runs", NAME);
  const outputs = new OutputRecord({ folder: folder.path, figures: folder.figures, bytes: 10_000_000 });
  await outputs.add({ type: "display", data: { "image/png": PNG, "text/html": "<b>" } });
  await outputs.add({ type: "stream", stream: "stdout", text: "x".repeat(5_000_000) });
  expect((await readdir(folder.path)).sort()).toEqual(["figures", "output.txt", "untrusted-outputs.jsonl"]);
  return folder;
}

it("a folder that is opened again holds nothing of what was half written, so that it is written once", async () => {
  const { path, figures } = await begun();
  await writeFile(join(figures, "figure-1.png"), "half");
  const again = await reopened();
  expect(again.path).toBe(path);
  expect(await readdir(path, { recursive: true })).toEqual(["figures"]);
  const outputs = new OutputRecord({ folder: again.path, figures: again.figures, bytes: 10_000_000 });
  const figure = await outputs.add({ type: "display", data: { "image/png": PNG } });
  expect((await readFile(figure!)).toString("base64")).toBe(PNG);
  await again.write("run.json", {});
  expect((await reopened()).path).not.toBe(path);
});

it.each(["mine.txt", "figures/mine.png", "figures/figure-x.png"])(
  "nothing is removed from a folder in which somebody else put %s",
  async (name) => {
    const { path } = await begun();
    await appendFile(join(path, name), "mine");
    const before = await readdir(path, { recursive: true });
    expect((await reopened()).path).not.toBe(path);
    expect(await readdir(path, { recursive: true })).toEqual(before);
  },
);

it("is a new one where there is none", async () => {
  const { path } = await reopened();
  expect(existsSync(join(path, "figures"))).toBe(true);
});
