import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildNotebook } from "../../../../src/python/runs/notebook.ts";
import { OutputRecord } from "../../../../src/python/runs/output-record.ts";
import { withoutEscapes } from "../../../../src/python/runs/plain-text.ts";

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]).toString("base64");
let folder: string;
let record: OutputRecord;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-outputs-"));
  await mkdir(join(folder, "figures"));
  record = new OutputRecord(folder, join(folder, "figures"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("a run's outputs", () => {
  it("joins neighbouring text of one stream and keeps the order of all", async () => {
    await record.add({ type: "stream", stream: "stdout", text: "a" });
    await record.add({ type: "stream", stream: "stdout", text: "b" });
    await record.add({ type: "stream", stream: "stderr", text: "c" });
    await record.add({ type: "stream", stream: "stdout", text: "d" });
    expect(record.kept.map((output) => (output.type === "stream" ? output.text : ""))).toEqual([
      "ab",
      "c",
      "d",
    ]);
    expect(record.text).toBe("abcd");
  });

  it("keeps raster images, as figures too, and sets aside what a viewer would run", async () => {
    const data = { "image/png": PNG, "text/html": "<img src=x>", "text/plain": ["<Figure", ">"] };
    await record.add({ type: "display", data, executionCount: 1 });
    expect(record.kept).toEqual([
      { type: "display", executionCount: 1, text: "<Figure>", image: { mime: "image/png", base64: PNG } },
    ]);
    expect(record.figures).toEqual([join(folder, "figures", "figure-1.png")]);
    const aside = await readFile(join(folder, "untrusted-outputs.jsonl"), "utf8");
    expect(JSON.parse(aside)).toEqual({ output: 1, mime: "text/html", content: "<img src=x>" });
  });

  it("takes nothing for an image that only says that it is one", async () => {
    await record.add({ type: "display", data: { "image/png": Buffer.from("<svg/>").toString("base64") } });
    expect(record.figures).toEqual([]);
    expect(record.kept).toEqual([{ type: "display" }]);
  });

  it("sends text beyond what a notebook holds to a file, losing none of it", async () => {
    const block = "0123456789".repeat(100_000);
    for (let n = 0; n < 5; n += 1) await record.add({ type: "stream", stream: "stdout", text: block });
    const kept = record.kept.map((output) => (output.type === "stream" ? output.text : ""));
    expect(kept[0]).toHaveLength(4_000_000);
    expect(kept[1]).toContain("output.txt");
    expect(await readFile(join(folder, "output.txt"), "utf8")).toBe(block);
    expect(record.text).toHaveLength(20_000);
  });
});

describe("the notebook", () => {
  it("holds the code as approved and valid outputs of nbformat 4.5", () => {
    const metadata = {
      question: "?",
      requestId: "r",
      approvedHash: "h",
      approvedBy: "person",
      mode: "read_only",
      runId: "r",
      attempt: 1,
    };
    const code = "a = 1\r\nb = '\u2028'\n\nprint(a)";
    const outputs = [
      { type: "stream", stream: "stdout", text: "1\n2" },
      { type: "display", text: "x", executionCount: 1 },
      { type: "error", name: "E", message: "m", traceback: ["t"] },
    ] as const;
    const notebook = buildNotebook(code, outputs, metadata) as unknown as {
      nbformat_minor: number;
      cells: { id: string; source: string[]; outputs: object[] }[];
    };
    const [cell] = notebook.cells;
    expect(notebook.nbformat_minor).toBe(5);
    expect(cell!.id).toMatch(/^[a-zA-Z0-9-_]{1,64}$/);
    expect(cell!.source.join("")).toBe(code);
    expect(cell!.outputs).toEqual([
      { output_type: "stream", name: "stdout", text: ["1\n", "2"] },
      { output_type: "execute_result", data: { "text/plain": ["x"] }, metadata: {}, execution_count: 1 },
      { output_type: "error", ename: "E", evalue: "m", traceback: ["t"] },
    ]);
  });
});

describe("text without escapes", () => {
  it("drops colours, titles and cursor movements, and nothing else", () => {
    expect(withoutEscapes("\u001b[1;31mred\u001b[0m \u001b]0;title\u0007[not] \u001b[2K\u001bMend")).toBe(
      "red [not] end",
    );
  });
});
