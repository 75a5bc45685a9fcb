import { describe, expect, it } from "vitest";
import { rewritten, type SourcedDomain } from "../../../machine/knowledge/domain.ts";

const domain: SourcedDomain = {
  ...{ domain: "lab", about: "A laboratory", ownMethods: true },
  source: { module: "lab", package: "lab", version: "1.0" },
  rules: [{ match: "lab\\.read", does: ["control-read"], channel: [0] }],
  additions: { others: { lab: { does: ["control-write"] } }, aliases: { pylab2: "lab" } },
};
const names = { functions: ["read", "set"], classes: {}, constants: [], takes: {}, gathers: [] };

describe("a domain that is made anew", () => {
  const { made, unmatched } = rewritten(domain, { lab: names });

  it("has the names of the package, and what is said by hand besides", () => {
    expect(made.entries).toEqual([{ of: "lab", names: "read", channel: [0], does: ["control-read"] }]);
    expect(made.others).toEqual({ lab: { does: ["control-write"] } });
    expect(made.aliases).toEqual({ pylab2: "lab" });
    expect(unmatched).toBe(1);
  });

  it("is the same again from the same names, and loses what the package no longer has", () => {
    expect(rewritten(made, { lab: names }).made).toEqual(made);
    expect(rewritten(made, { lab: { ...names, functions: [] } }).made.entries).toEqual([]);
  });
});
