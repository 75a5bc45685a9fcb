import { expect, it, vi } from "vitest";
import { Slices } from "../../../src/approval/slices.ts";

/** Keeps the process from doing anything else for that long. */
function standStill(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

it("few values are handed over at once, in order", () => {
  const told: number[] = [];
  const slices = new Slices<number>((value) => told.push(value));
  slices.add([3, 1, 2]);
  expect(told).toEqual([3, 1, 2]);
});

it("of many, others have their turn in between, and each is handed over once", async () => {
  const told: number[] = [];
  let turns = 0;
  const slices = new Slices<number>((value) => {
    told.push(value);
    standStill(2);
  });
  const values = Array.from({ length: 30 }, (_, index) => index);
  slices.add(values);
  expect(told.length).toBeLessThan(5);
  slices.add(values.slice(20));
  const others = setInterval(() => (turns += 1), 0);
  await vi.waitFor(() => expect(told).toEqual(values));
  clearInterval(others);
  expect(turns).toBeGreaterThan(3);
});

it("what comes while one is handed over follows it, and nothing comes after the end", async () => {
  const told: number[] = [];
  const slices: Slices<number> = new Slices<number>((value) => {
    told.push(value);
    if (value < 3) slices.add([value + 1]);
    standStill(5);
  });
  slices.add([1]);
  expect(told).toEqual([1]);
  await vi.waitFor(() => expect(told).toEqual([1, 2, 3]));
  slices.add([7, 8]);
  slices.dispose();
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual([1, 2, 3, 7]);
});
