/** What people's analyses are made of, and what asks: together they take every way through the analyser that is usually taken. */
export const SAMPLES: readonly string[] = [
  // Tables and figures.
  `
from __future__ import annotations
import json, os, sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
import epics
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy import optimize, signal, stats

COLUMNS = ["time", "current", "temperature"]
LIMITS: dict[str, tuple[float, float]] = {"current": (0.0, 500.0), "temperature": (15.0, 40.0)}
folder = Path("data")

@dataclass
class Channel:
    name: str
    scale: float = 1.0
    samples: list[float] = field(default_factory=list)

    @property
    def mean(self) -> float:
        return float(np.mean(self.samples)) if self.samples else float("nan")

    def add(self, *values: float, **more: float) -> "Channel":
        self.samples.extend(v * self.scale for v in values)
        for key, value in more.items():
            self.samples.append(value)
        return self

def model(x, a, b=1.0, *, offset=0.0):
    """Decays."""
    return a * np.exp(-b * x) + offset

def load(path: Path, columns=COLUMNS):
    frame = pd.read_csv(path, usecols=columns, parse_dates=["time"])
    frame = frame[(frame["current"] > 0) & frame["temperature"].notna()].copy()
    frame["hour"] = frame["time"].dt.hour
    return frame.set_index("time").sort_index()

frames = {}
for path in sorted(folder.glob("*.csv")):
    try:
        frames[path.stem] = load(path)
    except (ValueError, KeyError) as error:
        print(f"{path.name}: {error!r}", file=sys.stderr)
        continue
table = pd.concat(frames.values(), keys=frames.keys()).reset_index(level=0, names="shift")
daily = table.groupby(["shift", "hour"])["current"].agg(["mean", "std", "count"]).unstack(fill_value=0)
with open(folder / "notes.json", encoding="utf-8") as handle:
    notes = json.load(handle)
channels = [Channel(f"SR:{n:02d}:I", scale=0.5 if n % 2 else 1.0).add(1, 2, extra=n) for n in range(4)]
values = {c.name: epics.caget(c.name, timeout=1) for c in channels}
x, y = np.linspace(0, 10, 200), table["current"].to_numpy()[:200]
start, *rest, last = [v for v in values.values() if v is not None] or [0, 1]
popt, pcov = optimize.curve_fit(lambda t, a, b: model(t, a, b=b), x, y, p0=[1, 0.1])
errors = np.sqrt(np.diag(pcov))
peaks, props = signal.find_peaks(y, height=0.5, distance=10)
while (step := len(peaks)) > 100 and not np.isnan(y).any():
    y = np.convolve(y, np.ones(5) / 5, mode="same")
    peaks, _ = signal.find_peaks(y, height=0.5 + step / 1_000)
fig, (top, bottom) = plt.subplots(2, 1, figsize=(8, 6), sharex=True)
top.plot(x, y, ".", ms=3, label="data"); top.plot(x, model(x, *popt), "r-", label="fit: %.2f" % popt[0])
bottom.hist(y - model(x, *popt), bins=30)
for axis, title in zip((top, bottom), ["Current", "Residual"]):
    axis.set_xlabel("t [s]"); axis.set_title(title.upper() + " of {}".format(datetime.now().date()))
fig.savefig("out/fit.png", dpi=150)
daily.to_csv("out/daily.csv")
matrix = np.array([[1, 2], [3, 4]], dtype=float) @ np.eye(2)
match len(peaks):
    case 0: verdict = "none"
    case n if n < 5: verdict = f"{n} peaks"
    case _: verdict = "many"
results = {"popt": popt.tolist(), "p": stats.norm.sf(abs(errors)).round(3), "verdict": verdict, "home": os.getcwd()}
print(table.describe(), results["popt"][0], -matrix[0, 1], not rest, start is last, sep="\\n")
`,
  // Classes, closures and decorators.
  `
import abc, contextlib, enum, functools, itertools, operator, time
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque, namedtuple
from typing import Any, Callable, Iterator, NamedTuple, Protocol

Point = namedtuple("Point", ["x", "y"])
class Span(NamedTuple):
    low: float
    high: float = 1.0
    def width(self) -> float:
        return self.high - self.low

class Mode(enum.Enum):
    OFF = 0
    ON = 1
    @property
    def label(self): return self.name.lower()

class Shape(abc.ABC):
    registry: dict[str, type] = {}
    count = 0
    def __init__(self, name, *, scale=1):
        self.name, self._scale = name, scale
        self.points = []
        type(self).count += 1
    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        Shape.registry[cls.__name__] = cls
    @abc.abstractmethod
    def area(self): ...
    @classmethod
    def unit(cls): return cls("unit", scale=1)
    @staticmethod
    def describe(shape): return f"{shape.name:>10}: {shape.area():.2f}"
    @property
    def scale(self): return self._scale
    @scale.setter
    def scale(self, value): self._scale = float(value)
    def __lt__(self, other): return self.area() < other.area()
    def __repr__(self): return "{}({!r})".format(type(self).__name__, self.name)
    def __enter__(self): return self
    def __exit__(self, *exc): return False
    def __iter__(self): yield from self.points
    def __len__(self): return len(self.points)
    def __getitem__(self, index): return self.points[index]

class Circle(Shape):
    def __init__(self, name, radius=1.0, **options):
        super().__init__(name, **options)
        self.radius = radius
    def area(self): return 3.14159 * self.radius ** 2
class Square(Shape):
    side = 2
    def area(self): return self.side * self.side

def timed(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        begin = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            wrapper.spent += time.perf_counter() - begin
    wrapper.spent = 0.0
    return wrapper
def repeated(times: int) -> Callable:
    def decorate(function):
        def run(*args): return [function(*args) for _ in range(times)]
        return run
    return decorate
@contextlib.contextmanager
def section(title: str) -> Iterator[str]:
    print("begin", title)
    yield title
@timed
def total(shapes, key=None): return sum((key or Shape.area)(shape) for shape in shapes)
@repeated(3)
def twice(value): return value * 2
@functools.lru_cache(maxsize=None)
def fibonacci(n): return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)
def counter(start=0):
    value = start
    def step(by=1):
        nonlocal value
        value += by
        return value
    return step
def walk(tree, depth=0):
    for key, branch in tree.items():
        yield depth, key
        if isinstance(branch, dict): yield from walk(branch, depth + 1)

shapes: list[Shape] = [Circle("a", 2.0), Square("b"), Circle.unit(), Shape.registry["Circle"]("c", radius=3)]
shapes.sort(key=operator.methodcaller("area"), reverse=True)
shapes[0].scale = 2; shapes[0].points.append(Point(1, y=2))
with section("shapes") as title, shapes[0] as first:
    print(title, [Shape.describe(shape) for shape in sorted(shapes)], total(shapes), first[0].x, len(first))
step = counter(10); step(); step(by=5)
double, add_one = functools.partial(operator.mul, 2), lambda value: value + 1
handlers = {"double": double, "add": add_one, "none": None, "area": Square.area}
for name, handler in handlers.items():
    if handler is not None and name != "area": print(name, handler(21), twice(3), fibonacci(20))
groups = defaultdict(list)
for shape in shapes: groups[type(shape).__name__].append(shape.area())
counts = Counter(word for line in ["a b", "b c"] for word in line.split()); queue = deque(maxlen=3)
queue.append(1); queue.extend(counts.most_common(2)); merged = ChainMap({"a": 1}, OrderedDict(b=2))
pairs = list(itertools.product("ab", range(2))); flat = list(itertools.chain.from_iterable(pairs))
nested = dict(walk({"a": {"b": {}}, "c": 1})); ordered = {k: v for k, v in sorted(counts.items(), key=lambda kv: -kv[1])}
label = Mode.ON.label if Mode(1) is Mode.ON else getattr(Mode, "OFF").name
low, high = Span(0.5); (a, b), c = (1, 2), [3]; unique = {*pairs, (1, 2)}; first_of = next(iter(unique), None)
print(any(s.area() > 3 for s in shapes), all([low < high]), max(a, b), c[::-1], flat[1:-1:2], nested, ordered, label)
`,
  // Files, texts and numbers of the standard library.
  `
import argparse, base64, csv, glob, hashlib, io, logging, math, os.path, random, re, statistics, string, struct, textwrap, zlib
from decimal import Decimal
from fractions import Fraction
import datetime as dt, json as js
logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
log = logging.getLogger(__name__)
PATTERN = re.compile(r"^(?P<key>\\w+)\\s*=\\s*(?P<value>[-+.\\d]+)$", re.M)
HEADER = ("time", "value") + tuple(f"c{n}" for n in range(3))
def read_rows(name, delimiter=","):
    rows = []
    with open(os.path.join("data", name), newline="") as file:
        for index, row in enumerate(csv.DictReader(file, delimiter=delimiter)):
            if not row or index > 1_000_000: break
            rows.append({key.strip(): float(value) if value else math.nan for key, value in row.items()})
    return rows
def parse(text: str) -> dict[str, float]:
    found = {}
    for match in PATTERN.finditer(text):
        key, value = match.group("key"), match["value"]
        found[key.lower().replace("-", "_")] = float(value)
    return found
def rolling(values, width=5):
    window, out = [], []
    for value in values:
        window = [*window, value][-width:]
        out.append(sum(window) / len(window))
    return out
parser = argparse.ArgumentParser(description="Summary")
parser.add_argument("--width", type=int, default=5); options = parser.parse_args([])
rows = [row for name in sorted(glob.glob("data/*.csv")) for row in read_rows(os.path.basename(name))]
numbers = [row.get("value", 0.0) for row in rows if row] or [random.gauss(0, 1) for _ in range(10)]
text = "\\n".join("%s = %.3f" % (key, value) for key, value in zip("abc", numbers)) + "\\n"
settings = parse(text); settings.update(a=1.0, **{"b": 2.0}); settings.setdefault("c", 3.0)
summary = dict(mean=statistics.fmean(numbers), spread=statistics.pstdev(numbers), low=min(numbers), high=max(numbers))
if summary["spread"] == 0 or math.isclose(summary["low"], summary["high"]): log.warning("constant: %s", summary)
elif len(numbers) < 3: log.info("few values")
else:
    for key in list(summary): summary[key] = round(summary[key], 3)
stamp = dt.datetime.now(dt.timezone.utc).strftime("%Y-%m-%d"); day = dt.date(2024, 1, 31) + dt.timedelta(days=1)
digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]; packed = struct.pack("<2d", 1.0, 2.0)
decoded = base64.b64decode("aGVsbG8=").decode(); greeting = chr(104) + "".join(reversed("olle")); blob = zlib.compress(packed)
buffer = io.StringIO(); writer = csv.writer(buffer); writer.writerow(HEADER); writer.writerows(rolling(numbers) for _ in range(2))
with open("out/summary.json", "w") as file: js.dump({"summary": summary, "day": str(day)}, file, indent=2)
with open(f"out/{stamp}-{digest}.txt", "wt", encoding="utf-8") as file:
    file.write(textwrap.fill(buffer.getvalue(), 72)); print(greeting, decoded, sep=", ", file=file)
template = string.Template("$name is $value").safe_substitute(name="x", value=Decimal("1.5") + 2)
half = Fraction(1, 3) + Fraction(1, 6); flags = 0b101 | 0x0F & ~1; shifted = 1 << 4 >> 2; power = 2 ** -3 % 5 // 1
table = [[row * col for col in range(5)] for row in range(5)]; column = [line[2] for line in table]; table[1][2] += 1
total = 0
for row in table:
    for cell in row:
        if cell % 2: continue
        total += cell
    else: total -= 1
while total > 100: total //= 2
assert total >= 0, f"{total=}"
try: value = int("12x")
except ValueError: value = None
except (TypeError, KeyError) as error: raise RuntimeError("no number") from error
else: value += 1
finally: del column
print(template, half, flags, shifted, power, value or "none", options.width, blob[:4], os.environ.get("HOME", ""))
`,
  // Arrays, measurements and models.
  `
import h5py, numpy as np, pandas as pd, scipy.integrate as integrate, scipy.constants as const, xarray as xr
import matplotlib, matplotlib.pyplot as plt
from matplotlib import cm, colors
from scipy.interpolate import interp1d
from scipy.ndimage import gaussian_filter
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
matplotlib.rcParams["figure.dpi"] = 120
rng = np.random.default_rng(7)
def derivative(t, state, k=1.0, m=2.0):
    position, velocity = state
    return [velocity, -k / m * position]
def fit(features, target):
    train_x, test_x, train_y, test_y = train_test_split(features, target, test_size=0.25, random_state=0)
    scaler = StandardScaler().fit(train_x)
    model = LinearRegression().fit(scaler.transform(train_x), train_y)
    return model.coef_, model.score(scaler.transform(test_x), test_y)
def outliers(series: pd.Series, limit: float = 3.0) -> pd.Series:
    z = (series - series.mean()) / series.std(ddof=0)
    return series[z.abs() > limit]
with h5py.File("data/scan.h5", "r") as scan:
    image, energies = scan["entry/image"][:, ::2], np.asarray(scan["entry"]["energy"])
    units = scan["entry/energy"].attrs.get("units", "eV")
solution = integrate.solve_ivp(derivative, (0, 10), [1.0, 0.0], t_eval=np.linspace(0, 10, 101), args=(1.5,))
smooth = gaussian_filter(image.astype(float), sigma=2); mask = smooth > np.percentile(smooth, 99)
rows, cols = np.where(mask); center = np.array([rows.mean(), cols.mean()]).round(2); smooth[~mask] = 0
spectrum = np.abs(np.fft.rfft(solution.y[0] - solution.y[0].mean())); freqs = np.fft.rfftfreq(101, d=0.1)
curve = interp1d(energies, spectrum[: len(energies)], kind="cubic", fill_value="extrapolate")(np.arange(5))
features = rng.normal(size=(100, 3)); target = features @ np.array([1.0, -2.0, 0.5]) + rng.normal(scale=0.1, size=100)
coefficients, score = fit(features, target)
frame = pd.DataFrame({"a": features[:, 0], "b": target, "day": pd.date_range("2024-01-01", periods=100, freq="h")})
frame["level"] = pd.cut(frame["a"], bins=[-np.inf, 0, np.inf], labels=["low", "high"]); frame.loc[frame.b > 2, "b"] = np.nan
wide = (frame.dropna().assign(ratio=lambda d: d.a / d.b).query("ratio < 10").merge(frame[["a", "level"]], on="a", how="left")
        .pivot_table(index="level_x", values="ratio", aggfunc=["mean", "max"]).rename(columns=str.upper).sort_values(by="level_x"))
hourly = frame.set_index("day").resample("6h")["b"].mean().interpolate().rolling(3, min_periods=1).mean()
bad = outliers(frame["b"].fillna(0)); counted = frame["level"].value_counts(normalize=True).to_dict()
cube = xr.open_dataset("data/field.nc"); mean = cube["t2m"].sel(time="2024").mean(dim=["lat", "lon"])
for name, group in frame.groupby("level", observed=True):
    print(name, group["b"].agg(["min", "max"]).to_dict(), group.shape[0], f"{group.a.std():.3e}")
figure = plt.figure(figsize=(10, 4), constrained_layout=True)
grid = figure.add_gridspec(1, 2); left, right = (figure.add_subplot(grid[0, n]) for n in range(2))
shown = left.imshow(smooth, cmap="viridis", norm=colors.LogNorm(vmin=1e-3, vmax=smooth.max()), aspect="auto")
figure.colorbar(shown, ax=left, label=f"counts [{units}]"); right.semilogy(freqs, spectrum, color=cm.plasma(0.3), lw=1)
right.axvline(freqs[spectrum.argmax()], ls="--"); right.legend(["spectrum"], loc="best"); right.grid(True, alpha=0.3)
plt.suptitle(rf"$\\lambda = {const.h * const.c / const.e:.3g}$"); plt.savefig("out/scan.svg"); plt.close("all")
np.savez("out/scan.npz", smooth=smooth, center=center); hourly.to_frame("b").to_parquet("out/hourly.parquet")
results = {"center": center.tolist(), "score": float(score), "coefficients": coefficients, "bad": len(bad), "wide": wide}
print(results, curve.sum(), counted, mean.values[-1] if mean.size else None)
`,
  // What asks, and how it is hidden.
  `
import asyncio, base64, builtins, functools, importlib, os, pickle, shutil, socket, sqlite3, subprocess, sys, tempfile
import urllib.request as web
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import epics, requests
from epics import PV, caput as put
PREFIX = "SR:" + "C01"
class Magnet:
    def __init__(self, name): self.pv, self.limits = PV(f"{PREFIX}:{name}:SP"), (-5.0, 5.0)
    def set(self, value, wait=True):
        low, high = self.limits
        if low <= value <= high: self.pv.put(value, wait=wait)
    def read(self): return self.pv.get(as_string=False)
def ramp(magnet, values, apply=None):
    for value in values:
        (apply or magnet.set)(value)
        yield magnet.read()
def fetch(url, **options):
    with requests.Session() as session: return session.get(url, timeout=5, **options).json()
def remove(paths):
    for path in map(Path, paths):
        if path.exists() and not path.is_dir(): path.unlink()
        else: shutil.rmtree(path, ignore_errors=True)
async def gather(names):
    async def one(name): await asyncio.sleep(0.1); return epics.caget(name)
    return await asyncio.gather(*[one(name) for name in names])
actions = {"set": put, "get": epics.caget, "run": subprocess.run}
magnets = [Magnet(name) for name in ("QF1", "QD1")]
for magnet in magnets: print(list(ramp(magnet, [0.1 * n for n in range(3)])), magnet.pv.pvname)
actions["set"](PREFIX + ":ENABLE", 1); put("SR:X", value=2.5); later = functools.partial(put, "SR:Y"); later(3)
runner = getattr(os, "sys" + "tem"); runner("ls -l"); getattr(importlib.import_module("o" + "s"), "remove")("a")
hidden = base64.b64decode(b"cHJpbnQoMSk=").decode(); exec(hidden); value = eval("1 + " + sys.argv[1] if len(sys.argv) > 1 else "2")
module = __import__("socket"); connection = module.create_connection(("example.org", 80)); connection.sendall(b"GET /"); builtins.print(value)
print(subprocess.run(["make", "-j4"], capture_output=True, text=True).stdout, fetch("https://example.org/api?x=%d" % 3), web.urlopen("http://x"))
with sqlite3.connect("data/log.db") as db, tempfile.TemporaryDirectory() as scratch:
    db.execute("INSERT INTO log VALUES (?, ?)", (1, "x")); rows = db.execute("SELECT * FROM log").fetchall()
    Path(scratch, "a.txt").write_text("x"); Path("/etc/hosts").read_text(); remove([scratch, "/tmp/x"])
with open("data/model.pkl", "rb") as file: model = pickle.load(file)
with ThreadPoolExecutor(4) as pool: done = list(pool.map(fetch, ["https://a", "https://b"])); pool.submit(remove, ["old"])
asyncio.run(gather(["SR:A", "SR:B"])); setattr(magnets[0], "limits", (0, 1)); vars(magnets[1])["limits"] = None
[*map(put, ["SR:1", "SR:2"], [1, 2])]; (lambda f: f("SR:Z", 0))(put); os.environ["MODE"] = "x"; sys.modules.pop("os", None)
`,
];
