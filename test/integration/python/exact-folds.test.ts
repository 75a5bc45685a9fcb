import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Analyser } from "../../../src/python/analysis/analyser.ts";

/** So many expressions of constants; others where `SEED` is set. */
const EXPRESSIONS = Number(process.env.PROGRAMS ?? 3000);
const SEED = process.env.SEED ?? "1";

interface Program {
  readonly code: string;
  /** The channel that it sets. */
  readonly ran: readonly [string];
}

function programs(): readonly Program[] {
  const script = join(import.meta.dirname, "random_folds.py");
  const output = execFileSync("python3", [script, String(EXPRESSIONS), SEED], { maxBuffer: 2 ** 30 });
  return output
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Program);
}

it("what an expression of constants is computed as is what CPython computes, or it is not known", () => {
  const analyser = new Analyser();
  const verdicts = programs().map(({ code, ran: [channel] }) => {
    const writes = analyser.analyse(code).effects.filter(({ kind }) => kind === "control-write");
    const isNamed = writes.some(({ target }) => target === channel);
    return {
      code,
      channel,
      writes,
      isNamed,
      isUnknown: writes.some(({ certainty }) => certainty !== "whole"),
    };
  });
  const wrong = verdicts.filter(({ isNamed, isUnknown }) => !isNamed && !isUnknown);
  expect(wrong.map(({ code, channel, writes }) => ({ code, channel, writes }))).toEqual([]);
  // To call everything unknown would be no finding.
  expect(verdicts.filter(({ isNamed }) => isNamed).length).toBeGreaterThan(EXPRESSIONS / 3);
}, 300_000);
