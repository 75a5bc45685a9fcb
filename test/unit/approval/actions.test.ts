import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, hashAction, type Json } from "../../../src/approval/actions.ts";

/** The same value with the members of every object in another order. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value as Record<string, Json>).reverse();
  return Object.fromEntries(members.map(([key, member]) => [key, reversed(member)]));
}

const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
const action = (payload: Json) => ({ kind: "note", version: 1, subject: "s", payload });

describe("canonical JSON", () => {
  it("and the hash of an action do not depend on the order of keys", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
        expect(hashAction(action(reversed(value)))).toBe(hashAction(action(value)));
      }),
    );
  });

  it("is JSON that reads back as the same value and is canonical again", () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.stringify(JSON.parse(text))).toHaveLength(text.length);
      }),
    );
  });

  it("gives different actions different hashes", () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        fc.pre(canonicalJson(a) !== canonicalJson(b));
        expect(hashAction(action(a))).not.toBe(hashAction(action(b)));
      }),
    );
  });

  it.each([
    ["undefined", { a: undefined }],
    ["NaN", { a: Number.NaN }],
    ["a function", { a: () => 1 }],
    ["a date, which would be hashed as {}", { a: new Date(0) }],
    ["a map, which would be hashed as {}", { a: new Map([["b", 1]]) }],
    ["a hole in an array", { a: new Array<number>(1) }],
    ["a BigInt", { a: 1n }],
  ])("refuses %s", (_name, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it("sorts keys by code unit as RFC 8785 does", () => {
    expect(canonicalJson({ "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6 })).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"€":1,"😀":5,"\ufb33":3}',
    );
  });
});
