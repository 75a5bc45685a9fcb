import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Analyser } from "../../../src/python/analysis/analyser.ts";

/** So many that pass names on, and a quarter as many that use what holds them; others where `SEED` is set. */
const PROGRAMS = Number(process.env.PROGRAMS ?? 700);
const SEED = process.env.SEED ?? "1";

interface Program {
  readonly code: string;
  /** The marks that `epics.caput` was really called with. */
  readonly ran: readonly string[];
}

function programs(kind: "names" | "holders", count: number): readonly Program[] {
  const script = join(import.meta.dirname, "random_programs.py");
  const output = execFileSync("python3", [script, kind, String(count), SEED], { maxBuffer: 2 ** 30 });
  return output
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Program);
}

/** The channels of the control writes that are found; undefined where one is not known. */
function writtenTo(analyser: Analyser, code: string): ReadonlySet<string | undefined> {
  const { effects } = analyser.analyse(code);
  return new Set(effects.filter(({ kind }) => kind === "control-write").map(({ target }) => target));
}

describe("what random programs write when CPython runs them", () => {
  const analyser = new Analyser();

  it("is found by its channel, whatever names it went through", () => {
    const all = programs("names", PROGRAMS);
    const missed = all.flatMap(({ code, ran }) => {
      const found = writtenTo(analyser, code);
      return ran.filter((mark) => !found.has(mark)).map((mark) => `${mark} in\n${code}`);
    });
    expect(missed).toEqual([]);
    expect(all.flatMap(({ ran }) => ran).length).toBeGreaterThan(PROGRAMS / 4);
  }, 600_000);

  it("is found, whatever held it", () => {
    const all = programs("holders", PROGRAMS / 4);
    const missed = all.flatMap(({ code, ran }) => {
      const found = writtenTo(analyser, code);
      return ran
        .filter((mark) => !found.has(mark) && !found.has(undefined))
        .map((mark) => `${mark} in\n${code}`);
    });
    expect(missed).toEqual([]);
    expect(all.flatMap(({ ran }) => ran).length).toBeGreaterThan(PROGRAMS / 16);
  }, 600_000);
});
