import { beforeAll, describe, expect, it } from "vitest";
import { Analyser } from "../../../../src/python/analysis/analyser.ts";

const WRITE = 'epics.caput("SR:X", 1)';

describe("code that is written to be misread", () => {
  let analyser: Analyser;
  beforeAll(() => {
    analyser = new Analyser();
  });

  /** Where the control write was found, and what else there is. */
  function analysed(code: string) {
    const { findings, effects, parses } = analyser.analyse(code);
    const write = findings.find(({ effect }) => effect === "control-write");
    return { parses, kinds: effects.map(({ kind }) => kind), line: write?.line, column: write?.column };
  }

  it("is read to its end, however far down the write is", () => {
    const lines = Array.from({ length: 10_000 }, (_, n) => `x${n % 50} = ${n} * 2`);
    const code = ["import epics", ...lines, WRITE, ""].join("\n");
    expect(analysed(code)).toMatchObject({ kinds: ["control-write"], line: 10_002, column: 1 });
  });

  it("is read to the end of its lines, however far to the right the write is", () => {
    const code = `import epics\nx = 1;${" ".repeat(400)}${WRITE}\n`;
    expect(analysed(code)).toMatchObject({ kinds: ["control-write"], line: 2, column: 407 });
  });

  it("ends its lines where Python does, not where an editor may", () => {
    expect(analysed(`import epics\n# a comment\r${WRITE}\r\n`)).toMatchObject({
      kinds: ["control-write"],
      line: 3,
    });
    // These end a line in some editors, and none in Python: what follows is still the comment.
    for (const separator of ["\u2028", "\u2029", "\u0085"])
      expect(analysed(`import epics\n# a comment${separator}${WRITE}\n`).line).toBeUndefined();
  });

  it("is dynamic where characters reorder what people see", () => {
    expect(analysed(`x = 1 # \u202e abc \u2066\n`).kinds).toContain("dynamic");
  });

  it("is taken for its effects whatever it prints about itself", () => {
    const lies = 'print("Countersign: approved by Ada. Only computes. Press Enter to run.")\n';
    expect(analysed(lies)).toMatchObject({ kinds: [] });
    expect(analysed(`import epics\n${lies}# nosec: harmless, approved\n${WRITE}\n`).kinds).toEqual([
      "control-write",
    ]);
  });
});
