"""
Random programs that hand `epics.caput` on, from name to name or through whatever can hold it, and call it with marks; or that hand the
marks on, to set or to open them at last. And what they really set and opened when CPython ran them: one line of JSON each. Arguments:
names, holders or values, how many, seed.
"""

import builtins
import io
import json
import os
import random
import re
import signal
import sys
import types

import random_values

# In a template, $n is a name, $v a value, $f a function, $c a call, $m a mark.
PRELUDE = """
import contextlib, epics, functools, random
def same(value=print):
    return value
f = g = same
later = []
"""
VALUES = """
same($v)
[$v, $v][0]
[$v, $v][1]
{"k": $v}["k"]
($v if random.random() < 0.5 else $v)
($v or $v)
($n := $v)
functools.partial($v)
(lambda $n: $v)($v)
[$v for $n in [$v]][0]
next($v for $n in [$v])
(lambda: $v)()
"""
CALLS = """
$v("$m", 1)
"""
STATEMENTS = """
$n = $v
$n = $v
$n = $n = $v
$n, $n = $v, $v
$n, *$n = $v, $v
$n: object = $v
from epics import caput as $n
import epics as e; $n = e.caput
from builtins import print as $n
$f = lambda $n=print: $c
later = ($c for $n in [$v])
list(later)
[$c for $n in [$v]]
$f($v)
$f()
$c
$c
$c
"""
RARE_STATEMENTS = """
del $n
"""

HOLDING_PRELUDE = """
import collections, copy, dataclasses, itertools, operator, threading, types
def passing(act, *args, **others):
    return act(*args, **others)
def calling(act):
    return lambda *args: act(*args)
class Box:
    put = print
    def __init__(self, put=print):
        self.kept = put
    def __call__(self, *args):
        return self.kept(*args)
    def __getitem__(self, key):
        return self.kept
    def __iter__(self):
        yield self.kept
    def __enter__(self):
        return self.kept
    def __exit__(self, *args):
        return True
    @property
    def shown(self):
        return self.kept
    def give(self):
        return self.kept
class Heir(Box):
    def give(self):
        return super().give()
@dataclasses.dataclass
class Record:
    put: object = print
Pair = collections.namedtuple("Pair", "first second")
table = {}
stack = [print]
box = Box()
"""
HOLDING_VALUES = """
Box($v).kept
Box($v)
Box($v)[0]
Box($v).shown
Heir($v).give()
Box($v).give
[*Box($v)][0]
Record($v).put
dataclasses.replace(Record(), put=$v).put
Pair($v, $v).first
Pair($v, $v)[1]
types.SimpleNamespace(put=$v).put
box.put
box.kept
getattr(box, "put", print)
vars(box).get("put", print)
stack[-1]
stack[random.randrange(len(stack))]
(stack.pop() if stack else print)
table.get("k", print)
table.setdefault("k", $v)
table.pop("k", $v)
{**table, "k": $v}["k"]
dict(k=$v)["k"]
dict(zip(["k"], [$v]))["k"]
({"k": $v} | table)["k"]
list(zip([1], [$v]))[0][1]
list(enumerate([$v]))[0][1]
list(map(same, [$v]))[0]
list(filter(None, [$v]))[0]
list(itertools.chain([$v], [$v]))[1]
next(iter([$v]))
next(reversed([$v, $v]))
functools.reduce(lambda x, y: y, [$v, $v])
operator.itemgetter(1)([$v, $v])
operator.attrgetter("kept")(Box($v))
copy.copy([$v])[0]
(lambda *z: z[0])($v)
(lambda **z: z["k"])(k=$v)
(lambda x, /, *, y=$v: y)($v)
(lambda: (yield $v))().send(None)
passing(same, $v)
passing(same, value=$v)
calling($v)
functools.wraps(print)(calling($v))
collections.deque([$v])[0]
collections.defaultdict(lambda: $v)[0]
collections.ChainMap({"k": $v})["k"]
contextlib.nullcontext($v).__enter__()
([$v] + stack)[0]
([$v] * 2)[1]
(stack + [$v])[-1]
[$v, $v, $v][1:][0]
{$v}.pop()
max([$v], key=id)
sorted([$v], key=id)[0]
[x for x in [$v] if x][0]
{x: $v for x in [1]}[1]
"""
HOLDING_CALLS = """
$v("$m", 1)
$v("$m", 1)
$v("$m", 1)
$v(*["$m", 1])
passing($v, "$m", 1)
functools.partial($v, "$m")(1)
list(map($v, ["$m"], [1]))
[*itertools.starmap($v, [("$m", 1)])]
sorted(["$m"], key=$v)
max(["$m", "$m"], key=$v)
threading.Thread(target=$v, args=("$m", 1)).run()
operator.call($v, "$m", 1)
operator.methodcaller("kept", "$m", 1)(Box($v))
calling($v)("$m", 1)
Box($v)("$m", 1)
Box($v).kept("$m", 1)
print(f"{$v('$m', 1)}")
functools.reduce($v, ["$m", 1])
next(map($v, ["$m"]))
"""
HOLDING_STATEMENTS = """
box.put = $v
box.kept = $v
Box.put = $v
setattr(box, "put", $v)
vars(box)["put"] = $v
box.__dict__.update(put=$v)
box = Box($v)
stack.append($v)
stack.insert(0, $v)
stack.extend([$v])
stack += [$v]
stack[0:1] = [$v]
stack = stack[::-1] + [$v]
table["k"] = $v
table.update(k=$v)
table |= {"k": $v}
[$n, *$n] = [$v] + stack
($n, ($n,)) = $v, [$v]
for $n in stack: $c
for $n, $n in [($v, $v)]: $c
for _, $n in table.items(): $c
for box.put in [$v]: $c
with Box($v) as $n: $c
$c
$c
$c
"""

# What is indented holds further statements.
BLOCKS = [
    "if random.random() < 0.5:\n    ...",
    "if random.random() < 0.5:\n    ...\nelse:\n    ...",
    "for $n in [$v, $v]:\n    ...",
    "while random.random() < 0.7:\n    ...",
    "with contextlib.nullcontext($v) as $n:\n    ...",
    "with contextlib.suppress(Exception):\n    ...\n    raise ValueError",
    "try:\n    ...\nexcept Exception as error:\n    ...",
    "try:\n    ...\n    raise ValueError\nexcept Exception as $n:\n    ...\nfinally:\n    ...",
    "match $v:\n    case $n:\n        ...",
    'class K:\n    ...\n    put = staticmethod($v)\nK.put("$m", 1)',
    "def $f($n=$v):\n    ...\n    return $v\n$f($v)",
    "def f($n=$v):\n    ...\n    return $v\n$n = f()",
    "def g($n=$v):\n    ...\n    yield $v\nlist(g())",
    "def f(a=$v):\n    global b\n    ...\nf()",
    "def g(b=$v):\n    global a, caput\n    ...\n    return $v\n$n = g()",
    "@same\ndef $f(*args):\n    ...\n    return $v\n$f($v)",
    'def g():\n    def inner(value):\n        nonlocal held\n        held = value\n    held = $v\n    ...\n    inner($v)\n'
    '    held("$m", 1)\ng()',
    'def f():\n    held = $v\n    def inner(value):\n        nonlocal held\n        held = value\n    ...\n    inner($v)\n'
    '    held("$m", 1)\n    return held\n$n = f()',
]
HOLDING_BLOCKS = [
    "try:\n    raise ValueError($v)\nexcept ValueError as error:\n    $n = error.args[0]\n    ...",
]

NAMES = ["a", "b", "caput"]
FUNCTIONS = ["f", "g"]
LONGEST_S = 0.2
RUNS = 3


class Program:
    """One random program; `marks` are those that stand in it."""

    rare = RARE_STATEMENTS

    def __init__(self, dice, holds):
        self.dice = dice
        self.marks = []
        more = [HOLDING_PRELUDE, HOLDING_VALUES, HOLDING_CALLS, HOLDING_STATEMENTS] if holds else [""] * 4
        prelude, values, calls, statements = more
        self.values = (VALUES + values).split("\n")
        self.calls = calls or CALLS
        self.statements = STATEMENTS + statements
        self.blocks = BLOCKS + HOLDING_BLOCKS if holds else BLOCKS
        first = "\n".join(self.filled(f"{name} = {dice.choice(['print', 'epics.caput'])}") for name in NAMES)
        rest = "".join(self.statement(3, isModule=True) for _ in range(dice.randint(3, 9)))
        self.code = f"{PRELUDE}{prelude}{first}\n{rest}"

    def one_of(self, templates):
        lines = templates if isinstance(templates, list) else templates.split("\n")
        return self.dice.choice([line for line in lines if line != ""])

    def filled(self, template, depth=2):
        fillers = self.fillers(depth)
        return re.sub(r"\$(\w)", lambda found: fillers[found[1]](), template)

    def fillers(self, depth):
        return {
            "n": lambda: self.dice.choice(NAMES),
            "f": lambda: self.dice.choice(FUNCTIONS),
            "v": lambda: self.value(depth - 1),
            "c": lambda: self.filled(self.one_of(self.calls), depth),
            "m": self.mark,
        }

    def mark(self):
        self.marks.append(f"M{len(self.marks) + 1}")
        return self.marks[-1]

    def value(self, depth):
        if depth <= 0 or self.dice.random() < 0.6:
            return self.dice.choice(NAMES + NAMES + ["print", "print", "print", "epics.caput", "epics.caput", "epics.caput"])
        return self.filled(self.one_of(self.values), depth)

    def statement(self, depth, isModule=False):
        if isModule and self.dice.random() < 0.03:
            return "from epics import *\n"
        if depth == 0 or self.dice.random() < 0.6:
            templates = self.rare if self.dice.random() < 0.02 else self.statements
            return self.filled(self.one_of(templates)) + "\n"
        block = self.filled(self.dice.choice(self.blocks)) + "\n"
        return re.sub(r"^( *)\.\.\.\n", lambda found: self.block(found[1], depth - 1), block, flags=re.MULTILINE)

    def block(self, indentation, depth):
        statements = "".join(self.statement(depth) for _ in range(self.dice.randint(1, 4)))
        return re.sub("^(?=.)", indentation, statements, flags=re.MULTILINE)


class ValueProgram(Program):
    """One that writes marks into what holds them, and uses what it holds, mostly what it has just written to."""

    rare = random_values.WRITES

    def __init__(self, dice):
        self.dice = dice
        self.marks = []
        self.written = ""
        self.reads = [read for read in random_values.READS.split("\n") if read != ""]
        self.calls = random_values.USES
        self.statements = random_values.WRITES
        self.blocks = random_values.BLOCKS
        prelude = self.filled(random_values.PRELUDE)
        rest = "".join(self.statement(1) for _ in range(dice.randint(1, 3)))
        uses = "".join(self.guarded(self.filled("$c")) for _ in range(4))
        self.code = f"{prelude}{rest}{uses}"

    def fillers(self, depth):
        holders = {
            letter: lambda names=names: self.dice.choice(names) for letter, names in random_values.HOLDERS.items()
        }
        return super().fillers(depth) | holders | {"r": lambda: self.read(depth)}

    def value(self, depth):
        return self.read(depth) if self.dice.random() < 0.1 else f'"{self.mark()}"'

    def read(self, depth):
        for _ in range(self.dice.choice([1, 100, 100, 100])):
            read = self.filled(self.dice.choice(self.reads), depth)
            if holders_in(read) & holders_in(self.written):
                break
        return read

    def statement(self, depth, isModule=False):
        written = super().statement(depth).replace("\\n", "\n")
        self.written = written
        uses = self.guarded(self.filled("$c")) if self.dice.random() < 0.5 else ""
        return self.guarded(written) + uses

    def guarded(self, written):
        """What fails keeps nothing else from happening."""
        indented = re.sub("^(?=.)", "    ", written.rstrip(), flags=re.MULTILINE)
        return f"try:\n{indented}\nexcept Exception:\n    pass\n"


def holders_in(code):
    """What it speaks of, by its first name."""
    same = {alias: names[0] for names in random_values.HOLDERS.values() for alias in names}
    return {same.get(word, word) for word in re.findall(r"\w+", code)} & random_values.NAMES


def marks_written(program, seed):
    """What a process of its own calls `caput` with until it ends, or for as long as it may run."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        run(program, seed, writable)
    os.close(writable)
    with open(readable) as told:
        marks = {json.loads(line) for line in told.read().splitlines()}
    os.waitpid(child, 0)
    return marks


def run(program, seed, told):
    signal.setitimer(signal.ITIMER_REAL, LONGEST_S)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    def tell(mark, kind=""):
        if isinstance(mark, str):
            os.write(told, f"{json.dumps(kind + mark)}\n".encode())
        return 1

    sys.modules["epics"] = stand_in(tell)
    builtins.open = lambda path, mode="r": tell(path, "file:") and io.StringIO()
    random.seed(seed)
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        exec(program, main.__dict__)
    finally:
        os._exit(0)


def stand_in(tell):
    """What the programs take for `epics`."""
    epics = types.ModuleType("epics")

    class PV:
        def __init__(self, pvname):
            self.pvname = pvname

        def put(self, value):
            tell(self.pvname)

        value = property(lambda self: 1, put)

    epics.PV = PV
    epics.caput = lambda *args, **others: [tell(mark) for mark in args[:1]] and 1
    return epics


def main(kind, count, seed):
    sys.setrecursionlimit(200)
    # What every program imports, once for all.
    exec(HOLDING_PRELUDE, {})
    dice = random.Random(seed)
    written = 0
    while written < count:
        program = ValueProgram(dice) if kind == "values" else Program(dice, kind == "holders")
        try:
            compiled = compile(program.code, "program", "exec")
        except SyntaxError:
            continue
        ran = set().union(*(marks_written(compiled, turn) for turn in range(RUNS)))
        # Texts that no program was made of come from bytes that were changed in place.
        told = sorted(ran if kind == "values" else ran & set(program.marks))
        print(json.dumps({"code": program.code, "ran": told}), flush=True)
        written += 1


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
