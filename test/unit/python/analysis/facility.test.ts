import { describe, expect, it } from "vitest";
import { Analyser } from "../../../../src/python/analysis/analyser.ts";

const CODE = `import ring_tools
from ring_tools.magnets import set_current, read_current
ring_tools.fit([1, 2])
print(read_current("QF1"))
set_current("SR:MAG:QF1:CURRENT", 2.5)
`;

function effects(code: string, modules = {}, added = {}) {
  const analyser = new Analyser({ modules, effects: added });
  return analyser.analyse(code).effects.map(({ kind, target, value }) => [kind, target, value]);
}

describe("a facility's own modules", () => {
  it("are unknown until somebody says what they do", () => {
    const { effects: found } = new Analyser().analyse(CODE);
    expect(found.map(({ kind }) => kind)).toContain("unknown-import");
    // By its name alone `set_current` may set something: a guess, and said to be one.
    expect(found.filter(({ kind, guess }) => kind === "control-write" && guess !== true)).toEqual([]);
  });

  it("are known by what a person says of the package and of each function, with channel and value", () => {
    const found = effects(CODE, {
      ring_tools: "computes",
      "ring_tools.magnets.set_current": "control-write",
      "ring_tools.magnets.read_current": "control-read",
    });
    expect(found).toEqual([
      ["control-read", "QF1", undefined],
      ["control-write", "SR:MAG:QF1:CURRENT", "2.5"],
    ]);
  });

  it("are made known by no workspace, which can only add", () => {
    const added = { ring_tools: "network", "ring_tools.magnets.set_current": "control-write" };
    const kinds = effects(CODE, {}, added).map(([kind]) => kind);
    expect(kinds).toEqual(expect.arrayContaining(["unknown-import", "control-write"]));
  });

  it("may do more than everybody knows of them", () => {
    const code = 'import pandas as pd\npd.read_csv("data/a.csv")\n';
    const kinds = effects(code, {}, { "pandas.read_csv": "network" }).map(([kind]) => kind);
    expect(kinds).toEqual(expect.arrayContaining(["reads-files", "network"]));
  });
});
