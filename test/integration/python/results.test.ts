import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Laboratory, printed } from "./laboratory.ts";

let lab: Laboratory;

beforeAll(async () => {
  lab = await Laboratory.open();
  await lab.containers.ensureSandboxImage(null, () => undefined, AbortSignal.timeout(280_000));
});

afterAll(async () => {
  await lab.dispose();
});

const EVERY_TYPE = `
import dataclasses, datetime, enum, collections
import numpy as np, pandas as pd

@dataclasses.dataclass
class Fit:
    slope: float
    points: object

class Level(enum.Enum):
    HIGH = 3

Point = collections.namedtuple("Point", "x y")
loop = [1]
loop.append(loop)
results = {
    "nan": float("nan"), "inf": -np.inf, "f32": np.float32(1.5), "i64": np.int64(7), "bool": np.bool_(True),
    "array": np.arange(4).reshape(2, 2), "times": np.array(["2020-01-01", "NaT"], dtype="M8[D]"),
    "frame": pd.DataFrame({"t": pd.date_range("2020", periods=2, tz="UTC"), "v": [1, np.nan]}, index=["a", "b"]),
    "series": pd.Series([1, 2], index=["x", "y"], name="n"), "na": pd.NA, "nat": pd.NaT,
    "set": {3, 1, 2}, "complex": 1 + 2j, "fit": Fit(0.5, Point(1, 2)), "level": Level.HIGH,
    "duration": datetime.timedelta(days=1, seconds=5), "day": datetime.date(2020, 1, 2), 3: "key",
    "loop": loop, "huge": np.zeros(10_000_000), "bytes": b"xx", "thing": object(),
}
`;

it("writes every ordinary type of results, and names what has no form", async () => {
  const ended = await lab.run(lab.container, EVERY_TYPE);
  expect(ended.error).toBeUndefined();
  expect(JSON.parse(await readFile(ended.record!.results!, "utf8"))).toEqual({
    nan: null,
    inf: "-Infinity",
    f32: 1.5,
    i64: 7,
    bool: true,
    array: [
      [0, 1],
      [2, 3],
    ],
    times: ["2020-01-01T00:00:00", null],
    frame: {
      columns: ["t", "v"],
      index: ["a", "b"],
      data: [
        ["2020-01-01T00:00:00+00:00", 1],
        ["2020-01-02T00:00:00+00:00", null],
      ],
    },
    series: { name: "n", index: ["x", "y"], data: [1, 2] },
    na: null,
    nat: null,
    set: [1, 2, 3],
    complex: { real: 1, imaginary: 2 },
    fit: { slope: 0.5, points: { x: 1, y: 2 } },
    level: 3,
    duration: "P1DT0H0M5S",
    day: "2020-01-02",
    "3": "key",
    loop: [1, null],
    huge: null,
    bytes: null,
    thing: null,
  });
  const notes = printed(ended, "stderr");
  for (const name of ["results['loop'][1]", "results['huge']", "results['bytes']", "results['thing']"]) {
    expect(notes).toContain(`Countersign: ${name} was left out`);
  }
});

it("shows figures of every backend, and leaves the code's names alone", async () => {
  const ended = await lab.run(
    lab.container,
    "names = sorted(n for n in globals() if not n.startswith('_'))\nimport matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.figure()\nplt.plot([2, 1])\nplt.figure()\nprint(names)\n",
  );
  expect(ended.error).toBeUndefined();
  expect(ended.record!.figures).toHaveLength(2);
  expect(printed(ended)).toBe("['In', 'Out', 'exit', 'get_ipython', 'open', 'quit']\n");
});
