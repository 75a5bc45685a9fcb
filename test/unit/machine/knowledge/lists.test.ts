import { describe, expect, it } from "vitest";
import { listsOf, type Rule } from "../../../machine/knowledge/lists.ts";
import type { ClassNames, ModuleNames, PackageNames } from "../../../machine/knowledge/package-names.ts";

const classNames = (names: Partial<ClassNames>): ClassNames => ({
  ...{ bases: [], methods: [], attributes: [], settable: [] },
  ...names,
});
const moduleNames = (names: Partial<ModuleNames>): ModuleNames => ({
  ...{ functions: [], classes: {}, constants: [], takes: {}, gathers: [] },
  ...names,
});

/** A package as many are: everything is defined in hidden modules and taken from there. */
const names: PackageNames = {
  lab: moduleNames({ takes: { Supply: "lab._supply.Supply" }, gathers: ["lab.states"] }),
  "lab._base": moduleNames({ classes: { Base: classNames({ methods: ["read_all", "put"] }) } }),
  "lab._supply": moduleNames({
    takes: { Base: "lab._base.Base" },
    classes: { Supply: classNames({ bases: ["Base"], methods: ["ramp"], attributes: ["current"] }) },
  }),
  "lab.states": moduleNames({
    classes: { State: classNames({ bases: ["Enum"] }), LabError: classNames({ bases: ["RuntimeError"] }) },
    functions: ["name_of"],
    constants: ["ON", "default_state"],
  }),
};
const rules: readonly Rule[] = [
  { match: "lab\\.Supply", kind: "class", does: ["control-read"], gives: "itself", keeps: [0] },
  { match: "lab\\.Supply\\.read_.*", does: ["control-read"], channel: "self" },
  { match: "lab\\.Supply\\.\\w+", kind: "method", does: ["control-write"], channel: "self" },
  { match: "lab\\.Supply", kind: "members", is: "data", sets: ["control-write"] },
];

describe("the lists of a package", () => {
  const lists = listsOf(names, rules);
  const entry = (of: string, name: string) =>
    lists.entries.find((one) => one.of === of && one.names.split(" ").includes(name));

  it("call a thing by the shortest path that it is imported from, and leave hidden modules out", () => {
    expect(entry("lab", "Supply")).toMatchObject({ gives: "lab.Supply", keeps: [0] });
    expect(Object.keys(lists.types)).toEqual(["lab.Supply"]);
    expect(JSON.stringify(lists)).not.toContain("lab._");
  });

  it("count what a class inherits as its own, from hidden classes too", () => {
    expect(entry("lab.Supply", "read_all")?.does).toEqual(["control-read"]);
    expect(entry("lab.Supply", "put")?.does).toEqual(["control-write"]);
    expect(entry("lab.Supply", "ramp")?.does).toEqual(["control-write"]);
  });

  it("take the first rule that matches the whole path, for the names that it is for", () => {
    expect(entry("lab.Supply", "current")).toBeUndefined();
    expect(entry("lab.Supply", "*")).toMatchObject({ is: "data", sets: ["control-write"] });
  });

  it("know enumerations, exceptions and constants without a rule, and count what is left to others", () => {
    expect(lists.data).toEqual(["lab.LabError", "lab.State"]);
    expect(lists.aliases["lab.states.State"]).toBe("lab.State");
    expect(lists.modules).toEqual({ "lab.states": "ON" });
    expect(lists.unmatched).toBe(1);
  });
});
