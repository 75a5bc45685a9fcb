import { expect, it } from "vitest";
import { Analyser } from "../../../../src/python/analysis/analyser.ts";
import { putsInWords, putsOf, type Puts } from "../../../../src/python/control/allowed-puts.ts";

const analyser = new Analyser();

function allowed(code: string): Puts {
  return putsOf(analyser.analyse(`import epics\n${code}`).effects);
}

it.each<[string, Puts]>([
  ['epics.caget("A")', "none"],
  ['epics.caput("A", 2.5)', [{ channel: "A", value: 2.5 }]],
  ['epics.PV("A").put("on", wait=True)', [{ channel: "A", value: "on" }]],
  ['epics.PV("A").value = True', [{ channel: "A", value: 1 }]],
  ['epics.caput("A", [1, 2.5])', [{ channel: "A", value: [1, 2.5] }]],
  [
    'for v in (1, 2): epics.caput("A", v)',
    [
      { channel: "A", value: 1 },
      { channel: "A", value: 2 },
    ],
  ],
  ['epics.caput("A", epics.caget("B") + 1)', [{ channel: "A", value: null }]],
  ['epics.caput("A", "1 or 2")', [{ channel: "A", value: "1 or 2" }]],
  [
    'epics.caput("A", 1)\nepics.caput("B.DRVH", 3)',
    [
      { channel: "A", value: 1 },
      { channel: "B.DRVH", value: 3 },
    ],
  ],
])("what is known exactly is all that may be put: %s", (code, puts) => {
  expect(allowed(code)).toEqual(puts);
});

it.each([
  ["epics.caput(input(), 1)", "a channel that is not known"],
  ['epics.caput("A", 1)\nepics.caput(f"B{len(open("data/x").read())}", 1)', "a pattern beside a known one"],
  ['epics.caput_many(["A", "B"], [1, 2])', "values that belong to one channel each"],
  ['epics.Motor("M").move(3)', "an object that puts to fields of its own"],
  [
    `for c in [${Array.from({ length: 40 }, (_, n) => `"C${n}"`).join()}]: epics.caput(c, 1)`,
    "too many to name",
  ],
])("any channel may be set where one write is not known exactly: %s (%s)", (code) => {
  expect(allowed(code)).toBe("any");
});

it("says what passes, and that anything does where that is so", () => {
  expect(putsInWords("none")).toBe("every put is refused");
  expect(putsInWords("any")).toMatch(/^any channel may be set while this runs/);
  const many = Array.from({ length: 7 }, (_, n) => ({ channel: `C${n}`, value: n === 0 ? null : [n] }));
  expect(putsInWords(many)).toBe(
    "while this runs only these puts pass, and each is recorded: C0 = any value, C1 = [1], C2 = [2], C3 = [3], C4 = [4], 2 more that the code names",
  );
});
