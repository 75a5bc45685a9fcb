import { describe, expect, it } from "vitest";
import { Analyser } from "../../../../src/python/analysis/analyser.ts";
import { readNotebook } from "../../../../src/python/analysis/notebooks.ts";

const analyser = new Analyser();
type Cell = readonly ["code" | "markdown" | "raw", string | readonly string[]];

function notebook(cells: readonly Cell[], more: object = {}): string {
  const written = cells.map(([cell_type, source]) => ({ cell_type, source, metadata: {}, outputs: [] }));
  return JSON.stringify({ cells: written, metadata: {}, nbformat: 4, nbformat_minor: 5, ...more });
}

function findingsOf(...cells: readonly string[]): readonly string[] {
  return found(notebook(cells.map((source) => ["code", source] as const)));
}

function found(text: string): readonly string[] {
  const { syntaxErrors, findings } = analyser.analyseNotebook(readNotebook(text) ?? []);
  return [
    ...syntaxErrors.map(({ cell, line, message }) => `${cell}:${line} ${message}`),
    ...findings.map(({ cell, line, effect, target = "?" }) => `${cell}:${line} ${effect} ${target}`),
  ];
}

const language = (kernelspec: object | undefined, language_info?: object): string =>
  notebook([["code", "1"]], { metadata: { kernelspec, language_info } });

describe("a notebook", () => {
  it("is told by what it holds", () => {
    const text = notebook([["code", ["import os\n", "os.remove('a')"]]]);
    expect(readNotebook(text)).toEqual([{ number: 1, source: "import os\nos.remove('a')" }]);
    expect(readNotebook(`\ufeff\n ${text}`)).toHaveLength(1);
  });

  it.each([
    "{'cells': 1, 'nbformat': 4}",
    '{"cells": [], "nbformat": 4,}.keys()',
    '{"cells": []}',
    '{"nbformat": 4}',
    "[]",
    '"cells nbformat"',
    "",
    "print({})",
  ])("is none: %s", (text) => {
    expect(readNotebook(text)).toBeUndefined();
  });

  it.each([
    ["half of one", notebook([["code", "1"]]).slice(0, -9), /not valid JSON/, /whole copy/],
    ["an old format", JSON.stringify({ nbformat: 3, worksheets: [] }), /format is 3/, /nbconvert/],
    ["a format without a number", JSON.stringify({ nbformat: "4", cells: [] }), /format is "4"/, /nbconvert/],
    ["another language", language({ name: "ir", language: "R" }), /language is "R"/, /Python kernel/],
    ["another kernel's", language({ language: "python" }, { name: "julia" }), /"julia"/, /Python kernel/],
    ["cells that are no list", JSON.stringify({ nbformat: 4, cells: {} }), /no list/, /Save it again/],
    ["a cell of no kind", JSON.stringify({ nbformat: 4, cells: [{ source: "1" }] }), /cell 1/, /Save it/],
    [
      "a cell without text",
      JSON.stringify({ nbformat: 4, cells: [{ cell_type: "code" }] }),
      /cell 1/,
      /Save/,
    ],
  ])("that is %s is refused, and says what to do", (_, text, message, next) => {
    const refused = expect.objectContaining({
      code: "notebook-invalid",
      message: expect.stringMatching(message) as string,
      next: expect.stringMatching(next) as string,
    }) as Error;
    expect(() => readNotebook(text)).toThrow(refused);
  });

  it("may say that its language is Python", () => {
    expect(
      readNotebook(language({ name: "python3", language: "Python" }, { name: "ipython3" })),
    ).toHaveLength(1);
  });
});

describe("the code of a notebook", () => {
  it("is found by cell and line, among cells of text", () => {
    const cells = [
      ["markdown", "# caput('A', 1)"],
      ["code", "from epics import caput"],
      ["raw", "caput('B', 1)"],
      ["code", "\ncaput('C', 1)"],
    ] as const;
    expect(found(notebook(cells))).toEqual(["4:2 control-write C"]);
  });

  it("shares its names from cell to cell, in their order", () => {
    const put = "def put(value):\n    caput('MARK', value)";
    expect(findingsOf("from epics import caput", put, "put(1)", "put = print\nput(2)")).toEqual([
      "2:2 control-write MARK",
    ]);
    expect(findingsOf("caput = print", "from epics import caput", "caput('MARK', 1)")).toHaveLength(1);
    expect(findingsOf("from epics import caput", "caput = print", "caput('MARK', 1)")).toEqual([]);
  });

  it("says in which cell a name was bound", () => {
    const cells =
      readNotebook(
        notebook([
          ["code", "1\nimport epics as e"],
          ["code", "e.caput('A', 1)"],
        ]),
      ) ?? [];
    const [finding] = analyser.analyseNotebook(cells).findings;
    expect(finding?.message).toContain("imported in line 2 of cell 1");
  });

  it.each([
    ["a cell's magic", "%%bash\ntouch a", "open('b', 'w')", ["1:1 process", "2:1 writes-files b"]],
    ["a line's magic", "%matplotlib inline\nx = 1", "!touch a", ["2:1 process"]],
    [
      "a cell that is indented",
      "  open('a', 'w')",
      "open('b', 'w')",
      ["1:1 writes-files a", "2:1 writes-files b"],
    ],
    ["a comment at the end", "1 # one", "open('b', 'w')", ["2:1 writes-files b"]],
    ["a block at the end", "if 1:\n    x = 1", "open('b', 'w')", ["2:1 writes-files b"]],
    ["other line ends", "x = 1\r\ny = 1\r", "\r\nopen('b', 'w')", ["2:2 writes-files b"]],
  ])("reads %s alone", (_, first, second, expected) => {
    const all = findingsOf(first, second);
    expect(all).toHaveLength(expected.length);
    expected.forEach((one, index) => expect(all[index]).toContain(one));
  });

  it("does not go on over the end of a cell", () => {
    expect(findingsOf("x = 1 + \\", "open('b', 'w')")).toEqual([expect.stringContaining("1:")]);
    expect(findingsOf("x = (1,", "open('b', 'w'))")).toHaveLength(2);
    expect(findingsOf("x = '''", "'''; open('b', 'w')")).toHaveLength(2);
    expect(findingsOf("x = 1 \\", "open('b', 'w')")).toEqual([expect.stringContaining("1:")]);
  });

  it("names each cell that is no Python", () => {
    const all = findingsOf("x = 1", "y = (", "print(1)\nz = = 1");
    expect(all.map((one) => one.slice(0, 3))).toEqual(["2:1", "3:2"]);
  });

  it("says where it does not read as it runs, and takes no encoding from a comment", () => {
    expect(findingsOf("# coding: utf-7", "x = 1 # \u202e")).toEqual(["2:1 dynamic ?"]);
  });
});
