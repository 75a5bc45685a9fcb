import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parsePython } from "../../../src/python/syntax/parser.ts";
import { nodesOf } from "./cpython-nodes.ts";

/** Every file where `EVERY_FILE` is set, which takes minutes; else one of this many. */
const ONE_OF = process.env.EVERY_FILE === undefined ? 12 : 1;
const LONGEST = 80_000;

interface Expected {
  readonly name: string;
  readonly code: string;
  readonly nodes: readonly string[];
  readonly mutations: readonly { readonly code: string; readonly isPython: boolean }[];
}

describe("the parser, against CPython's own", () => {
  let expected: readonly Expected[];

  beforeAll(() => {
    const standardLibrary = "import sysconfig; print(sysconfig.get_path('stdlib'))";
    const folder = execFileSync("python3", ["-c", standardLibrary]).toString().trim();
    const found = globSync(["*.py", "asyncio/*.py", "email/*.py", "test/test_*.py"], { cwd: folder });
    const files = found
      .sort()
      .filter((_, index) => index % ONE_OF === 0)
      .map((file) => join(folder, file))
      .filter((file) => readFileSync(file).length < LONGEST && isUtf8(file));
    expect(files.length).toBeGreaterThan(30);
    const script = join(import.meta.dirname, "cpython_syntax.py");
    const input = files.join("\n");
    const output = execFileSync("python3", [script], { input, maxBuffer: 2 ** 30 }).toString();
    expected = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Expected);
  }, 300_000);

  it("finds the same in the same places", () => {
    for (const { name, code, nodes } of expected) {
      const { root, error } = parsePython(code);
      expect(error, name).toBeUndefined();
      expect(nodesOf(root), name).toEqual(nodes);
    }
  });

  it("takes what CPython takes of code with a mistake in it, and hardly anything else", () => {
    const all = expected.flatMap(({ mutations }) => mutations);
    const taken = all.filter(({ code }) => parsePython(code).error === undefined);
    expect(all.filter(({ isPython, code }) => isPython && parsePython(code).error !== undefined)).toEqual([]);
    // A newer Python takes a little more: `type X = Y`, quotes in fields of f-strings.
    const wrong = taken.filter(({ isPython }) => !isPython);
    expect(wrong.length).toBeLessThanOrEqual(Math.ceil(all.length / 100));
  });
});

function isUtf8(file: string): boolean {
  try {
    return !new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file)).includes("\0");
  } catch {
    return false;
  }
}
