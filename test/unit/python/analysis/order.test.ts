import { beforeAll, describe, expect, it } from "vitest";
import { Analyser } from "../../../../src/python/analysis/analyser.ts";

/** What is read comes before what is written, so that the reader has to be evaluated again when it is. */
const LATE = [
  [
    "an attribute that a class gets later",
    "class Box: pass\ndef use():\n    Box().put('MARK', 1)\ndef fill():\n    Box.put = epics.caput\nuse()\n",
  ],
  ["a key that a dictionary gets later", "d = {}\ndef use():\n    d['k']('MARK', 1)\nd['k'] = epics.caput\n"],
  [
    "a key that is put into `__dict__`",
    "class Box: pass\ndef use():\n    Box().put('MARK', 1)\nbox = Box()\nvars(box)['put'] = epics.caput\n",
  ],
  [
    "elements of a sequence that is bound later",
    "def use():\n    name, put = pair\n    put(name, 1)\npair = ['OTHER', print]\ndef fill(text):\n    global pair\n    pair = ['MARK', epics.caput]\n",
  ],
  ["names that a star brings later", "def use():\n    caput('MARK', 1)\nfrom epics import *\nuse()\n"],
  [
    "names that a star brings later in a loop",
    "for turn in range(2):\n    if turn: caput('MARK', 1)\n    from epics import *\n",
  ],
  ["names that a star binds again", "caput = print\nfrom epics import *\ncaput('MARK', 1)\n"],
  [
    "names that a star binds again for a function before it",
    "caput = print\ndef use():\n    caput('MARK', 1)\nfrom epics import *\nuse()\n",
  ],
  [
    "a method that becomes a property later in the class",
    "class Box:\n    def use(self):\n        self.put('MARK', 1)\n    @property\n    def put(self):\n        return epics.caput\n",
  ],
  [
    "what a property without an `@` gives",
    "class Box:\n    def use(self):\n        self.put('MARK', 1)\n    put = property(lambda self: epics.caput)\n",
  ],
  [
    "a class method that gets its class",
    "class Box:\n    put = staticmethod(epics.caput)\n    @classmethod\n    def use(cls):\n        cls.put('MARK', 1)\n",
  ],
  ["what a function returns that is called first", "put()('MARK', 1)\ndef put():\n    return epics.caput\n"],
  [
    "arguments that a partial gets from another call",
    "def put(channel):\n    return functools.partial(epics.caput, channel)\nfirst = put('OTHER')\nfirst(1)\nput('MARK')\n",
  ],
  [
    "arguments of a partial whose places are not known",
    "put = functools.partial(epics.caput, *names)\nput('MARK')\nnames = sorted(['MARK'])\n",
  ],
  [
    "what another unit found out in the same pass",
    "hold = []\nmap(print, hold)\nlist(map(print, hold))\nhold.append(lambda: epics.caput('MARK', 1))\n",
  ],
] as const;

describe("whoever read what grows later is evaluated again", () => {
  let analyser: Analyser;
  beforeAll(() => {
    analyser = new Analyser();
  });

  it.each(LATE)("%s", (_, code) => {
    const { effects } = analyser.analyse(`import epics, functools\n${code}`);
    const writes = effects.filter(({ kind }) => kind === "control-write");
    expect(writes.map(({ target }) => target)).toContain("MARK");
  });

  it("takes the words of a list that grew for unknown, not for the ones it began with", () => {
    const code = "import subprocess\nwords = ['ls']\nwords.append(input())\nsubprocess.run(words)\n";
    const started = analyser.analyse(code).effects.find(({ kind }) => kind === "process");
    expect(started?.target).not.toBe("ls");
  });
});
