import { expect, it } from "vitest";
import { differingPaths } from "../../../src/approval/difference.ts";

it("names where two values differ", () => {
  const approved = { code: "1", place: { image: "a", id: null }, inputs: [{ digest: "x" }, { digest: "y" }] };
  const observed = { code: "1", place: { image: "a", id: "b" }, inputs: [{ digest: "x" }, { digest: "z" }] };
  expect(differingPaths(approved, observed)).toEqual(["place.id", "inputs[1].digest"]);
});

it("names what was added, removed and what became something else", () => {
  expect(differingPaths({ a: 1, b: [1] }, { b: { 0: 1 }, c: 1 })).toEqual(["a", "b", "c"]);
  expect(differingPaths(1, 2)).toEqual(["everything"]);
});

it("names a few where many differ", () => {
  const many = (n: number) => Array.from({ length: 100 }, () => n);
  expect(differingPaths(many(1), many(2))).toHaveLength(5);
});
