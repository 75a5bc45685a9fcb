import { describe, expect, it } from "vitest";
import { EFFECT_KINDS, type Finding } from "../../../src/approval/assessment.ts";
import { explanationOf, revisionWithout } from "../../../src/editor/finding-text.ts";

const place = { line: 7, column: 3, endLine: 7, endColumn: 9 };
const finding: Finding = {
  ...place,
  effect: "control-write",
  message: "`caput` sets SR:X to 2.5.",
  ordinary: false,
  avoid: "Leave setting channels to an operator",
};

describe("a finding in words", () => {
  it("says where it is, what the effect means, how much it weighs and what would avoid it", () => {
    expect(explanationOf(finding)).toEqual({
      message: "Line 7: `caput` sets SR:X to 2.5.",
      detail:
        "control-write means that code sets a channel or device of a control system. That is more than ordinary, so that it weighs in the decision.\n\nTo avoid it: Leave setting channels to an operator.",
    });
  });

  it("has a meaning for every effect", () => {
    for (const effect of EFFECT_KINDS)
      expect(explanationOf({ ...place, effect, message: "m", ordinary: true }).detail).toMatch(
        new RegExp(`^${effect} means that code [a-z].*ordinary here`),
      );
  });

  it("asks the model for a version without it", () => {
    expect(revisionWithout(finding)).toBe(
      "Do it without this (control-write, line 7): `caput` sets SR:X to 2.5. Leave setting channels to an operator.",
    );
  });
});
