import { describe, expect, it } from "vitest";
import { Analyser } from "../../../../src/python/analysis/analyser.ts";

const analyser = new Analyser();
const PRELUDE = `import bisect, collections, contextlib, dataclasses, epics, functools, heapq, itertools, operator, random
xs = ["OLD", "OLD"]
d = {"k": "OLD"}
class Box:
    name = "OLD"
box = Box()
class Slotted:
    __slots__ = ("name",)
slotted = Slotted()
slotted.name = "OLD"
@dataclasses.dataclass
class Record:
    name: str = "OLD"
record = Record()
pv = epics.PV("OLD")
channel = "OLD"
def given(a="OLD", *, b="OLD"):
    return [a, b]
def closed(held="OLD"):
    return lambda: held
read = closed()
grid = [["OLD"]]
`;

/** What puts NEW in the place of OLD, by what is read then. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  "xs[0]": [
    'xs[0] = "NEW"',
    'xs[-2] = "NEW"',
    'xs[0:1] = ["NEW"]',
    'xs[slice(0, 1)] = ["NEW"]',
    'xs.insert(0, "NEW")',
    'xs.__init__(["NEW"])',
    'xs[1] = "NEW"; del xs[0]',
    'xs[1] = "NEW"; del (xs[0], d["k"])',
    'xs[1] = "NEW"; xs.__delitem__(0)',
    'xs[1] = "NEW"; xs.reverse()',
    'list.insert(xs, 0, "NEW")',
    'list.__setitem__(xs, 0, "NEW")',
    'list.__init__(xs, ["NEW"])',
    'xs[1] = "NEW"; list.reverse(xs)',
    'type(xs).insert(xs, 0, "NEW")',
    'getattr(list, "__setitem__")(xs, 0, "NEW")',
    'act = list.insert; act(xs, 0, "NEW")',
    'act = xs.insert; act(0, "NEW")',
    'operator.setitem(xs, 0, "NEW")',
    'xs[1] = "NEW"; operator.delitem(xs, 0)',
    'operator.iconcat(xs, ["NEW"]); xs.reverse()',
    'xs.__iadd__(["NEW"]); xs.reverse()',
    'list(itertools.starmap(xs.insert, [(0, "NEW")]))',
    'list(itertools.starmap(operator.setitem, [(xs, 0, "NEW")]))',
    'list(map(list.insert, [xs], [0], ["NEW"]))',
    'sorted(["NEW"], key=lambda name: xs.insert(0, name) or 0)',
    'functools.reduce(lambda into, name: into.insert(0, name) or into, ["NEW"], xs)',
    'bisect.insort(xs, "NEW")',
    'xs.append("NEW"); random.shuffle(xs)',
    'xs.append("NEW"); heapq.heappop(xs)',
    'with contextlib.nullcontext("NEW") as xs[0]: pass',
    'for xs[0] in ["NEW"]: pass',
    '[0 for xs[0] in ["NEW"]]',
    'ys = xs\nys[0] = "NEW"',
    'exec("xs[0] = input()")',
    "import lattice_tools\nlattice_tools.configure(xs)",
  ],
  'd["k"]': [
    'd["".join(["k"])] = "NEW"',
    'd[[*d][0]] = "NEW"',
    'd.update([("k", "NEW")])',
    'd.update(zip("k", ["NEW"]))',
    'd.update((key, "NEW") for key in "k")',
    'd.__init__(k="NEW")',
    'd.__ior__({"k": "NEW"})',
    'd |= [("k", "NEW")]',
    'dict.__setitem__(d, "k", "NEW")',
    'dict.update(d, {"k": "NEW"})',
    'dict.__ior__(d, {"k": "NEW"})',
    'operator.ior(d, {"k": "NEW"})',
    'operator.setitem(d, "k", "NEW")',
    'collections.ChainMap(d)["k"] = "NEW"',
    'collections.ChainMap(d).maps[0]["k"] = "NEW"',
    'collections.ChainMap(d).new_child().parents["k"] = "NEW"',
    'functools.partial(d.update, k="NEW")()',
  ],
  "box.name": [
    'vars(box)["name"] = "NEW"',
    'dict.update(vars(box), name="NEW")',
    'operator.setitem(box.__dict__, "name", "NEW")',
    'box.__dict__ = {"name": "NEW"}',
    'box.__class__ = type("Other", (Box,), {"name": "NEW"})',
    'object.__setattr__(box, "name", "NEW")',
    'act = box.__setattr__; act("name", "NEW")',
    'list(map(box.__setattr__, ["name"], ["NEW"]))',
    'setattr(box, input(), "NEW")',
    'Box.name = property(lambda self: "NEW")',
    'Box.__getattribute__ = lambda self, name: "NEW"',
  ],
  "slotted.name": ['Slotted.name.__set__(slotted, "NEW")'],
  "record.name": ['record.__init__("NEW")', 'Record.__init__(record, "NEW")'],
  "given()[0]": ['given.__defaults__ = ("NEW",)', 'setattr(given, "__defaults__", ("NEW",))'],
  "given()[1]": ['given.__kwdefaults__["b"] = "NEW"', 'given.__kwdefaults__ = {"b": "NEW"}'],
  "read()": ['read.__closure__[0].cell_contents = "NEW"'],
  channel: [
    'globals()["channel"] = "NEW"',
    'dict.update(globals(), channel="NEW")',
    'given.__globals__["channel"] = "NEW"',
    'import __main__\n__main__.channel = "NEW"',
    'import sys\nsys.modules["__main__"].channel = "NEW"',
    'exec("channel = input()")',
    'class Inner:\n    global channel\n    channel = "NEW"',
  ],
  "grid[0][0]": ['for row in grid: row[0] = "NEW"', 'sum([grid[0]], [])\ngrid[0][:] = ["NEW"]'],
  'bytes(bytearray(b"OLD")).decode()': ["pass"],
};

const PV_WRITES = [
  'pv.__init__("NEW")',
  'epics.PV.__init__(pv, "NEW")',
  'pv.pvname = "NEW"',
  'setattr(pv, "pvname", "NEW")',
  'vars(pv)["pvname"] = "NEW"',
  'pv.__dict__.update(pvname="NEW")',
  'object.__setattr__(pv, "pvname", "NEW")',
  'for pv.pvname in ["NEW"]: pass',
  'list(map(pv.__init__, ["NEW"]))',
];

const targetsOf = (code: string, kind = "control-write") =>
  new Set(
    analyser
      .analyse(code)
      .effects.filter((effect) => effect.kind === kind)
      .map(({ target }) => target),
  );
const isNewOrUnknown = (targets: ReadonlySet<string | undefined>) =>
  targets.has("NEW") || targets.has(undefined);

describe("what was written into an object", () => {
  const writes = Object.entries(WRITES).flatMap(([read, all]) => all.map((write) => ({ read, write })));

  it.each(writes)("names what $read is, or that nobody knows, after: $write", ({ read, write }) => {
    const code = `${PRELUDE}${write}\nepics.caput(${read}, 1)\nopen(${read}, "w")\n`;
    expect(isNewOrUnknown(targetsOf(code))).toBe(true);
    expect(isNewOrUnknown(targetsOf(code, "writes-files"))).toBe(true);
  });

  it.each(PV_WRITES)("names the channel of an object, or that nobody knows it, after: %s", (write) => {
    expect(isNewOrUnknown(targetsOf(`${PRELUDE}${write}\npv.put(1)\n`))).toBe(true);
  });

  it("names what a class's body binds for the function around it", () => {
    const code = `import epics\ndef act():\n    held = "OLD"\n    class Inner:\n        nonlocal held\n        held = "NEW"\n    epics.caput(held, 1)\nact()\n`;
    expect(targetsOf(code)).toContain("NEW");
  });

  it("finds a process that a class's body starts under a global name", () => {
    const code = `import os\nclass Inner:\n    global act\n    act = os.system\nact("id")\n`;
    expect(analyser.analyse(code).effects.map(({ kind }) => kind)).toContain("process");
  });

  it("says that there are more channels than it names", () => {
    const names = Array.from({ length: 40 }, (_, index) => `("N${index}" if input() else`).join(" ");
    const code = `import epics\nepics.caput(${names} "NEW"${")".repeat(40)}, 1)\n`;
    expect(isNewOrUnknown(targetsOf(code))).toBe(true);
  });
});

describe("what nothing was written into", () => {
  it.each([
    ['xs = ["A", "B"]\nxs.sort()\nepics.caput(xs[0], 1)', ["A", "B"]],
    ['d = {"a": "A", "b": "B"}\nd["a"] = "C"\nepics.caput(d["a"], 1)', ["A", "C"]],
    ['d = {1: "A", 2: "B"}\nepics.caput(d[1], 1)', ["A"]],
    ['d = {"a": 1}\nd.update(b=2)\nfor name in d: epics.caput(name, d[name])', ["a", "b"]],
    ['pv = epics.PV("A")\nother = epics.PV("B")\nother.pvname = "C"\npv.put(1)', ["A"]],
    ['rows = [(n, f"A{n}") for n in range(2)]\nfor n, name in rows: epics.caput(name, n)', ["A0", "A1"]],
    ['epics.caput(sum([["A"], ["B"]], [])[0], 1)', ["A", "B"]],
  ])("is named as it is: %s", (code, expected) => {
    expect([...targetsOf(`import epics\n${code}\n`)].sort()).toEqual(expected);
  });
});
