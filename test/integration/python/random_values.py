"""
What programs are made of that write marks into what holds them, in all the ways that CPython has, and use what it holds then: a channel
that is set, a file that is opened for writing. In a template, $v is a value, $r one that is read from a holder, $m a mark, $l a list, $d a
dictionary, $o an object, $c a way to use a value.
"""

PRELUDE = """
import array, bisect, builtins, collections, contextlib, copy, dataclasses, epics, functools, heapq, io, itertools, operator
import random, struct, types, weakref
def same(value):
    return value
def given(a="$m", *, b="$m"):
    return [a, b]
def closed(held="$m"):
    def read():
        return held
    def write(value):
        nonlocal held
        held = value
    return read, write
class Box:
    shared = "$m"
    def __init__(self, name="$m"):
        self.name = name
        self.many = [name, name]
    @property
    def shown(self):
        return self.name
    @shown.setter
    def shown(self, value):
        self.name = value
class Kept:
    def __get__(self, owner, kind=None):
        return owner.__dict__.get("_kept", "$m")
    def __set__(self, owner, value):
        owner.__dict__["_kept"] = value
class Heir(Box):
    kept = Kept()
class Slotted:
    __slots__ = ("name",)
    def __init__(self, name="$m"):
        self.name = name
class Holder:
    def __getitem__(self, key):
        return self.item
    def __setitem__(self, key, value):
        self.item = value
    def __delitem__(self, key):
        self.item = "$m"
    def __iadd__(self, value):
        self.item = value
        return self
    def __enter__(self):
        return self.item
    def __exit__(self, *args):
        return True
    def __call__(self, value):
        self.item = value
        return 0
@dataclasses.dataclass
class Record:
    name: str = "$m"
def put_first(into, value):
    into[0] = value
def put_named(into, value):
    into.name = value
xs = ys = ["$m", "$m", "$m"]
d = e = {"k": "$m", "j": "$m"}
o = p = Heir("$m")
slotted = Slotted("$m")
holder = Holder()
holder.item = "$m"
record = Record("$m")
space = types.SimpleNamespace(name="$m")
dq = collections.deque(["$m", "$m"])
dd = collections.defaultdict(lambda: "$m", k="$m")
od = collections.OrderedDict(k="$m", j="$m")
chain = collections.ChainMap({"k": "$m"}, d)
user = collections.UserDict(k="$m")
many = collections.UserList(["$m", "$m"])
raw = bytearray(b"$m")
view = memoryview(raw)
grid = [["$m", "$m"], ["$m"]]
deep = {"k": {"k": "$m"}, "l": ["$m", "$m"]}
read_held, write_held = closed("$m")
pv = pw = epics.PV("$m")
name = "$m"
buffer = io.StringIO("$m")
counted = collections.Counter(["$m"])
numbers = array.array("u", "$m")
proxy = types.MappingProxyType(d)
"""
READS = """
$l[0]
$l[0]
$l[0]
$l[1]
$l[-1]
$l[$l.index($l[0])]
$l[:1][0]
$l[::-1][0]
[*$l][0]
[x for x in $l][0]
next(iter($l))
next(reversed($l))
list($l)[0]
list(map(same, $l))[0]
min($l)
sorted($l)[0]
$l.copy()[0]
$l.pop()
$l.pop(0)
tuple($l)[0]
(lambda *z: z[0])(*$l)
$d["k"]
$d["k"]
$d["k"]
$d["j"]
$d.get("k")
$d.get("j", "$m")
$d.setdefault("k", "$m")
list($d.values())[0]
list($d)[0]
list($d.items())[0][1]
next(iter($d.values()))
{**$d}["k"]
dict($d)["k"]
$d.copy()["k"]
$d.pop("k")
$d.popitem()[1]
"{k}".format(**$d)
"%(k)s" % $d
operator.itemgetter("k")($d)
(lambda k, **z: k)(**$d)
proxy["k"]
$o.name
$o.name
$o.shown
$o.kept
$o.shared
Box.shared
$o.many[0]
getattr($o, "name")
vars($o)["name"]
$o.__dict__["name"]
operator.attrgetter("name")($o)
slotted.name
holder[0]
holder.item
record.name
dataclasses.asdict(record)["name"]
dataclasses.replace(record).name
dataclasses.astuple(record)[0]
space.name
vars(space)["name"]
dq[0]
dq[-1]
dq.pop()
dq.popleft()
list(dq)[0]
dd["k"]
dd["new"]
od["k"]
next(iter(od.values()))
od.popitem()[1]
chain["k"]
chain["j"]
user["k"]
user.data["k"]
many[0]
many.data[0]
raw.decode()
bytes(raw).decode()
view.tobytes().decode()
str(view, "ascii")
grid[0][0]
grid[-1][0]
sum(grid, [])[0]
list(itertools.chain(*grid))[0]
deep["k"]["k"]
deep["l"][0]
given()[0]
given()[1]
read_held()
read_held()
name
name
f"{name}"
buffer.getvalue()
next(iter(counted))
numbers.tounicode()
copy.copy($l)[0]
copy.deepcopy($d)["k"]
copy.copy($o).name
"""
USES = """
epics.caput($r, 1)
epics.caput($r, 1)
epics.caput($r, 1)
epics.PV($r).put(1)
open($r, "w")
open($r, "w")
$w.put(1)
$w.value = 1
"""
WRITES = r"""
$l[0] = $v
$l[-1] = $v
$l[1], $l[0] = $l[0], $l[1]
$l[0], $l[1] = $v, $v
$l[0:1] = [$v]
$l[:] = [$v, $v, $v]
$l[::2] = [$v, $v]
$l[slice(0, 1)] = [$v]
$l[len($l) - 1] = $v
$l[0] += ""
$l += [$v]
$l *= 2
$l.append($v)
$l.insert(0, $v)
$l.extend([$v])
$l.extend(x for x in [$v])
$l.reverse()
$l.sort()
$l.sort(key=lambda x: x[::-1])
$l.remove($l[0])
$l.clear(); $l.extend([$v, $v])
$l.pop(0)
del $l[0]
del $l[-2]
del $l[:1]
del $l[0], $l[0]
del [$l[0]]
del ($l[1], $l[0])
$l.__setitem__(0, $v)
$l.__setitem__(slice(0, 1), [$v])
$l.__delitem__(0)
$l.__iadd__([$v])
$l.__imul__(2)
$l.__init__([$v, $v])
$l.__class__.insert($l, 0, $v)
type($l).insert($l, 0, $v)
type($l).__setitem__($l, 0, $v)
list.__setitem__($l, 0, $v)
list.__setitem__($l, slice(None), [$v, $v])
list.__delitem__($l, 0)
list.__init__($l, [$v, $v, $v])
list.__iadd__($l, [$v])
list.insert($l, 0, $v)
list.append($l, $v)
list.extend($l, [$v])
list.sort($l)
list.reverse($l)
list.pop($l, 0)
list.remove($l, $l[0])
list.clear($l); list.extend($l, [$v, $v])
act = list.insert; act($l, 0, $v)
act = $l.insert; act(0, $v)
act = $l.reverse; act()
act = $l.__setitem__; act(0, $v)
act = $l.pop; act(0)
getattr($l, "insert")(0, $v)
getattr(list, "__setitem__")($l, 0, $v)
list.__dict__["insert"]($l, 0, $v)
super(type("", (list,), {}), type("", (list,), {})()).append($v)
operator.setitem($l, 0, $v)
operator.setitem($l, slice(0, 1), [$v])
operator.delitem($l, 0)
operator.iadd($l, [$v])
operator.iconcat($l, [$v])
operator.imul($l, 2)
operator.methodcaller("insert", 0, $v)($l)
operator.methodcaller("reverse")($l)
functools.partial($l.insert, 0)($v)
functools.partial(list.insert, $l, 0)($v)
functools.partial(operator.setitem, $l, 0)($v)
list(map($l.append, [$v]))
list(map($l.__setitem__, [0], [$v]))
list(map(operator.setitem, [$l], [0], [$v]))
list(map(list.insert, [$l], [0], [$v]))
list(itertools.starmap($l.insert, [(0, $v)]))
list(itertools.starmap(operator.setitem, [($l, 0, $v)]))
list(filter($l.append, [$v, $v]))
sorted([$v], key=$l.append)
max([$v], key=lambda x: $l.insert(0, x) or 0)
functools.reduce(lambda into, x: into.insert(0, x) or into, [$v], $l)
functools.reduce(operator.iconcat, [[$v]], $l)
[$l.insert(0, x) for x in [$v]]
[$l.__setitem__(0, x) for x in [$v]]
[0 for $l[0] in [$v]]
{0 for $l[0] in [$v]}
list(0 for $l[0] in [$v])
for $l[0] in [$v]: pass
for $l[0], $l[1] in [($v, $v)]: pass
for $d["k"] in [$v]: pass
for $o.name in [$v]: pass
for i, $l[i] in enumerate([$v]): pass
for i in range(2): $l[i] = $v
for x in $l: x = $v
with contextlib.nullcontext($v) as $l[0]: pass
with contextlib.nullcontext($v) as $d["k"]: pass
with contextlib.nullcontext($v) as $o.name: pass
with contextlib.nullcontext(($v, $v)) as ($l[0], $d["k"]): pass
with io.StringIO($v) as file: $l[0] = file.read()
*$l[0:0], = [$v]
$l[0], *$l[1:] = [$v, $v, $v]
($l[0], [$l[1], *$d["k"]]) = $v, [$v, $v]
[$l[0], $d["k"]] = $v, $v
$l[0] = $d["k"] = $v
$l[(n := 0)] = $v
put_first($l, $v)
put_first(into=$l, value=$v)
put_first(*[$l, $v])
put_first(**{"into": $l, "value": $v})
put_named($o, $v)
(lambda z: z.insert(0, $v))($l)
(lambda z=$l: z.insert(0, $v))()
same($l)[0] = $v
($l or [])[0] = $v
($l if $l else [])[0] = $v
[$l][0][0] = $v
(alias := $l)[0] = $v
alias = $l; alias[0] = $v
alias = [$l]; alias[0].insert(0, $v)
alias = {"l": $l}; alias["l"][0] = $v
alias, _ = $l, 0; alias.insert(0, $v)
for alias in [$l]: alias[0] = $v
[alias.insert(0, $v) for alias in [$l]]
heapq.heapify($l)
heapq.heappush($l, "A"); heapq.heapify($l)
heapq.heapreplace($l, $v)
heapq.heappushpop($l, $v)
heapq.heappop($l)
bisect.insort($l, $v)
bisect.insort_left($l, $v)
bisect.insort_right(a=$l, x=$v)
random.shuffle($l)
random.Random(1).shuffle($l)
copy.copy($l)[0] = $v
it = iter([$v]); $l[0] = next(it)
$l[0] = "".join([$v])
$l[0] = $v.replace("x", "y")
$l[0] = str($v)
$l[:] = map(same, [$v, $v])
$l[:] = reversed($l)
$l[:] = sorted($l, reverse=True)
$l[:] = $d.values()
$l[0:2] = ($v for _ in "ab")
match $v: \n    case z: $l[0] = z
try: raise ValueError($v) \nexcept ValueError as error: $l[0] = error.args[0]
try: raise KeyError($v) \nexcept KeyError as error: $l[0], = error.args
def gen(): \n    $l[0] = yield \n    yield \ng = gen(); next(g); g.send($v)
def gen(): \n    $l.insert(0, $v) \n    yield \nlist(gen())
def act(): \n    global xs, ys \n    xs = ys = [$v, $v] \nact()
def act(): \n    global name \n    name = $v \nact()
def act(): \n    global name \n    for name in [$v]: pass \nact()
class K: \n    global name \n    name = $v
class K: \n    global d \n    d = {"k": $v, "j": $v}
def act(): \n    held = $v \n    class K: \n        nonlocal held \n        held = $v \n    return held \n$l[0] = act()
def act(): \n    held = $v \n    def inner(): \n        class K: \n            nonlocal held \n            held = $v \n    inner() \n    return held \nname = act()
class K: \n    $l[0] = $v
class K: \n    def __init_subclass__(cls): $l[0] = $v \nclass J(K): pass
class K: \n    def __set_name__(self, owner, n): $l[0] = $v \nclass J: \n    k = K()
@(lambda f: $l.insert(0, $v) or f)\ndef act(): pass
def act(z=$l.insert(0, $v)): pass
assert $l.insert(0, $v) is None
$l.insert(0, $v) if $l else 0
$l and $l.insert(0, $v)
print(*[], end=$l.insert(0, $v))
f"{$l.insert(0, $v)}"
name = $v
name += ""
name: str = $v
(name := $v)
[name := x for x in [$v]]
for name in [$v]: pass
with contextlib.nullcontext($v) as name: pass
match $v: \n    case name: pass
name, *_ = $v, 1
*_, name = 1, $v
[name] = [$v]
globals()["name"] = $v
globals().update(name=$v)
globals().__setitem__("name", $v)
globals().setdefault("name", $v)
globals()["xs"] = [$v, $v]
globals()["x" + "s"][0] = $v
vars()["name"] = $v
locals()["name"] = $v
vars().update({"name": $v})
dict.update(globals(), name=$v)
operator.setitem(globals(), "name", $v)
exec("name = 'X'")
for globals()["name"] in [$v]: pass
import __main__; __main__.name = $v
import sys; sys.modules["__main__"].name = $v
import sys; setattr(sys.modules[__name__], "name", $v)
import sys; sys.modules["__main__"].__dict__["name"] = $v
exec("name = " + repr($v))
exec("xs[0] = " + repr($v))
exec("$l.insert(0, " + repr($v) + ")")
exec("z['k'] = " + repr($v), {"z": $d})
eval("$l.insert(0, " + repr($v) + ")")
exec(compile("name = " + repr($v), "x", "exec"), globals())
given.__globals__["name"] = $v
given.__defaults__ = ($v,)
given.__kwdefaults__ = {"b": $v}
given.__kwdefaults__["b"] = $v
given.__kwdefaults__.update(b=$v)
setattr(given, "__defaults__", ($v,))
object.__setattr__(given, "__kwdefaults__", {"b": $v})
given.__code__ = (lambda a=1, *, b=1: [$v, $v]).__code__
write_held($v)
read_held.__closure__[0].cell_contents = $v
read_held.__code__ = read_held.__code__.replace()
setattr(read_held.__closure__[0], "cell_contents", $v)
types.CellType.cell_contents.__set__(read_held.__closure__[0], $v)
$d["k"] = $v
$d["k"] = $v
$d["k"], $d["j"] = $d["j"], $d["k"]
$d["k"] += ""
$d["".join(["k"])] = $v
$d["jk"[1]] = $v
$d[next(iter($d))] = $v
$d[[*$d][0]] = $v
for key in $d: $d[key] = $v
for key in list($d): $d[key] = $v
for key in ("k", "j"): $d[key] = $v
for key, value in list($d.items()): $d[key] = $v
$d.update(k=$v)
$d.update({"k": $v})
$d.update({"".join("k"): $v})
$d.update([("k", $v)])
$d.update((("k", $v), ["j", $v]))
$d.update(zip("kj", [$v, $v]))
$d.update(zip($d, [$v, $v]))
$d.update(dict.fromkeys("kj", $v))
$d.update((x, $v) for x in "kj")
$d.update({x: $v for x in "kj"})
$d.update(**{"k": $v})
$d.update(dict([("k", $v)]))
$d.update(dict(k=$v))
$d.update(collections.OrderedDict(k=$v))
$d.update(collections.ChainMap({"k": $v}))
$d.update(types.MappingProxyType({"k": $v}))
$d.update(vars(types.SimpleNamespace(k=$v)))
$d.update({"k": $v} | {})
$d |= {"k": $v}
$d |= [("k", $v)]
$d.setdefault("k", $v)
$d.clear(); $d.update(k=$v, j=$v)
$d.pop("k", 0); $d.setdefault("k", $v)
$d.popitem(); $d.setdefault("j", $v)
del $d["k"]; $d["k"] = $v
$d.__setitem__("k", $v)
$d.__ior__({"k": $v})
$d.__init__(k=$v)
$d.__init__([("k", $v)])
$d.__class__.update($d, k=$v)
type($d).update($d, {"k": $v})
dict.__setitem__($d, "k", $v)
dict.__ior__($d, {"k": $v})
dict.__init__($d, k=$v)
dict.update($d, k=$v)
dict.update($d, {"k": $v})
dict.update($d, [("k", $v)])
dict.pop($d, "k"); dict.setdefault($d, "k", $v)
dict.__dict__["update"]($d, k=$v)
act = dict.update; act($d, k=$v)
act = $d.update; act(k=$v)
act = $d.__setitem__; act("k", $v)
getattr(dict, "update")($d, {"k": $v})
operator.setitem($d, "k", $v)
operator.ior($d, {"k": $v})
operator.delitem($d, "k"); $d["k"] = $v
operator.methodcaller("update", k=$v)($d)
functools.partial($d.__setitem__, "k")($v)
functools.partial(dict.update, $d)(k=$v)
functools.partial($d.update, k=$v)()
functools.reduce(operator.ior, [{"k": $v}], $d)
list(map($d.update, [{"k": $v}]))
list(map($d.__setitem__, ["k"], [$v]))
list(itertools.starmap($d.__setitem__, {"k": $v}.items()))
collections.deque(map($d.update, [{"k": $v}]), maxlen=0)
any(map($d.update, [{"k": $v}]))
collections.ChainMap($d)["k"] = $v
collections.ChainMap($d).update(k=$v)
collections.ChainMap($d).maps[0]["k"] = $v
collections.ChainMap({}, $d).maps[1]["k"] = $v
collections.ChainMap($d).new_child().parents["k"] = $v
collections.abc.MutableMapping.update($d, k=$v)
collections.abc.MutableSequence.insert(many, 0, $v)
d = e = {"k": $v, "j": $v}
d = e = dict(d, k=$v)
d = e = {**d, "k": $v}
d = e = d | {"k": $v}
xs = ys = [$v, *xs]
xs = ys = xs[::-1]
xs, ys = ys, [$v, $v]
$o.name = $v
$o.shown = $v
$o.kept = $v
$o.shared = $v
$o.many = [$v, $v]
$o.many[0] = $v
$o.name += ""
Box.shared = $v
Heir.shared = $v
del $o.name; $o.name = $v
setattr($o, "name", $v)
setattr($o, "na" + "me", $v)
setattr($o, "".join("name"), $v)
for key in vars($o): setattr($o, key, $v)
for key in list(vars($o)): vars($o)[key] = $v
setattr(Box, "shared", $v)
$o.__setattr__("name", $v)
object.__setattr__($o, "name", $v)
super(Box, $o).__setattr__("name", $v)
type.__setattr__(Box, "shared", $v)
Box.__setattr__($o, "name", $v)
act = $o.__setattr__; act("name", $v)
functools.partial(setattr, $o, "name")($v)
list(map(setattr, [$o], ["name"], [$v]))
list(map($o.__setattr__, ["name"], [$v]))
operator.methodcaller("__setattr__", "name", $v)($o)
vars($o)["name"] = $v
vars($o).update(name=$v)
vars($o).update({"name": $v})
vars($o).update([("name", $v)])
vars($o).__setitem__("name", $v)
$o.__dict__["name"] = $v
$o.__dict__.update(name=$v)
$o.__dict__ |= {"name": $v}
$o.__dict__ = {"name": $v, "many": [$v]}
$o.__dict__.clear(); $o.__dict__.update(name=$v, many=[$v])
$o.__dict__.__ior__({"name": $v})
dict.__setitem__($o.__dict__, "name", $v)
dict.update(vars($o), name=$v)
operator.setitem(vars($o), "name", $v)
space2 = vars($o); space2["name"] = $v
$o.__init__($v)
Box.__init__($o, $v)
super(Heir, $o).__init__($v)
type($o).__init__($o, $v)
$o.__class__ = type("K", (Heir,), {"shared": $v})
$o.__class__.shared = $v
type($o).shared = $v
$o.__setstate__({"name": $v}) if hasattr($o, "__setstate__") else 0
copy.copy($o).many[0] = $v
Heir.kept.__set__($o, $v) if False else None
Heir.__dict__["kept"].__set__($o, $v)
Box.shown.fset($o, $v)
Box.shown.__set__($o, $v)
Box.__dict__["shown"].__set__($o, $v)
Box.shown = property(lambda self: $v)
Box.shown = $v
Box.name = property(lambda self: $v, lambda self, value: None)
Heir.name = property(lambda self: $v)
Box.__getattribute__ = lambda self, key: $v
Box.__getattr__ = lambda self, key: $v; del $o.name
Heir.kept = $v
Slotted.name.__set__(slotted, $v)
slotted.name = $v
setattr(slotted, "name", $v)
Slotted.__init__(slotted, $v)
object.__setattr__(slotted, "name", $v)
holder[0] = $v
holder["x"] = $v
del holder[0]
holder += $v
holder($v)
operator.setitem(holder, 0, $v)
operator.iadd(holder, $v)
Holder.__setitem__(holder, 0, $v)
sorted([$v], key=holder)
for holder[0] in [$v]: pass
with Holder() as z: z
holder.__iadd__($v)
record.name = $v
record.__init__($v)
record = Record($v)
record = dataclasses.replace(record, name=$v)
record.__dict__["name"] = $v
Record.__init__(record, name=$v)
space.name = $v
space.__dict__["name"] = $v
space.__init__(name=$v)
vars(space).update(name=$v)
setattr(space, "name", $v)
types.SimpleNamespace.__init__(space, name=$v)
dq.append($v)
dq.appendleft($v)
dq.extendleft([$v])
dq.rotate(1)
dq.insert(0, $v)
dq[0] = $v
dq += [$v]
dq.reverse()
del dq[0]
dq.__init__([$v, $v])
collections.deque.appendleft(dq, $v)
collections.deque.__init__(dq, [$v])
dd["k"] = $v
dd.default_factory = lambda: $v
dd.update(k=$v)
dd.__init__(lambda: $v)
dd.__missing__("k")
collections.defaultdict.__setitem__(dd, "k", $v)
dict.__setitem__(dd, "k", $v)
setattr(dd, "default_factory", lambda: $v)
od["k"] = $v
od.move_to_end("k")
od.move_to_end("j", last=False)
od.update(k=$v)
collections.OrderedDict.__setitem__(od, "k", $v)
dict.update(od, k=$v)
chain["k"] = $v
chain.maps[0]["k"] = $v
chain.maps[1]["j"] = $v
chain.maps.insert(0, {"k": $v, "j": $v})
chain.maps = [{"k": $v, "j": $v}]
chain.maps[:] = [{"k": $v, "j": $v}]
chain = chain.new_child({"k": $v})
chain.parents["j"] = $v
chain.update(j=$v)
user["k"] = $v
user.data["k"] = $v
user.data = {"k": $v}
user.update(k=$v)
user |= {"k": $v}
vars(user)["data"] = {"k": $v}
collections.UserDict.__setitem__(user, "k", $v)
many[0] = $v
many.data[0] = $v
many.data.insert(0, $v)
many.insert(0, $v)
many += [$v]
many.data = [$v, $v]
del many[0]
raw[:] = $v.encode()
raw[0:1] = $v.encode()
raw.clear(); raw.extend($v.encode())
raw[1:] = $v.encode()[1:]
raw += b"x"
raw.reverse()
raw[0] = 90
raw[1] += 1
raw.__init__($v.encode())
raw.__setitem__(slice(None), $v.encode())
raw.append(49)
raw.pop()
del raw[1:]
bytearray.__setitem__(raw, slice(None), $v.encode())
bytearray.extend(raw, $v.encode())
operator.setitem(raw, 0, 65)
view[0] = 90
view[:] = view[::-1].tobytes()
view[1:2] = b"7"
view.cast("B")[0] = 90
memoryview(raw)[0] = 66
memoryview.__setitem__(view, 0, 90)
struct.pack_into("2s", raw, 0, $v.encode())
io.BytesIO($v.encode()).readinto(raw)
io.BytesIO($v.encode()).readinto(view)
raw, view = bytearray($v.encode()), memoryview(b"")
raw.translate(None); raw = raw.replace(b"M", b"N")
grid[0][0] = $v
grid[0] = [$v, $v]
grid[0], grid[1] = grid[1], grid[0]
grid[0] += [$v]
grid.insert(0, [$v])
grid.reverse()
[row.insert(0, $v) for row in grid]
for row in grid: row[0] = $v
for row in grid: row.reverse()
row = grid[0]; row[0] = $v
row = grid[0]; row[:] = [$v]
grid[:] = [[$v, $v]] * 2
[row.__setitem__(0, $v) for row in grid]
list(map(list.reverse, grid))
list(map(lambda row: row.insert(0, $v), grid))
copy.copy(grid)[0][0] = $v
list(grid)[0][0] = $v
grid[:][0][0] = $v
(grid + [])[0][0] = $v
(grid * 2)[0][0] = $v
[*grid][0][0] = $v
deep["k"]["k"] = $v
deep["k"] = {"k": $v}
deep["k"].update(k=$v)
deep.update(k={"k": $v})
deep.get("k")["k"] = $v
deep.setdefault("k", {})["k"] = $v
deep["l"].insert(0, $v)
deep["l"][0], deep["k"]["k"] = $v, $v
deep.copy()["k"]["k"] = $v
{**deep}["l"][0] = $v
dict(deep)["k"]["k"] = $v
for value in deep.values(): value.clear() or getattr(value, "update", lambda **z: value.insert(0, $v))(k=$v)
list(deep.values())[0]["k"] = $v
deep["k"], deep["l"] = {"k": $v}, [$v]
pv.__init__($v)
epics.PV.__init__(pv, $v)
type(pv).__init__(pv, $v)
pv.pvname = $v
setattr(pv, "pvname", $v)
pv.__dict__["pvname"] = $v
vars(pv)["pvname"] = $v
vars(pv).update(pvname=$v)
pv.__setattr__("pvname", $v)
object.__setattr__(pv, "pvname", $v)
pv.__dict__ = {"pvname": $v}
pv.__dict__.update(pvname=$v)
functools.partial(setattr, pv, "pvname")($v)
for pv.pvname in [$v]: pass
with contextlib.nullcontext($v) as pv.pvname: pass
pv.pvname, _ = $v, 0
[setattr(z, "pvname", $v) for z in [pv]]
operator.methodcaller("__init__", $v)(pv)
put = pv.__init__; put($v)
list(map(pv.__init__, [$v]))
list(map(epics.PV.__init__, [pv], [$v]))
(lambda z: z.__init__($v))(pv)
alias = pv; alias.pvname = $v
{"z": pv}["z"].pvname = $v
pv = epics.PV($v)
pv, pw = pw, epics.PV($v)
buffer.write($v)
buffer.seek(0); buffer.write($v)
buffer.__init__($v)
buffer.truncate(0)
counted = collections.Counter([$v])
counted.update([$v])
counted[$v] += 1
counted.clear(); counted.update([$v])
numbers[0] = "Z"
numbers.reverse()
numbers.extend($v)
numbers.pop()
numbers.__init__("u", $v) if False else None
numbers = array.array("u", $v)
del numbers[1:]; numbers.append("7")
"""
BLOCKS = [
    "if random.random() < 0.6:\n    ...",
    "for _ in range(2):\n    ...",
    "def act():\n    ...\nact()",
    "def act(z=None):\n    ...\nsorted([1, 2], key=act)",
    "try:\n    ...\n    raise ValueError\nexcept Exception as error:\n    ...\nfinally:\n    ...",
    "with contextlib.suppress(Exception):\n    ...",
    "class K:\n    def __del__(self):\n        ...\nK()",
    "def outer():\n    def act():\n        ...\n    return act\nouter()()",
    "def act():\n    ...\n    yield\nlist(act())",
    "@contextlib.contextmanager\ndef act():\n    ...\n    yield\nwith act():\n    pass",
]
HOLDERS = {"l": ["xs", "xs", "ys"], "d": ["d", "d", "e"], "o": ["o", "o", "p"], "w": ["pv", "pv", "pw"]}
NAMES = set("xs d o Box Heir slotted holder record space dq dd od chain user many raw view grid deep given pv name buffer".split())
NAMES |= {"counted", "numbers", "read_held", "write_held"}
