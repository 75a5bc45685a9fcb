import { describe, expect, it } from "vitest";
import { Analyser } from "../../../../src/python/analysis/analyser.ts";

const analyser = new Analyser();

/** The channels that are set, and whether each is all of its name. */
function channels(expression: string): readonly string[] {
  const { effects } = analyser.analyse(`import base64, codecs, epics\nepics.caput(${expression}, 1)\n`);
  return effects
    .filter(({ kind }) => kind === "control-write")
    .map(({ target = "any", certainty }) => (certainty === "whole" ? target : `${target}?`))
    .sort();
}

/** As CPython 3.11 computes them. */
const COMPUTED: readonly (readonly [string, string])[] = [
  ['"N" + str(2.0)', "N2.0"],
  ['"N" + str(1e16)', "N1e+16"],
  ['"N" + str(123456789012345.0)', "N123456789012345.0"],
  ['"N" + str(0.00001)', "N1e-05"],
  ['"N" + str(0.1 + 0.2)', "N0.30000000000000004"],
  ['"N" + str(6 / 3)', "N2.0"],
  ['"N" + str(-7 // 2)', "N-4"],
  ['"N" + str(-7 % 3)', "N2"],
  ['"N" + str(~5)', "N-6"],
  ['"N" + str(~2**40)', "N-1099511627777"],
  ['"N" + hex(-255)', "N-0xff"],
  ['"N" + str(int(" 12\\n"))', "N12"],
  ['"N" + str(int("ff", 16))', "N255"],
  ['"it\'s a1b".title()', "It'S A1B"],
  ['"a\\nb\\n".splitlines()[-1]', "b"],
  ['" a  b ".split()[0]', "a"],
  ['"SR:MAG"[-3:]', "MAG"],
  ["f'{{SR}}:{1}'", "{SR}:1"],
  ["'%s-%d' % ('SR', 3)", "SR-3"],
  ["'{:s}{}'.format('SR', 2)", "SR2"],
  ["'SR' 'é'", "SRé"],
  ["'SR:' + 'é'", "SR:é"],
  ["base64.b64decode('U1I6TUFH').decode()", "SR:MAG"],
  ["codecs.decode('FE:ZNT', 'rot13')", "SR:MAG"],
];

/** What is not computed here, whatever it is. */
const NOT_KNOWN = [
  '"N" + str(2**53)',
  '"N" + str(12345678901234567890)',
  '"N" + str(2.0 ** 0.5)',
  '"é".upper()',
  '"N" + str(len("é"))',
  '"SRé"[2:]',
  '"N" + str(int("٣"))',
  '"5".zfill(3)',
  '"a\\tb".expandtabs()',
  '"SR".center(8)',
  '"a-b-c".replace("-", "", 1)',
  "f'{3:03d}'",
  "f'{\"SR\":>8}'",
  "f'{\"SR\"!r}'",
  "'%-5s|' % 'SR'",
  "'{:{}}'.format('SR', 5)",
  "str(b'SR')",
  "b'\\xe9'.decode('cp1252')",
  "'SR'.encode('utf-16').decode('latin-1')",
  '"SRé".encode(input()).decode("latin-1")',
  'bytes("SRé", input()).decode("latin-1")',
  "'\\N{GREEK SMALL LETTER ALPHA}SR'",
  "'\\ud83d'",
  "base64.b64decode('U1I6TUF!H').decode()",
];

describe("what constants are made into", () => {
  it.each(COMPUTED)("is %s known where it is certain", (expression, name) => {
    expect(channels(expression)).toEqual([name]);
  });

  it.each(NOT_KNOWN)("is %s not known where it is not", (expression) => {
    const found = channels(expression);
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((name) => name.endsWith("?"))).toBe(true);
  });

  it("is no place in a list that is not certain: whatever is in it may be meant", () => {
    expect(channels('["SR:MAG:I", "SR:SAFE"][len("😀") - 1]')).toEqual(["SR:MAG:I", "SR:SAFE"]);
    expect(channels('["SR:MAG:I", "SR:SAFE"][len("a") - 1]')).toEqual(["SR:MAG:I"]);
  });

  it("is no function in a list that is picked unseen", () => {
    const code = 'import os\n[print, os.system]["😀".index("\\U0001F600") + len("😀") - 1]("ls")\n';
    expect(analyser.analyse(code).effects.map(({ kind }) => kind)).toContain("process");
  });

  it("asks for memory that is too much also where the number is too large to be exact", () => {
    const { effects } = analyser.analyse("import numpy as np\nnp.zeros(10**18)\n");
    expect(effects.map(({ kind }) => kind)).toContain("exhausts");
  });
});
