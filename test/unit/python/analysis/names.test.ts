import { describe, expect, it } from "vitest";
import { judgeByEffects } from "../../../../src/approval/verdict.ts";
import { Analyser } from "../../../../src/python/analysis/analyser.ts";
import { assess } from "../../../../src/python/assess.ts";

const analyser = new Analyser();
const IMPORTS = "import contextlib, epics, subprocess\n";

/** What is written here, by where. */
const WRITES = [
  ["a loop over what has its own name", "put = epics.caput\n[put('MARK', 1) for put in [put]]\n"],
  ["a generator over what has its own name", "put = epics.caput\nlist(put('MARK', 1) for put in [put])\n"],
  ["a lambda in what is gone over", "put = epics.caput\n[put('MARK', 1) for put in [(lambda: put)()]]\n"],
  [
    "a loop in a loop's own iterable",
    "put = epics.caput\n[put('MARK', 1) for put in [[put for _ in 'a'][0]]]\n",
  ],
  [
    "a class that binds the module's name",
    "put = epics.caput\nclass Box:\n    put = put\nBox.put('MARK', 1)\n",
  ],
  [
    "a class that calls before it binds",
    "put = epics.caput\nclass Box:\n    put('MARK', 1)\n    put = print\n",
  ],
  [
    "a class that loops over the module's name",
    "put = epics.caput\nclass Box:\n    for put in [put, print]:\n        put('MARK', 1)\n",
  ],
  [
    "a class that binds two names to the module's",
    "put = epics.caput\nclass Box:\n    put = get = (lambda x: x)(put)\n    put('MARK', 1)\n",
  ],
  [
    "a class in a function, which reads the module's name",
    "put = epics.caput\ndef use():\n    put = print\n    class Box:\n        put('MARK', 1)\n        put = print\nuse()\n",
  ],
  [
    "a class in a function with a global name",
    "def use(put):\n    def inner():\n        global put\n        put = epics.caput\n        class Box:\n            put('MARK', 1)\n    inner()\nuse(print)\n",
  ],
  [
    "a generator in a function with a global name",
    "def use(put):\n    def inner():\n        global put\n        put = epics.caput\n        list(put('MARK', 1) for _ in 'a')\n    inner()\nuse(print)\n",
  ],
  [
    "a generator that runs after the name is bound anew",
    "put = print\nlater = (put('MARK', 1) for _ in 'a')\nput = epics.caput\nlist(later)\n",
  ],
  [
    "a lambda that is called after the name is bound anew",
    "put = print\nlater = lambda: put('MARK', 1)\nput = epics.caput\nlater()\n",
  ],
  [
    "a name that a function binds anew",
    "put = print\nput = max\ndef use():\n    global put\n    put = epics.caput\nuse()\nput('MARK', 1)\n",
  ],
  [
    "a name that an inner function binds before the outer one",
    "def use():\n    def inner():\n        nonlocal put\n        put = epics.caput\n    put = print\n    inner()\n    put('MARK', 1)\nuse()\n",
  ],
  [
    "a name that an inner function binds anew",
    "def use():\n    put = print\n    put = max\n    def inner():\n        nonlocal put\n        put = epics.caput\n    inner()\n    put('MARK', 1)\nuse()\n",
  ],
  [
    "a loop that binds it for its next turn",
    "put = print\nput = max\nfor _ in 'ab':\n    put('MARK', 1)\n    put = epics.caput\n",
  ],
  ["a branch that may bind it anew", "put = epics.caput\nif input():\n    put = print\nput('MARK', 1)\n"],
  ["a loop that may have no turns", "put = epics.caput\nfor put in []: pass\nput('MARK', 1)\n"],
  [
    "a block that may end before it binds",
    "put = epics.caput\nwith contextlib.suppress(Exception):\n    put = print\nput('MARK', 1)\n",
  ],
  ["the same name twice in one assignment", "put = print\nput, put = print, epics.caput\nput('MARK', 1)\n"],
  [
    "a name that is an object's next target",
    "class Box: pass\nput = Box()\nput = put.use = epics.caput\nput.use('MARK', 1)\nput('MARK', 1)\n",
  ],
  ["an annotation that calls what was just bound", "put = print\nput: put('MARK', 1) = epics.caput\n"],
  ["a name within its own assignment", "put = print\nput = (put := epics.caput)('MARK', 1)\n"],
  [
    "a parameter that is bound anew",
    "def use(put):\n    put('MARK', 1)\n    put = print\n    put = max\nuse(epics.caput)\n",
  ],
  [
    "text that runs twice",
    "put = print\nfor _ in 'ab':\n    exec(\"put('MARK', 1)\\nput = epics.caput\\nput = epics.caput\")\n",
  ],
  ["what a context gives back", "with contextlib.nullcontext(epics.caput) as put:\n    put('MARK', 1)\n"],
  ["what a generator sends", "(lambda: (yield epics.caput))().send(None)('MARK', 1)\n"],
  [
    "what a dictionary of its own makes of a missing key",
    "class Table(dict):\n    def __missing__(self, key):\n        return epics.caput\nTable()['k']('MARK', 1)\n",
  ],
] as const;

/** A built-in is meant again, or still. */
const OPENS = [
  ["is deleted", "open = print\ndel open\n"],
  ["is deleted among others", "open = close = print\ndel (close, open)\n"],
  ["is deleted by a function", "open = print\ndef use():\n    global open\n    del open\nuse()\n"],
  [
    "was the name of an exception",
    "open = print\ntry:\n    1 / 0\nexcept ZeroDivisionError as open:\n    pass\n",
  ],
] as const;

/** Names that no longer mean what they meant. */
const HARMLESS = [
  ["by an assignment", "put = epics.caput\nput = print\nput('MARK', 1)\n"],
  ["by a definition", "run = subprocess.run\ndef run(words):\n    return words\nrun(['ls'])\n"],
  ["by an import", "from epics import caput as dump\nfrom json import dumps as dump\ndump('MARK')\n"],
  ["in a function", "def use(put):\n    put = epics.caput\n    put = print\n    put('MARK', 1)\nuse(1)\n"],
  [
    "by a star before it",
    "from epics import *\ndef caput(name, value):\n    print(name, value)\ncaput('MARK', 1)\n",
  ],
] as const;

it("is what a timed cell left there the time before", () => {
  const code = "%%timeit\nglobal print\nprint('MARK', 1)\nprint = max\nimport epics\nprint = epics.caput\n";
  expect(analyser.analyse(code).effects.map(({ target }) => target)).toContain("MARK");
});

describe("what a name means where it is read", () => {
  it.each(WRITES)("finds the write of %s", (_, code) => {
    const { effects } = analyser.analyse(IMPORTS + code);
    const writes = effects.filter(({ kind }) => kind === "control-write");
    expect(writes.map(({ target }) => target)).toContain("MARK");
  });

  it.each(OPENS)("is the built-in where the name %s", (_, code) => {
    const { effects } = analyser.analyse(`${code}open('/etc/passwd', 'w')\n`);
    expect(effects.map(({ target }) => target)).toContain("/etc/passwd");
  });

  it.each(HARMLESS)("asks nobody about what it meant before it was bound anew %s", (_, code) => {
    const isolation = { level: "none", networks: [], summary: "" } as const;
    const assessment = assess(analyser.analyse(IMPORTS + code), { dataFolders: [], isolation });
    expect(judgeByEffects(assessment).verdict).toBe("allow");
  });

  it("says where a name was bound to what it is", () => {
    const { findings } = analyser.analyse("import epics\nput = print\nput = epics.caput\nput('MARK', 1)\n");
    expect(findings[0]?.message).toContain("bound in line 3");
  });
});
