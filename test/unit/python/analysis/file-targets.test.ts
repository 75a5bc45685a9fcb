import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { judgeByEffects } from "../../../../src/approval/verdict.ts";
import { Analyser } from "../../../../src/python/analysis/analyser.ts";
import { assess } from "../../../../src/python/assess.ts";

const isolation = { level: "none", networks: [], summary: "Nothing runs." } as const;
let analyser: Analyser;

beforeAll(() => {
  analyser = new Analyser();
});

const assessed = (code: string) => assess(analyser.analyse(code), { dataFolders: ["data"], isolation });
const verdictOf = (code: string) => judgeByEffects(assessed(code)).verdict;
const python = (text: string) => JSON.stringify(text);

describe("a path that looks like content", () => {
  it("is a file all the same", () => {
    const code = 'import os\nos.makedirs("a\\n"); open("a\\n/../../../../etc/passwd").read()\n';
    expect(verdictOf(code)).toBe("ask");
    expect(assessed(code).summary).toContain("reads a\\n/../../../../etc/passwd");
  });

  it.each(["[a/../../../x", "{a/../../../x", "<a/../../../x", " [/../../../x", "a\nb"])(
    "asks before open reads or writes %j",
    (path) => {
      expect(verdictOf(`open(${python(path)}).read()`)).toBe("ask");
      expect(verdictOf(`open(${python(path)}, "w").write("x")`)).toBe("ask");
      expect(verdictOf(`import numpy as np\nnp.loadtxt(${python(path)})`)).toBe("ask");
    },
  );

  it("is the working folder where it is empty, and a file of that name where only SQLite means memory", () => {
    const summaryOf = (code: string) => assessed(code).summary;
    expect(summaryOf('import zipfile\nzipfile.ZipFile("data/a.zip").extractall("")')).toMatch(/writes .*\.,/);
    expect(summaryOf('open(":memory:", "w")')).toContain("writes :memory:");
    expect(summaryOf('import sqlite3\nsqlite3.connect(":memory:")')).toContain("only computes");
  });

  it("is content for what takes content, unless it would lead away as a path", () => {
    const pandas = "import pandas as pd\npd.";
    expect(verdictOf(`${pandas}read_json('{"a": [1]}')`)).toBe("allow");
    expect(verdictOf(`${pandas}read_html("<table><tr><td>1</td></tr></table>")`)).toBe("allow");
    expect(verdictOf(`${pandas}read_json("[a/../../../etc/x")`)).toBe("ask");
    expect(verdictOf(`${pandas}read_csv("[a/../../../etc/x")`)).toBe("ask");
  });
});

it.each([
  'class P:\n  def __fspath__(self):\n    return "/etc/passwd"\nopen(P()).read()',
  'class P(str): pass\nopen(P("/etc/passwd")).read()',
])("a path may be an object of the code's own: %j", (code) => {
  expect(assessed(code).effects).toMatchObject([{ kind: "reads-files", ordinary: false }]);
});

it("no text of the code adds a line to what people read about it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
      const quoted = python(`x\n${text.toWellFormed()}`);
      const { effects, findings, summary, refusal } = assessed(
        `import epics, os\nfrom urllib.request import urlopen\nopen(${quoted})\nurlopen(${quoted})\nos.system(${quoted})\nepics.caput(${quoted}, ${quoted})\n`,
      );
      expect(effects.length).toBeGreaterThan(3);
      const texts = [
        summary,
        refusal ?? "",
        ...findings.map(({ message }) => message),
        ...effects.flatMap((effect) => [effect.summary, effect.target ?? "", effect.value ?? ""]),
      ];
      for (const one of texts) expect(one).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
    { numRuns: 40 },
  );
}, 30_000);
