import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunRecord } from "../../../src/python/python-run.ts";
import { Laboratory, type Ended } from "./laboratory.ts";

const MEGABYTE = 1024 * 1024;
let lab: Laboratory;

beforeAll(async () => {
  lab = await Laboratory.open();
});

afterAll(async () => {
  await lab.dispose();
});

const LIMITS = { seconds: 110, workingFolderMb: 512, outputMb: 512 };

function run(code: string): Promise<Ended> {
  return lab.run(lab.container, code, { limits: LIMITS });
}

interface Cell {
  readonly outputs: readonly { readonly output_type: string; readonly text?: readonly string[] }[];
}

/** All the text of a run: what its notebook holds, then what spilled. */
async function textOf({ notebook, folder }: RunRecord): Promise<string> {
  const { cells } = JSON.parse(await readFile(notebook, "utf8")) as { readonly cells: readonly Cell[] };
  const shown = cells[0]!.outputs.flatMap(({ text = [] }) => text).join("");
  const [before = ""] = shown.split("\nCountersign: more output is in output.txt");
  return before + (await readFile(join(folder, "output.txt"), "utf8").catch(() => ""));
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex");

describe("output that is larger than anybody reads", () => {
  it(
    "is whole and in order: 100 MB in a million lines, with memory bounded",
    { timeout: 200_000 },
    async () => {
      let most = 0;
      const before = process.memoryUsage().rss;
      const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 100);
      const ended = await run("for n in range(1_000_000):\n    print(f'{n:07d}' + 'x' * 92)\n");
      clearInterval(watch);
      expect(ended.error).toBeUndefined();
      const expected = Array.from(
        { length: 1_000_000 },
        (_, n) => `${String(n).padStart(7, "0")}${"x".repeat(92)}\n`,
      );
      expect(digest(await textOf(ended.record!))).toBe(digest(expected.join("")));
      // The notebook stays what an editor opens, and nobody kept all of it in memory.
      expect((await stat(ended.record!.notebook)).size).toBeLessThan(8 * MEGABYTE);
      expect(ended.record!.text.length).toBeLessThan(30_000);
      expect((most - before) / MEGABYTE).toBeLessThan(400);
    },
  );

  it("may be one figure of tens of megabytes", { timeout: 200_000 }, async () => {
    const code = `
import os, struct, zlib
from IPython.display import Image, display
side = 3600
rows = b"".join(b"\\0" + os.urandom(3 * side) for _ in range(side))
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
png = b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
png += chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b"")
display(Image(data=png))
results = {"bytes": len(png)}
`;
    const ended = await run(code);
    expect(ended.error).toBeUndefined();
    const { bytes } = JSON.parse(ended.record!.resultsText) as { readonly bytes: number };
    expect(bytes).toBeGreaterThan(35 * MEGABYTE);
    expect((await stat(ended.record!.figures[0]!)).size).toBe(bytes);
    expect((await stat(ended.record!.notebook)).size).toBeLessThan(8 * MEGABYTE);
  });

  it("may be any characters: colours, carriage returns, no Unicode, zeros", async () => {
    const code = String.raw`
import os, sys
print("\x1b[31mred\x1b[0m")
print("10%\r20%\r100%")
sys.stdout.write("zero\0inside\n")
sys.stdout.flush()
os.write(1, b"\xff\xfe no utf-8 \x80\n")
print("lone \ud800 surrogate".encode("utf-8", "replace").decode())
print("done")
`;
    const ended = await run(code);
    expect(ended.error).toBeUndefined();
    const text = await textOf(ended.record!);
    expect(text).toContain("100%");
    expect(text).toContain("inside");
    // What is written below Python comes by another way, in an order of its own.
    expect(text).toContain("\ndone\n");
    const notebook = await readFile(ended.record!.notebook, "utf8");
    expect(notebook).not.toContain("\uFFFE");
  });
});
