import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { default as fc } from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { parsePython } from "../../../src/python/syntax/parser.ts";
import { nodesOf } from "./cpython-nodes.ts";

/** Every file where `EVERY_FILE` is set, which takes minutes; else one of this many. */
const ONE_OF = process.env.EVERY_FILE === undefined ? 12 : 1;
const LONGEST = 80_000;

const SOUPS = 30_000;
/** What code is made of, but nothing that only a newer Python takes, nor names of characters. `_` is a blank, `¶` a line's end. */
const PIECES =
  `( ) [ ] { } f" f''' " ' ''' \\ ¶ ¶__ x y 1 0x 1e . ... , ; @ * ** : = := ! != -> r" b' € é #c {{ }} if_x: _else_
_if_ lambda match_x: case_ async_ await_ yield_ for_x_in_y not_ in_ is_ del_ return_ with_ _as_b def_f( x) a=1 class_A
):_pass try:¶__pass¶except from_._import_ import_a`
    .split(/\s/)
    .map((piece) => piece.replaceAll("_", " ").replaceAll("¶", "\n"));
const JUDGE = `
import ast, json, sys, warnings
warnings.simplefilter("ignore")
def takes(code):
    try: ast.parse(code)
    except (SyntaxError, ValueError): return False
    return True
print(json.dumps([takes(code) for code in json.load(sys.stdin)]))
`;

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
    const exclude = (name: string): boolean => basename(name) === "site-packages";
    const found = globSync("**/*.py", { cwd: folder, exclude });
    const files = found
      .sort()
      .filter((_, index) => index % ONE_OF === 0)
      .map((file) => join(folder, file))
      .filter((file) => readFileSync(file).length < LONGEST && isUtf8(file));
    const script = join(import.meta.dirname, "cpython_syntax.py");
    const input = files.join("\n");
    const output = execFileSync("python3", [script], { input, maxBuffer: 2 ** 30 }).toString();
    expected = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Expected);
    expect(expected.length).toBeGreaterThan(30);
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

  it("takes what CPython takes of code made of pieces", () => {
    const soup = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 9 });
    const codes = fc.sample(soup, { numRuns: SOUPS, seed: 1 }).map((pieces) => pieces.join(""));
    const judged = execFileSync("python3", ["-c", JUDGE], {
      input: JSON.stringify(codes),
      maxBuffer: 2 ** 30,
    });
    const expectedly = JSON.parse(judged.toString()) as readonly boolean[];
    expect(expectedly.filter((isPython) => isPython).length).toBeGreaterThan(SOUPS / 100);
    const otherwise = codes.filter(
      (code, index) => (parsePython(code).error === undefined) !== expectedly[index],
    );
    expect(otherwise).toEqual([]);
  });
});

function isUtf8(file: string): boolean {
  try {
    return !new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file)).includes("\0");
  } catch {
    return false;
  }
}
