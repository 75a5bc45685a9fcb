import { describe, expect, it } from "vitest";
import { Analyser } from "../../../../src/python/analysis/analyser.ts";

const analyser = new Analyser();
const sets = (code: string) =>
  analyser
    .analyse(code)
    .effects.filter(({ kind }) => kind === "control-write")
    .map(({ target, guess }) => [target, guess === true ? "likely" : "known"]);

describe("what is guessed from a name is likely", () => {
  it.each([
    [
      "a method of an object of an unknown package",
      'from obspy import read\nread("a").write("b.mseed")',
      undefined,
    ],
    ["a function of an unknown package", 'from labtools.ca import caput\ncaput("LAB:X", 1.5)', "LAB:X"],
    ["an attribute that is set", "from labtools import supply\nsupply().value = 3", undefined],
    [
      "a method of a class that inherits from an unknown one",
      "from labtools import Supply\nclass Mine(Supply):\n    def ramp(self, x):\n        self.put(x)\nMine('A').ramp(3)",
      undefined,
    ],
    [
      "the same by super()",
      "from labtools import Supply\nclass Mine(Supply):\n    def ramp(self, x):\n        super().put(x)\nMine('A').ramp(3)",
      undefined,
    ],
  ])("%s", (_, code, target) => {
    expect(sets(code)).toEqual([[target, "likely"]]);
  });
});

describe("what is known to drive devices is known", () => {
  it.each([
    ["a channel of a library", 'import epics\nepics.caput("LAB:X", 1)', "LAB:X"],
    [
      "a method that a class inherits from a package that drives hardware",
      "from haven import Undulator\nclass Mine(Undulator):\n    def go(self, e):\n        super().put(e)\nprint(Mine)",
      undefined,
    ],
    [
      "an attribute that a class inherits from an instrument",
      'from pymeasure.instruments.keithley import Keithley2400\nclass K(Keithley2400):\n    def on(self, v):\n        self.source_voltage = v\nK("G").on(4)',
      "*.source_voltage",
    ],
  ])("%s", (_, code, target) => {
    expect(sets(code)).toContainEqual([target, "known"]);
  });
});
