import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readResults } from "../../../src/python/run-write-up.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-results-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("the results that are told", () => {
  it("are the start of a file that is longer than any string", async () => {
    const path = join(folder, "results.json");
    await writeFile(path, '{"a": 1');
    await truncate(path, 600 * 2 ** 20);
    const text = await readResults(path);
    expect(text.startsWith('{"a": 1')).toBe(true);
    expect(text).toHaveLength(20_001);
  });

  it("hold no half characters where they are cut", async () => {
    const path = join(folder, "results.json");
    await writeFile(path, "x" + "\u20ac".repeat(40_000));
    expect(await readResults(path)).toBe(`x${"\u20ac".repeat(19_999)}…`);
  });

  it("are whole where they are short, and nothing where there are none", async () => {
    const path = join(folder, "results.json");
    await writeFile(path, '{"mean": 2}');
    expect(await readResults(path)).toBe('{"mean": 2}');
    expect(await readResults(undefined)).toBe("");
  });
});
