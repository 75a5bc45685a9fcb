import { beforeAll, describe, expect, it } from "vitest";
import { Analyser } from "../../../../src/python/analysis/analyser.ts";

/** Wherever Python evaluates an expression: § stands for it. */
const POSITIONS = String.raw`x = §
x: § = 1
x: §
x: list[§] = 1
x[0]: §
x[§]: int
x[§] = 1
x[§:] = 1
x += §
(x := §)
del x[§]
§
(§)
(yield §)
assert §
assert x, §
assert §, x
raise §
raise x from §
return §
[§]
{§}
{§: 1}
{1: §}
{**§}
(§, 1)
f(§)
f(*§)
f(**§)
f(x=§)
f(x for x in §)
[§ for x in y]
[x for x in §]
[x for x in y if §]
{x: § for x in y}
{§: x for x in y}
(§ for x in y)
lambda: §
lambda x=§: 1
§ + x
x + §
-§
not §
x and §
§ or x
x < § < y
x in §
x is §
§ if x else y
x if § else y
x if y else §
§.x
§[0]
x[§]
x[1:§]
x[::§]
f"{§}"
f"{x:{§}}"
f"{§!r:>3}"
f"{x}" "y" f"{§}"
print(f'{x}' + str(§))
*a, b = §
for x in §: pass
for x[§] in y: pass
for x in y:\n    pass\nelse:\n    §
while §: break
while x:\n    break\nelse:\n    §
if §: pass
if x: pass\nelif §: pass
if x: pass\nelse: §
with §: pass
with § as x: pass
with x, §: pass
with (x as y, § as z): pass
try: §\nexcept E: pass
try: pass\nexcept §: pass
try: pass\nexcept E: §
try: pass\nexcept* E: §
try: pass\nexcept E: pass\nelse: §
try: pass\nfinally: §
def f(x=§): pass
def f(*, x=§): pass
def f(x: §): pass
def f(*x: §): pass
def f(**x: §): pass
def f(x: int = §): pass
def f() -> §: pass
def f(): §
def f():\n    yield from §
async def f():\n    await §
async def f():\n    async for x in §: pass
async def f():\n    async with §: pass
async def f(x: §): pass
@§\ndef f(): pass
@x(§)\ndef f(): pass
@§\nclass A: pass
class A(§): pass
class A(x=§): pass
class A: §
class A:\n    x: §
class A:\n    x = §
class A:\n    def f(self): §
class A:\n    @property\n    def f(self): §
match §:\n    case x: pass
match x:\n    case y if §: pass
match x:\n    case 1: §
match [x]:\n    case [y]: §
match [x]:\n    case (y):\n        §
match [x][0]:\n    case -1:\n        §
match(x)[0]:\n    case [y]:\n        §
match [x]:\n    case [y]:\n        match [z]:\n            case [w]:\n                §
match (x, y):\n    case A(b=c): §
match *x, y:\n    case 1 | 2: §
global x; §
if x: y; §
x = y = §
x, y = §, 1
x \\n    = §
import sys; §
exit()\n§
print(§); exit()
`
  .trim()
  .split("\n")
  .map((line) => line.replaceAll("\\n", "\n"));

const CALL = 'epics.caput("MARK", 1)';

describe("wherever it stands, a control write is found", () => {
  let analyser: Analyser;
  beforeAll(() => {
    analyser = new Analyser();
  });

  it.each(POSITIONS)("%s", (position) => {
    const inside = /^(return|\(yield)/.test(position) ? `def g():\n    ${position}` : position;
    const analysis = analyser.analyse(`import epics\n${inside.replace("§", CALL)}\n`);
    expect(analysis.syntaxErrors).toEqual([]);
    expect(analysis.effects).toContainEqual(
      expect.objectContaining({ kind: "control-write", target: "MARK" }),
    );
  });

  it("takes an annotation with a colon for what it is to Python: a mistake", () => {
    const { parses, syntaxErrors } = analyser.analyse("x: y: z\n");
    expect(parses).toBe(false);
    expect(syntaxErrors[0]?.message).toBe("an annotation cannot hold a colon");
  });
});
