import { describe, expect, it } from "vitest";
import type { Judgement, Policy } from "../../../src/approval/policy.ts";
import { StrictestPolicy } from "../../../src/approval/strictest-policy.ts";
import { assessmentOf, note } from "./bench.ts";

const says = (judgement: Judgement): Policy => ({ judge: () => judgement });
const allow: Judgement = { verdict: "allow", reason: "a" };
const ask: Judgement = { verdict: "ask", reason: "b" };
const granted: Judgement = { verdict: "ask", reason: "c", grantable: true };
const refuse: Judgement = { verdict: "refuse", reason: "d" };

function judged(own: Judgement, ...others: Policy[]): Judgement {
  return new StrictestPolicy(says(own), others).judge(note("x"), assessmentOf("x"));
}

describe("several policies", () => {
  it.each([
    [allow, [], allow],
    [allow, [ask], ask],
    [ask, [allow], ask],
    [ask, [allow, refuse], refuse],
    [refuse, [allow, ask], refuse],
    [granted, [ask], ask],
    [granted, [granted, allow], granted],
    [ask, [granted], ask],
  ] as const)("are as strict as the strictest: %j and %j", (own, others, expected) => {
    expect(judged(own, ...others.map(says))).toEqual(expected);
  });

  it("ask where one of them fails, and refuse where it fails beside one that does", () => {
    const failing: Policy = {
      judge: () => {
        throw new Error("broken");
      },
    };
    expect(judged(allow, failing)).toMatchObject({
      verdict: "ask",
      reason: expect.stringContaining("failed") as string,
    });
    expect(judged(granted, failing).grantable).toBeUndefined();
    expect(judged(refuse, failing)).toEqual(refuse);
  });
});
