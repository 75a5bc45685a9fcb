import { describe, expect, it } from "vitest";
import { judgeByEffects } from "../../../../src/approval/verdict.ts";
import { Analyser } from "../../../../src/python/analysis/analyser.ts";
import { assess } from "../../../../src/python/assess.ts";

const analyser = new Analyser();
const IMPORTS = "import epics, logging, tempfile\nfrom functools import partial\nimport pandas as pd\n";
const FRAME = 'df = pd.read_csv("data/a.csv")\n';

function effectsOf(code: string): readonly string[] {
  const { effects } = analyser.analyse(IMPORTS + code);
  return effects.map(
    ({ kind, target = "?", value }) => `${kind} ${target}${value === undefined ? "" : ` = ${value}`}`,
  );
}

function verdictOf(code: string): string {
  const isolation = { level: "none", networks: [], summary: "" } as const;
  return judgeByEffects(assess(analyser.analyse(IMPORTS + code), { dataFolders: ["data"], isolation }))
    .verdict;
}

describe("what stands behind a star", () => {
  it.each([
    ["positional ones for one by keyword only", `${FRAME}df.plot(*df.columns)`],
    [
      "the axes of a figure",
      "import matplotlib.pyplot as plt\nax = plt.gca()\nax.plot(*pd.read_csv('data/a.csv').values.T)",
    ],
    [
      "rows in a loop",
      "import matplotlib.pyplot as plt\nfor row in [([0, 1], [2, 3]), ([1, 2], [3, 4])]:\n    plt.plot(*row)",
    ],
    ["a parameter behind another star", "def act(*rows, how=print):\n    how(1)\nact(*open('data/a.txt'))"],
  ])("takes no %s", (_, code) => {
    expect(verdictOf(code)).toBe("allow");
  });

  it.each([
    ["by keyword only", `${FRAME}options = pd.read_json('data/o.json')\ndf.plot(**options)`, "dynamic ?"],
    [
      "what is compared",
      "max(*(epics.caput for _ in 'ab'), key=lambda put: put('MARK', 1))",
      "control-write MARK = 1",
    ],
    [
      "the key of a comparison",
      "max(['MARK', 'M2'], **{n: epics.caput for n in open('data/a.txt')})",
      "control-write ?",
    ],
    [
      "the file that is printed to",
      "print(1, **{n: open('marked.txt', 'w') for n in 'a'})",
      "writes-files marked.txt",
    ],
    ["where another place was meant", "epics.caput(*open('data/a.txt'), 3)", "control-write ?"],
    [
      "of one dictionary or the other",
      "a, b = dict(pvname='MARK', value=1), dict(pvname='OTHER', value=1)\nepics.caput(**(a if len(b) else b))",
      "control-write MARK = 1",
    ],
    [
      "put in at a name that is not known",
      "d = {'value': 1}\nd[input()] = 'MARK'\nepics.caput(**d)",
      "control-write MARK = 1 or MARK",
    ],
    [
      "of a part of a call",
      "put = partial(epics.caput, **{n: 'MARK' for n in open('data/a.txt')})\nput()",
      "control-write MARK = MARK",
    ],
    [
      "a row in a loop",
      "for row in [('MARK', 1), ('OTHER', 2)]:\n    epics.caput(*row)",
      "control-write MARK = 1 or 2",
    ],
    [
      "passed on by name",
      "def act(*rows, **named):\n    epics.caput(**named)\nact(**{n: 'MARK' for n in open('data/a.txt')})",
      "control-write MARK = MARK",
    ],
    [
      "in a dictionary",
      "d = dict(**{n: 'MARK' for n in open('data/a.txt')})\nepics.caput(d['x'], 1)",
      "control-write MARK = 1",
    ],
    [
      "in a dictionary that is changed",
      "d = {}\nd.update(**{n: 'MARK' for n in open('data/a.txt')})\nepics.caput(d['x'], 1)",
      "control-write MARK = 1",
    ],
    [
      "that is the folder of a temporary file",
      "tempfile.mkstemp(*['.txt', 'a', '/home/marked'])",
      "writes-files /home/marked",
    ],
  ])("finds what it is: %s", (_, code, effect) => {
    expect(effectsOf(code)).toContain(effect);
  });
});

/** Here, the name means what the code bound it to. */
const OWN = [
  ["in a loop", "for eval in [print]:\n    eval('1')"],
  ["behind a binding in a loop", "while True:\n    eval = print\n    eval('1')\n    break"],
  ["behind a binding in a branch", "if len('a'):\n    from json import loads as eval\n    eval('1')"],
  [
    "behind branches that all bind it",
    "if 1:\n    eval = print\nelif 2:\n    eval = max\nelse:\n    def eval(text):\n        return text\neval('1')",
  ],
  [
    "behind a branch that ends",
    "for _ in 'ab':\n    if 1:\n        eval = print\n    else:\n        continue\n    eval('1')",
  ],
  [
    "behind an attempt that cannot fail without ending",
    "try:\n    eval = print\nexcept ValueError:\n    raise\neval('1')",
  ],
  [
    "behind an attempt and its failure",
    "try:\n    from json import loads as eval\nexcept ImportError:\n    eval = print\neval('1')",
  ],
  ["behind what is always done", "try:\n    print(1)\nfinally:\n    eval = print\neval('1')"],
  ["in a block and behind it", "with open('data/a.txt') as id:\n    open(f'{id.name}', 'r')\n"],
  ["in a case", "match 1:\n    case eval:\n        print(eval)"],
  ["in a class", "class Box:\n    for eval in [print]:\n        eval('1')"],
  ["bound twice in a row", "if 1:\n    a = eval = print\n    eval('1')\n    a('1')"],
] as const;

/** Here it may mean the built-in. */
const OPEN = [
  ["behind a loop that may do nothing", "for eval in [print]:\n    pass\neval('1')"],
  ["in a loop before it is bound", "for _ in 'ab':\n    eval('1')\n    eval = print"],
  ["behind a branch", "if input():\n    eval = print\neval('1')"],
  [
    "behind branches that do not all bind it",
    "if input():\n    eval = print\nelif input():\n    pass\nelse:\n    eval = print\neval('1')",
  ],
  [
    "behind an attempt that may fail",
    "try:\n    1 / 0\n    eval = print\nexcept ZeroDivisionError:\n    pass\neval('1')",
  ],
  ["in what is always done", "try:\n    1 / 0\n    eval = print\nfinally:\n    eval('1')"],
  [
    "behind a block that keeps it from failing",
    "import contextlib\nwith contextlib.suppress(Exception):\n    1 / 0\n    eval = print\neval('1')",
  ],
  ["where it is only annotated", "if 1:\n    eval: int\n    eval('1')"],
  ["where it is deleted again", "for eval in [print]:\n    eval('1')\n    del eval\n    eval('1')"],
  ["in another case", "match 1:\n    case 2:\n        eval = print\n    case _:\n        eval('1')"],
  [
    "in the class around a class that binds it",
    "class Box:\n    for eval in [print]:\n        pass\n    eval('1')",
  ],
] as const;

describe("a name that a built-in has too", () => {
  it.each(OWN)("is the code's own %s", (_, code) => {
    expect(effectsOf(code)).not.toContain("dynamic ?");
  });

  it.each(OPEN)("may be the built-in %s", (_, code) => {
    expect(effectsOf(code)).toContain("dynamic ?");
  });
});

it("many ways to write a text are not gone through where one part of it is never given", () => {
  const names = Array.from({ length: 16 }, (_, n) => `p${n}`);
  const calls = Array.from(
    { length: 20 },
    (_, n) => `r.fill(${names.map((one) => `"${one}${n}"`).join(", ")})`,
  );
  const code = `class Record:
    def fill(self, ${names.join(", ")}):
        ${names.map((one) => `self.${one} = ${one}`).join("; ")}
    def lose(self):
        self.never = [][0]
r = Record()
${calls.join("\n")}
r.lose()
open("${names.map((one) => `{${one}}`).join("/")}{never}".format(**r.__dict__))
`;
  expect(analyser.analyse(code).parses).toBe(true);
});
