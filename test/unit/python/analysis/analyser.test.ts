import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { judgeByEffects } from "../../../../src/approval/verdict.ts";
import { Analyser } from "../../../../src/python/analysis/analyser.ts";
import type { Analysis } from "../../../../src/python/analysis/analysis.ts";
import { Interpreter } from "../../../../src/python/analysis/interpreter.ts";
import { assess } from "../../../../src/python/assess.ts";
import { readCorpus } from "./corpus.ts";

const isolation = { level: "none", networks: [], summary: "Nothing runs." } as const;
const dangerous = readCorpus("dangerous");
const harmless = readCorpus("harmless");
let analyser: Analyser;

beforeAll(() => {
  analyser = new Analyser();
});

const verdictOf = (analysis: Analysis) =>
  judgeByEffects(assess(analysis, { dataFolders: ["data"], isolation })).verdict;
const namesOf = (analysis: Analysis) =>
  new Set(
    analysis.effects.flatMap(({ kind, target }) =>
      target === undefined ? [kind] : [kind, `${kind}=${target}`],
    ),
  );
const kindsOf = (code: string) => new Set(analyser.analyse(code).effects.map(({ kind }) => kind));

describe("the corpus", () => {
  it("is large enough to mean something", () => {
    expect(dangerous.length).toBeGreaterThanOrEqual(200);
    expect(harmless.length).toBeGreaterThanOrEqual(100);
  });

  it.each(dangerous)("flags: $name", ({ code, expected }) => {
    const analysis = analyser.analyse(code);
    expect(analysis.syntaxErrors).toEqual([]);
    expect([...namesOf(analysis)]).toEqual(expect.arrayContaining([...expected]));
    expect(verdictOf(analysis)).toBe("ask");
  });

  it.each(harmless)("allows: $name", ({ code }) => {
    const analysis = analyser.analyse(code);
    expect(analysis.syntaxErrors).toEqual([]);
    const unusual = assess(analysis, { dataFolders: ["data"], isolation }).effects.filter(
      ({ ordinary }) => !ordinary,
    );
    expect(unusual).toEqual([]);
    expect(verdictOf(analysis)).toBe("allow");
  });
});

/** Ways to write the same thing that must not hide anything. */
const DISGUISES: Readonly<Record<string, (code: string) => string | undefined>> = {
  "inside a function": (code) =>
    /import \*|^[!%/,;]|= !|\bglobal\b|def exec|coding|\r/m.test(code)
      ? undefined
      : `def wrapped():\n${indent(code)}\nwrapped()\n`,
  "inside a branch that never runs": (code) =>
    /^[!%/,;]|= !|coding/m.test(code) ? undefined : `if False:\n${indent(code)}\n`,
  "behind harmless code": (code) =>
    /^%%|coding|^ +import epics/m.test(code) ? undefined : `${harmless[0]!.code}\n${code}`,
  "before harmless code": (code) =>
    /^%%|^ +import epics/m.test(code) ? undefined : `${code}\n${harmless[3]!.code}`,
  "with CRLF line ends": (code) => code.replaceAll(/\r?\n/g, "\r\n"),
  "with its variables renamed": (code) => {
    const bound = [...code.matchAll(/^([a-z]\w*) = /gm)].map(([, name]) => name!);
    const renamed = bound.filter((name) => isPlainVariable(name, code));
    if (renamed.length === 0) return undefined;
    return code.replaceAll(new RegExp(`(?<![.\\w])(${renamed.join("|")})(?!\\w)`, "g"), "$1_renamed");
  },
  "with its strings split": (code) =>
    /^[!%/,;]|= !|f"|b"|\\/m.test(code)
      ? undefined
      : code.replaceAll(/(?<![\w"'#].{0,0})"(\w)(\w+)"/g, '("$1" + "$2")'),
};

/** Not named in a text, as a keyword or as an attribute: there it would be another thing. */
function isPlainVariable(name: string, code: string): boolean {
  const elsewhere = `["'][^"'\n]*\\b${name}\\b|[(,]\\s*${name}=|\\.${name}\\b|\\b(?:def|class|import|as) ${name}\\b`;
  return !new RegExp(elsewhere).test(code);
}

const indent = (code: string) =>
  code
    .split("\n")
    .map((line) => (line === "" ? line : `    ${line}`))
    .join("\n");

describe.each(Object.keys(DISGUISES))("%s", (name) => {
  it("no effect of the corpus disappears", () => {
    const lost = dangerous.flatMap(({ name: snippet, code }) => {
      const disguised = DISGUISES[name]!(code);
      if (disguised === undefined) return [];
      const after = kindsOf(disguised);
      return [...kindsOf(code)].filter((kind) => !after.has(kind)).map((kind) => `${snippet}: ${kind}`);
    });
    expect(lost).toEqual([]);
  });
});

describe("findings", () => {
  it("say where, and why", () => {
    const { findings } = analyser.analyse('import os\nfrom epics import caput as c\n\nc("SR:X", 2.5)\n');
    expect(findings).toMatchObject([
      {
        effect: "control-write",
        line: 4,
        column: 1,
        endLine: 4,
        endColumn: 15,
        message: "`c` is `epics.caput`, imported in line 2: sets SR:X to 2.5.",
      },
    ]);
  });

  it("count columns in UTF-16 units", () => {
    const [finding] = analyser.analyse('x = "🙂"; eval("1")\n').findings;
    expect(finding).toMatchObject({ effect: "dynamic", line: 1, column: 11 });
  });

  it("takes connecting a known channel for reading it, and another object's for the network", () => {
    const kinds = (code: string) => analyser.analyse(code).effects.map(({ kind }) => kind);
    expect(kinds('import epics\nepics.PV("LAB:X").connect()\n')).toEqual(["control-read"]);
    expect(kinds('import socket\nsocket.socket().connect(("lab", 1))\n')).toContain("network");
  });

  it("come with channel and value where both fold", () => {
    const { effects } = analyser.analyse(
      'import epics\nfor n in range(2):\n    epics.caput(f"SR:M{n}", n * 2)\n',
    );
    expect(effects).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: "control-write", target: "SR:M0" }),
        expect.objectContaining({ target: "SR:M1" }),
      ]),
    );
    const [set] = analyser.analyse('import epics\nepics.caput("A:B", [1, "x"])').effects;
    expect(set).toMatchObject({ target: "A:B", value: "[1, x]" });
  });
});

describe("named files", () => {
  it("are those that the code names in full", () => {
    const { namedFiles } = analyser.analyse(
      'import pandas as pd\nfrom pathlib import Path\npd.read_csv(Path("data") / "a.csv")\nopen("b.txt", "w")\nimport sys\nopen(sys.argv[1])\n',
    );
    expect(namedFiles).toEqual([
      { path: "data/a.csv", access: "read" },
      { path: "b.txt", access: "write" },
    ]);
  });

  it("names the imported packages that do not come with Python", () => {
    expect(
      analyser.analyse("import os.path, numpy as np\nfrom pandas.api import types\n").thirdParty,
    ).toEqual(["numpy", "pandas"]);
  });
});

describe("text that is no Python", () => {
  it.each([
    ["an open bracket", "x = (1,\n", 1],
    ["Python 2", 'print "x"\n', 1],
    ["a null byte", "x = 1\ny = 2\0\n", 2],
    ["a zero-width space in a name", "x = 1\nev\u200bal = 2\n", 2],
    ["a no-break space", "x\u00a0= 1\n", 1],
  ])("%s is an error at its place", (_, code, line) => {
    const analysis = analyser.analyse(code);
    expect(analysis.parses).toBe(false);
    expect(analysis.syntaxErrors[0]).toMatchObject({ line });
    expect(verdictOf(analysis)).toBe("refuse");
  });

  it("takes a byte order mark, form feeds, and zero-width characters in strings", () => {
    expect(verdictOf(analyser.analyse('\ufeffx = "a\u200bb"\n\f\ny = 1  # \u00a0\n'))).toBe("allow");
  });

  it("gives no position outside the text", () => {
    for (const code of ["", "\n", "(", '"', "'''", "\\", "if", "def f(", "\0", "{{{"]) {
      for (const { line, column } of analyser.analyse(code).syntaxErrors) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(code.split("\n").length);
        expect(column).toBeGreaterThanOrEqual(1);
      }
    }
  });
});

describe("input of any size", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["parentheses", `x = ${"(".repeat(10_000)}1${")".repeat(10_000)}\n`],
    ["lists", `x = ${"[".repeat(10_000)}${"]".repeat(10_000)}\n`],
    ["sums", `x = ${"1+".repeat(10_000)}1\n`],
    ["attributes", `x${".a".repeat(10_000)}\n`],
    ["calls", `x${"()".repeat(10_000)}\n`],
    ["lambdas", `x = ${"lambda: ".repeat(10_000)}1\n`],
    ["signs", `x = ${"-".repeat(10_000)}1\n`],
    ["open brackets", "(".repeat(100_000)],
    ["a megabyte of data", `x = [${"1, 2.5, 'abc',\n".repeat(70_000)}]\n`],
    ["a megabyte of statements", "import math\n" + "x = math.sin(1) + 2\n".repeat(50_000)],
    ["a megabyte of stars", "from math import *\nx = sin(1)\n".repeat(33_000)],
    ["a megabyte of patterns", "match [x]:\n    case [y]:\n        z\n".repeat(30_000)],
    ["patterns in patterns", nestedPatterns(200)],
    ["a megabyte of noise", ")(*&^%$ ".repeat(125_000)],
    [
      "functions that call each other",
      Array.from({ length: 300 }, (_, i) => `def f${i}(g): return f${(i + 1) % 300}(f${i})\n`).join(""),
    ],
  ];

  it.each(cases)("%s end in bounded time with a verdict", { timeout: 60_000 }, (_, code) => {
    const from = performance.now();
    expect(["allow", "ask", "refuse"]).toContain(verdictOf(analyser.analyse(code)));
    expect(performance.now() - from).toBeLessThan(20_000);
  });

  it("code nested too deeply to be followed asks", () => {
    expect(kindsOf(`x = ${"1 + ".repeat(5_000)}__import__("os").system("id")\n`)).toContain("dynamic");
    expect(kindsOf(`x${".a".repeat(5_000)}(__import__("os").system("id"))\n`)).toContain("dynamic");
  });
});

describe("an analysis that fails", () => {
  it("counts as one that asks, and harms no other", () => {
    const failing = vi.spyOn(Interpreter.prototype, "run").mockImplementationOnce(() => {
      throw new Error("a defect");
    });
    onTestFinished(() => failing.mockRestore());
    const failed = analyser.analyse("import numpy\nprint(1)\n");
    expect(failed.findings.map(({ effect, message }) => [effect, message])).toEqual([
      ["dynamic", "The analysis of this code failed (a defect)."],
    ]);
    expect(failed.thirdParty).toEqual(["numpy"]);
    expect(verdictOf(failed)).toBe("ask");
    expect(verdictOf(analyser.analyse("import numpy\nprint(1)\n"))).toBe("allow");
  });

  it("for want of room keeps what was found until then", () => {
    const deep = vi.spyOn(Interpreter.prototype, "call").mockImplementation(() => {
      throw new RangeError("Invalid array length");
    });
    onTestFinished(() => deep.mockRestore());
    const found = analyser.analyse("import unknown_package\nprint(1)\n").effects.map(({ kind }) => kind);
    expect(new Set(found)).toEqual(new Set(["unknown-import", "dynamic"]));
  });
});

describe("highlight", () => {
  it("gives spans in order, without overlaps, that cover keywords, strings and comments", () => {
    const code = 'def f(x):  # why\n    return "a" + str(1)\n';
    const spans = analyser.highlight(code);
    const shown = spans.map(({ start, end, class: name }) => `${name}:${code.slice(start, end)}`);
    expect(shown).toEqual(
      expect.arrayContaining([
        "keyword:def",
        "function:f",
        "comment:# why",
        "keyword:return",
        'string:"a"',
        "function:str",
        "number:1",
        "operator:+",
      ]),
    );
    spans.reduce((last, { start, end }) => {
      expect(start).toBeGreaterThanOrEqual(last);
      return end;
    }, 0);
  });

  it("tells types, soft keywords and the parts of an f-string by their places", () => {
    const code =
      'type X = int\nmatch match:\n    case [a]: b: list[str] = f"{type(a)!r:>{w}}x"\n@cache\nclass A: pass\n';
    const shown = analyser
      .highlight(code)
      .map(({ start, end, class: name }) => `${name}:${code.slice(start, end)}`);
    expect(shown.join(" ")).toBe(
      "keyword:type type:X operator:= type:int keyword:match variable:match operator:: keyword:case variable:a " +
        'operator:: variable:b operator:: type:list type:str operator:= string:f" function:type variable:a operator:! ' +
        'variable:r operator:: string:> variable:w string:x string:" operator:@ function:cache keyword:class type:A ' +
        "operator:: keyword:pass",
    );
  });

  it("takes code that does not parse", () => {
    expect(analyser.highlight("def (").length).toBeGreaterThan(0);
  });
});

/** Each is what a grammar may take for the annotation of the one around it. */
function nestedPatterns(depth: number): string {
  const lines = Array.from({ length: depth }, (_, level) => {
    const indent = "  ".repeat(level);
    return `${indent}match [x]:\n${indent} case [y]:\n`;
  });
  return `${lines.join("")}${"  ".repeat(depth)}z\n`;
}
