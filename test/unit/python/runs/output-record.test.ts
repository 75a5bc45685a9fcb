import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildNotebook } from "../../../../src/python/runs/notebook.ts";
import { OutputRecord } from "../../../../src/python/runs/output-record.ts";
import { withoutEscapes } from "../../../../src/python/runs/plain-text.ts";

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]).toString("base64");
const METADATA = {
  question: "?",
  requestId: "r",
  approvedHash: "h",
  approvedBy: "person",
  mode: "read_only",
  runId: "r",
  attempt: 1,
};
let folder: string;
let record: OutputRecord;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-outputs-"));
  await mkdir(join(folder, "figures"));
  record = recordOf(1_000_000_000);
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function recordOf(bytes: number): OutputRecord {
  return new OutputRecord({ folder, figures: join(folder, "figures"), bytes });
}

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
    const figure = await record.add({ type: "display", data, executionCount: 1 });
    expect(figure).toBe(join(folder, "figures", "figure-1.png"));
    expect(record.kept).toEqual([
      { type: "display", executionCount: 1, text: "<Figure>", image: { mime: "image/png", base64: PNG } },
    ]);
    expect(record.figures).toEqual([join(folder, "figures", "figure-1.png")]);
    const aside = await readFile(join(folder, "untrusted-outputs.jsonl"), "utf8");
    expect(JSON.parse(aside)).toEqual({ output: 1, mime: "text/html", content: "<img src=x>" });
  });

  it.each([
    ["other bytes", Buffer.from("<svg/>").toString("base64")],
    ["markup behind its base64", `${PNG}" onerror="x`],
    ["markup within its padding", `${PNG.slice(0, -2)}=">`],
    ["lines that are no text", [1, 2]],
  ])("takes nothing for an image that only says that it is one: %s", async (_, content) => {
    await record.add({ type: "display", data: { "image/png": content } });
    expect(record.figures).toEqual([]);
    expect(record.kept).toEqual([{ type: "display" }]);
    expect(record.notes).toEqual([
      "1 image was not a readable PNG or JPEG, and put into untrusted-outputs.jsonl.",
    ]);
    const aside = await readFile(join(folder, "untrusted-outputs.jsonl"), "utf8");
    expect(JSON.parse(aside)).toEqual({ output: 1, mime: "image/png", content });
  });

  it("writes an image's base64 itself: nothing of what the code wrote is in the notebook", async () => {
    const loose = [`${PNG.slice(0, 4)}\n`, `${PNG.slice(4)}\n`];
    await record.add({ type: "display", data: { "image/png": loose } });
    expect(record.kept).toEqual([{ type: "display", image: { mime: "image/png", base64: PNG } }]);
    expect((await readFile(record.figures[0]!)).toString("base64")).toBe(PNG);
  });

  it("sends text beyond what a notebook holds to a file, losing none of it", async () => {
    const block = "0123456789".repeat(100_000);
    for (let n = 0; n < 5; n += 1) await record.add({ type: "stream", stream: "stdout", text: block });
    const kept = record.kept.map((output) => (output.type === "stream" ? output.text : ""));
    expect(kept[0]).toHaveLength(1_000_000);
    expect(kept[1]).toContain("output.txt");
    expect(await readFile(join(folder, "output.txt"), "utf8")).toBe(block.repeat(4));
    expect(record.text).toHaveLength(20_000);
  });
});

describe("a notebook that an editor is to open", () => {
  const notebook = (): string => JSON.stringify(buildNotebook("x", record.kept, METADATA), null, 1);

  it.each([
    ["lines", "x\n"],
    ["characters that JSON writes with six", "\u0001"],
    ["empty lines", "\n"],
  ])("stays small under two million of %s, which are all in the side file", async (_, one) => {
    const printed = one.repeat(2_000_000);
    await record.add({ type: "stream", stream: "stdout", text: printed });
    expect(notebook().length).toBeLessThan(8_000_000);
    expect(notebook().split("\n").length).toBeLessThan(25_000);
    const [first, second] = record.kept.map((output) => (output.type === "stream" ? output.text : ""));
    expect(second).toBe("\nCountersign: more output is in output.txt\n");
    expect(`${first}${await readFile(join(folder, "output.txt"), "utf8")}` === printed).toBe(true);
  });

  it("stays small where what is long is displayed, and names where all of it is", async () => {
    const text = "x\n".repeat(100_000);
    await record.add({ type: "display", data: { "text/plain": text } });
    await record.add({ type: "stream", stream: "stdout", text: "after" });
    expect(notebook().split("\n").length).toBeLessThan(25_000);
    expect(record.kept.at(-1)).toMatchObject({ text: "\nCountersign: more output is in output.txt\n" });
    expect(await readFile(join(folder, "output.txt"), "utf8")).toBe(`${text}\nafter`);
  });
});

describe("what a run may make the host keep", () => {
  const raster = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

  it.each([
    ["text", { type: "stream", stream: "stdout", text: "x".repeat(60_000) }],
    ["errors", { type: "error", name: "E", message: "m", traceback: ["x".repeat(60_000)] }],
    ["formats that are set aside", { type: "display", data: { "text/html": "x".repeat(60_000) } }],
    [
      "figures",
      {
        type: "display",
        data: { "image/png": Buffer.concat([raster, Buffer.alloc(60_000)]).toString("base64") },
      },
    ],
  ] as const)("is bounded for %s, and what came before is kept", async (_, output) => {
    record = recordOf(100_000);
    await record.add(output);
    await expect(record.add(output)).rejects.toMatchObject({ code: "output-too-large" });
    expect(record.kept).toHaveLength(1);
    const names = await readdir(folder, { recursive: true });
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
    expect(sizes.filter((size) => size > 100_000)).toEqual([]);
  });

  it("is filled to the last whole character of what does not fit any more", async () => {
    record = recordOf(1_000);
    const adding = record.add({ type: "stream", stream: "stdout", text: "€".repeat(1_000) });
    await expect(adding).rejects.toMatchObject({
      code: "output-too-large",
      kept: "The first 0 MB of the output, and the files up to then.",
    });
    expect(record.kept).toEqual([{ type: "stream", stream: "stdout", text: "€".repeat(248) }]);
    expect(record.text).toBe("€".repeat(248));
  });

  it("holds of a display what fits, and leaves out what does not", async () => {
    record = recordOf(1_000);
    const data = { "text/html": "x".repeat(2_000), "text/plain": "short", "image/png": PNG };
    await expect(record.add({ type: "display", data })).rejects.toMatchObject({ code: "output-too-large" });
    expect(record.kept).toEqual([
      { type: "display", text: "short", image: { mime: "image/png", base64: PNG } },
    ]);
    expect([...record.sideFiles]).toEqual([]);
  });

  it("is five hundred figures in files; the others are in the side file, counted and said", async () => {
    for (let n = 0; n < 502; n += 1) await record.add({ type: "display", data: { "image/png": PNG } });
    expect(record.figures).toHaveLength(500);
    expect(await readdir(join(folder, "figures"))).toHaveLength(500);
    const aside = (await readFile(join(folder, "untrusted-outputs.jsonl"), "utf8")).trim().split("\n");
    expect(aside.map((line) => JSON.parse(line) as unknown)).toEqual([
      { output: 501, mime: "image/png", content: PNG },
      { output: 502, mime: "image/png", content: PNG },
    ]);
    expect(record.notes).toEqual([
      "2 more figures are in untrusted-outputs.jsonl, not in the folder figures.",
    ]);
  });

  it("counts empty outputs, and nothing small is taken after the end", async () => {
    record = recordOf(10_000);
    const flood = async (): Promise<void> => {
      for (let n = 0; n < 1_000; n += 1) await record.add({ type: "display", data: {} });
    };
    await expect(flood()).rejects.toMatchObject({ code: "output-too-large" });
    expect(record.kept.length).toBeLessThan(50);
    await expect(record.add({ type: "display", data: {} })).rejects.toMatchObject({
      code: "output-too-large",
    });
  });

  it("puts figures into the notebook up to a limit, and all of them into their folder", async () => {
    const base64 = Buffer.concat([raster, Buffer.alloc(4_500_000)]).toString("base64");
    for (let n = 0; n < 4; n += 1) await record.add({ type: "display", data: { "image/png": base64 } });
    const images = record.kept.filter((output) => output.type === "display" && output.image !== undefined);
    expect(images).toHaveLength(2);
    expect(record.kept.at(-1)).toEqual({ type: "display", text: "[see figure-4.png in figures]" });
    expect(record.figures).toHaveLength(4);
  });

  it("puts a flood of separate outputs into the file, in order", async () => {
    for (let n = 0; n < 1_500; n += 1) {
      await record.add({ type: "stream", stream: "stdout", text: `${n}\n` });
      await record.add({ type: "stream", stream: "stderr", text: `${n}!\n` });
    }
    expect(record.kept.length).toBeLessThanOrEqual(2_001);
    const rest = await readFile(join(folder, "output.txt"), "utf8");
    expect(rest.startsWith("1000\n1000!\n1001\n")).toBe(true);
    expect(rest.endsWith("1499\n1499!\n")).toBe(true);
  });

  it("shortens the error that is stored and told, keeping the end of its traceback", async () => {
    const traceback = ["x".repeat(1_000_000), "ValueError: here"];
    await record.add({
      type: "error",
      name: "E".repeat(1_000),
      message: "m".repeat(1_000_000),
      traceback,
    });
    const told = record.error!.traceback.join("\n");
    expect(JSON.stringify(record.error).length).toBeLessThan(30_000);
    expect(told.endsWith("ValueError: here")).toBe(true);
  });
});

describe("an error", () => {
  it("becomes plain text on stderr, so that no viewer makes HTML of what it holds", async () => {
    const link = '<a href="x"><img src="https://example.org/x.png"></a>';
    await record.add({ type: "stream", stream: "stderr", text: "before" });
    const traceback = ["\u001b[0;31mValueError\u001b[0m", `\u001b[0;31mValueError\u001b[0m: ${link}`];
    await record.add({ type: "error", name: "ValueError", message: link, traceback });
    const { cells } = buildNotebook("x", record.kept, METADATA) as unknown as {
      cells: { outputs: object[] }[];
    };
    const text = ["before\n", "ValueError\n", `ValueError: ${link}\n`];
    expect(cells[0]!.outputs).toEqual([{ output_type: "stream", name: "stderr", text }]);
    expect(record.text).toBe("before");
  });

  it("without a traceback is its name and message", async () => {
    await record.add({ type: "error", name: "E", message: "m", traceback: [] });
    expect(record.kept).toEqual([{ type: "stream", stream: "stderr", text: "E: m\n" }]);
  });
});

describe("the notebook", () => {
  it("holds the code as approved and valid outputs of nbformat 4.5", () => {
    const code = "a = 1\r\nb = '\u2028'\n\nprint(a)";
    const outputs = [
      { type: "stream", stream: "stdout", text: "1\n2" },
      { type: "display", text: "x", executionCount: 1 },
    ] as const;
    const notebook = buildNotebook(code, outputs, METADATA) as unknown as {
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
