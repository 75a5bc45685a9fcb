import { expect, it } from "vitest";
import { median, p95, ratio, rounded } from "../../bench/statistics.ts";

it("takes the middle of an odd count and between the two in the middle of an even one, whatever their order", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 1, 2, 9])).toBe(5.5);
  expect(median([7])).toBe(7);
});

it("sorts by value, not by text, and leaves the samples as they were", () => {
  const samples = [100, 20, 3];
  expect(median(samples)).toBe(20);
  expect(samples).toEqual([100, 20, 3]);
});

it("has no median of nothing", () => {
  expect(() => median([])).toThrow();
});

it("takes what 95 of 100 values are at most", () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
  expect(p95(hundred)).toBe(95);
  expect(p95([3, 1, 2])).toBe(3);
  expect(() => p95([])).toThrow();
});

it("divides ours by the peer's", () => {
  expect(ratio(3, 2)).toBe(1.5);
  expect(ratio(5, 50)).toBe(0.1);
});

it("keeps three digits that count", () => {
  expect([4.8765, 0.123456, 280_123, 0].map(rounded)).toEqual([4.88, 0.123, 280_000, 0]);
});
