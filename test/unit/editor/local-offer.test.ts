import { describe, expect, it } from "vitest";
import { localOffer } from "../../../src/editor/local-offer.ts";

describe("the offer to run without isolation", () => {
  it("says that no engine answers only where none does", () => {
    expect(localOffer(true)).toContain("No container engine answers.");
    expect(localOffer(false)).not.toContain("No container engine");
  });

  it("says what it holds for, and promises of control systems only what is kept", () => {
    expect(localOffer(true)).toContain("in all your workspaces");
    expect(localOffer(true)).toContain("A write that is not recognised is not held back.");
    expect(localOffer(true)).not.toContain("never");
  });
});
