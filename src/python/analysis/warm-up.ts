import { setImmediate } from "node:timers/promises";
import type { CodeAnalyser } from "./analysis.ts";

const WITHIN_MS = 2_000;
const ROUNDS = 150;

/** What people's analyses are made of: it takes every way through the analyser that theirs usually take. */
const SAMPLE = `
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
`;

/**
 * Runs the analyser until it is compiled, between what else there is to do: code that runs for the first time is ten times as slow.
 */
export async function warmUp(analyser: CodeAnalyser): Promise<void> {
  const until = performance.now() + WITHIN_MS;
  for (let round = 0; round < ROUNDS && performance.now() < until; round += 1) {
    await analyser.analyse(SAMPLE);
    await setImmediate();
  }
}
