import { describe, expect, it } from "vitest";
import { toOutput } from "../../../../src/python/kernel/messages.ts";

describe("a display of more formats than anything has", () => {
  it("is taken with the first of them and those that are shown; the others are counted", () => {
    const many = Array.from({ length: 200_000 }, (_, n) => [`text/x-${n}`, "x"] as const);
    const data = Object.fromEntries([...many, ["text/plain", "shown"], ["image/png", "AA=="]]);
    const output = toOutput({ type: "display_data", content: { data } });
    expect(output).toMatchObject({ type: "display", formatsLeftOut: 199_968 });
    const taken = output?.type === "display" ? Object.keys(output.data) : [];
    expect(taken.slice(0, 2)).toEqual(["text/x-0", "text/x-1"]);
    expect(taken.slice(-3)).toEqual(["text/x-31", "text/plain", "image/png"]);
  });

  it("is taken whole where it has no more than rich ones have", () => {
    const data = { "text/plain": "x", "text/html": "<b>x</b>", "application/json": [1] };
    expect(toOutput({ type: "execute_result", content: { data, execution_count: 1 } })).toEqual({
      type: "display",
      data,
      executionCount: 1,
    });
  });
});
