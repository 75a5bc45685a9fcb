import { describe, expect, it } from "vitest";
import type { Comparison } from "../../../src/approval/comparison.ts";
import {
  changesInWords,
  changesOf,
  comparisonTitle,
  linesChanged,
} from "../../../src/editor/comparison-text.ts";
import { request } from "./example-requests.ts";

const NOW = Date.UTC(2026, 0, 2, 13);
const SAME: Comparison = {
  earlier: request(),
  since: "attempt",
  before: "a\nb\n",
  now: "a\nb\n",
  gained: [],
  lost: [],
  world: [],
};

describe("what is different since the last time", () => {
  it("names effects first, then the world, then the code", () => {
    const effect = (summary: string) => ({ kind: "network" as const, ordinary: false, summary });
    const comparison: Comparison = {
      ...SAME,
      now: "a\nc\n",
      gained: [effect("reaches example.org")],
      lost: [effect("reads a.csv")],
      world: ["the image was rebuilt or replaced"],
    };
    expect(changesOf(comparison).map(({ kind, text }) => [kind, text])).toEqual([
      ["gained", "now reaches example.org"],
      ["lost", "no longer reads a.csv"],
      ["other", "the image was rebuilt or replaced"],
      ["other", "1 line of the code changed"],
    ]);
  });

  it("says so where nothing is", () => {
    expect(changesInWords(SAME)).toBe("nothing changed");
    expect(changesInWords({ ...SAME, now: "b\na\n" })).toBe("the order of its lines changed");
    expect(comparisonTitle(SAME, NOW)).toBe("Since the attempt before");
    expect(comparisonTitle({ ...SAME, since: "approved" }, NOW)).toMatch(/^Since it was last approved, at /);
  });

  it.each([
    ["a\nb\nc", "a\nb\nc", 0],
    ["a\nb\nc", "a\nx\nc", 1],
    ["a\nb\nc", "a\nc", 1],
    ["a\nc", "a\nb\nc\nd", 2],
    ["", "a\nb", 2],
    ["a\nb", "b\na", 0],
    ["a\na\nb", "a\nb", 1],
  ])("counts the lines that a comparison would mark: case %#", (before, now, count) => {
    expect(linesChanged({ before, now })).toBe(count);
  });
});
