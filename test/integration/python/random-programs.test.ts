import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { EffectKind } from "../../../src/approval/assessment.ts";
import { Analyser } from "../../../src/python/analysis/analyser.ts";

/** So many that pass names on, as many that write values into what holds them, and a quarter as many that use what holds names; others where `SEED` is set. */
const PROGRAMS = Number(process.env.PROGRAMS ?? 700);
const SEED = process.env.SEED ?? "1";

interface Program {
  readonly code: string;
  /** The marks that were really set as channels, and those of opened files behind `file:`. */
  readonly ran: readonly string[];
}

function programs(kind: "names" | "holders" | "values", count: number): readonly Program[] {
  const script = join(import.meta.dirname, "random_programs.py");
  const output = execFileSync("python3", [script, kind, String(count), SEED], { maxBuffer: 2 ** 30 });
  return output
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Program);
}

/** The channels of the control writes that are found, or the written files; undefined where one is not known. */
function writtenTo(
  analyser: Analyser,
  code: string,
  effect: EffectKind = "control-write",
): ReadonlySet<string | undefined> {
  const { effects } = analyser.analyse(code);
  return new Set(effects.filter(({ kind }) => kind === effect).map(({ target }) => target));
}

/** The channel or file, and the effect that must name it. */
function toldBy(mark: string): { readonly target: string; readonly effect: EffectKind } {
  return mark.startsWith("file:")
    ? { target: mark.slice("file:".length), effect: "writes-files" }
    : { target: mark, effect: "control-write" };
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

  it("is found by what it was, or as not known, whatever had been written into what held it", () => {
    const all = programs("values", PROGRAMS).flatMap(({ code, ran }) =>
      ran.map((mark) => {
        const { target, effect } = toldBy(mark);
        const found = writtenTo(analyser, code, effect);
        return { mark, code, isNamed: found.has(target), isFound: found.has(target) || found.has(undefined) };
      }),
    );
    const missed = all.filter(({ isFound }) => !isFound).map(({ mark, code }) => `${mark} in\n${code}`);
    expect(missed).toEqual([]);
    expect(all.length).toBeGreaterThan(PROGRAMS);
    // To call everything unknown would be no finding.
    expect(all.filter(({ isNamed }) => isNamed).length).toBeGreaterThan(all.length / 2);
  }, 600_000);
});
