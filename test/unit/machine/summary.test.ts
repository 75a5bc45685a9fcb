import { expect, it } from "vitest";
import type { Part } from "../../machine/parts.ts";
import { summarise, type LeftOut, type SuiteResult } from "../../machine/summary.ts";

const PASSED: SuiteResult = {
  name: "unit",
  counts: { passed: 12, failed: 0, skipped: 0 },
  seconds: 3,
};
const ENGINE: Part = {
  name: "a container engine",
  byHand: "install Docker or Podman",
  neededFor: "running Python in containers",
  ready: () => Promise.resolve(false),
  ensure: () => Promise.resolve(),
};
const LEFT_OUT: LeftOut = {
  name: "integration",
  missing: { part: ENGINE, reason: "installing one needs root" },
};

it("says in one line each what was left out, why, and what would do", () => {
  const { text, failed } = summarise([PASSED], [LEFT_OUT], false);
  expect(text.split("\n")).toEqual([
    "unit: 12 passed, 0 failed (3 s)",
    "integration: left out for want of a container engine: installing one needs root; install Docker or Podman.",
    "",
    "12 passed, 0 failed",
  ]);
  expect(failed).toBe(false);
});

it("fails for a missing part where nothing may be left out", () => {
  const { text, failed } = summarise([PASSED], [LEFT_OUT], true);
  expect(text).toMatch(/\n12 passed, 1 failed$/);
  expect(failed).toBe(true);
});

it("fails where nothing passed, and where one failed", () => {
  expect(summarise([], [LEFT_OUT], false).failed).toBe(true);
  const broken = { ...PASSED, counts: { passed: 11, failed: 1, skipped: 0 } };
  expect(summarise([PASSED, broken], [], false)).toMatchObject({ failed: true });
});
