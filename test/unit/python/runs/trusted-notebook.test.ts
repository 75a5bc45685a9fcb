import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildNotebook } from "../../../../src/python/runs/notebook.ts";
import { OutputRecord } from "../../../../src/python/runs/output-record.ts";
import { setAsideFormats, writeTrustedNotebook } from "../../../../src/python/runs/trusted-notebook.ts";

let folder: string;
const METADATA = {
  question: "?",
  requestId: "r",
  approvedHash: "h",
  approvedBy: "Ada",
  mode: "read_only",
  runId: "r",
  attempt: 1,
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "countersign-trusted-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function runThatDisplays(...displayed: readonly Record<string, unknown>[]): Promise<void> {
  const record = new OutputRecord({ folder, figures: folder, bytes: 1_000_000 });
  for (const data of displayed) await record.add({ type: "display", data });
  const notebook = buildNotebook("show()", record.kept, METADATA);
  writeFileSync(join(folder, "notebook.ipynb"), JSON.stringify(notebook));
}

interface Shown {
  readonly cells: readonly { readonly outputs: readonly { readonly data: Record<string, unknown> }[] }[];
}

it("shows beside the notebook, and only there, what was set aside", async () => {
  const plotly = { data: [{ y: [1, 2] }] };
  await runThatDisplays(
    { "text/plain": "<HTML>", "text/html": ["<b>bold", "</b>"] },
    { "text/plain": "Figure", "application/vnd.plotly.v1+json": plotly },
  );
  expect(await setAsideFormats(folder)).toEqual(
    new Map([
      ["text/html", 1],
      ["application/vnd.plotly.v1+json", 1],
    ]),
  );
  const before = readFileSync(join(folder, "notebook.ipynb"), "utf8");
  expect(before).not.toContain("bold");
  const path = await writeTrustedNotebook(folder);
  const { cells } = JSON.parse(readFileSync(path, "utf8")) as Shown;
  expect(cells[0]?.outputs.map(({ data }) => data)).toEqual([
    { "text/plain": ["<HTML>"] },
    { "text/plain": ["Figure"] },
    { "text/html": ["<b>bold", "</b>"] },
    { "application/vnd.plotly.v1+json": plotly },
  ]);
  expect(readFileSync(join(folder, "notebook.ipynb"), "utf8")).toBe(before);
});

it("says that there is nothing where all was text", async () => {
  await runThatDisplays({ "text/plain": "1" });
  expect(await setAsideFormats(folder)).toEqual(new Map());
});

it("passes over what is no output of ours", async () => {
  await runThatDisplays({ "text/plain": "1" });
  const wrong = ['{"mime":"text/html"}', "no json", '{"output":1,"mime":"text/html","content":{"a":1}}'];
  writeFileSync(join(folder, "untrusted-outputs.jsonl"), `${wrong.join("\n")}\n`);
  expect(await setAsideFormats(folder)).toEqual(new Map());
});
