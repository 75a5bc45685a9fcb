import { describe, expect, it } from "vitest";
import { Analyser } from "../../../../src/python/analysis/analyser.ts";
import { dataTargets } from "../../../../src/python/bound/data-targets.ts";

const analyser = new Analyser();

function targets(code: string, folders = ["data"]): readonly [readonly string[], readonly string[]] {
  const found = dataTargets(code, analyser.analyse(code), folders);
  return [found.named.map(({ path }) => path), found.patterns];
}

describe("what code reads in data folders", () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['open("data/x.csv").read()', ["data/x.csv"], []],
    ['open("./data/../data//x.csv").read()', ["data/x.csv"], []],
    ['open("/work/data/x.csv").read()', ["data/x.csv"], []],
    ['for i in range(2): open(f"data/run_{i}.csv").read()', ["data/run_0.csv", "data/run_1.csv"], []],
    ['import pandas as pd\npd.read_parquet("data/set")', ["data/set"], []],
    ['import os\nprint(os.listdir("data"))', ["data"], []],
    ['import glob\nprint(glob.glob("data/*.csv"))', [], ["data/*.csv"]],
    [
      'from pathlib import Path\nfor f in Path("data").glob("**/x.csv"): f.read_text()',
      ["data"],
      ["data/*x.csv"],
    ],
    ['import glob\nprint(glob.glob("data/run[12].csv"))', ["data/run[12].csv"], ["data/run*"]],
    ['import sys\nopen("data/" + sys.argv[1]).read()', [], ["data/*"]],
    ["import sys\nopen(sys.argv[1]).read()", [], ["data/*"]],
    ['open("/data/0/x.csv").read()', [], ["data/*"]],
    ['import unknown_lab\nunknown_lab.load("data/x.h5")', ["data/x.h5"], []],
    ["import duckdb\nduckdb.sql(\"select * from 'data/x.parquet'\")", ["data/x.parquet"], []],
    ['import lab_reader\nfor n in lab_reader.runs(): lab_reader.load(f"data/{n}.h5")', [], ["data/*.h5"]],
    ["print(1)", [], []],
    ['open("results/data/x.csv").read()\nopen("database/x").read()', [], []],
  ])("is, of %j", (code, named, patterns) => {
    expect(targets(code)).toEqual([named, patterns]);
  });

  it("is looked for in every folder, also where a pattern begins above one", () => {
    const code = 'import glob\nprint(glob.glob("lab/*/*.csv"))\nopen("more/x.csv").read()';
    expect(targets(code, ["lab/data/", "./more"])).toEqual([["more/x.csv"], ["lab/data/*"]]);
  });
});
