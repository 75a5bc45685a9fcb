import { expect, it } from "vitest";
import { atMost, atMostTimes, timesFaster, toRow, toTable } from "../../bench/rows.ts";

const cell = { name: "warm-cell", unit: "ms", ours: [4, 6, 5] };
const peer = (...values: readonly number[]) => ({ name: "ZeroMQ", values });

it("is one JSON object with the documented fields in their order", () => {
  const row = toRow({ ...cell, peer: peer(4, 4, 4), goal: atMostTimes(1.5) });
  expect(JSON.stringify(row)).toBe(
    '{"name":"warm-cell","ours":5,"peer":4,"peerName":"ZeroMQ","ratio":1.25,"unit":"ms","goal":"≤ 1.5 × peer","holds":true,"samples":3}',
  );
});

it("has null where there is no peer", () => {
  const row = toRow({ ...cell, goal: atMost(60, "ms") });
  expect(row).toMatchObject({ peer: null, peerName: null, ratio: null, goal: "≤ 60 ms", holds: true });
});

it("holds a goal up to its limit and not beyond", () => {
  const holds = (goal: Parameters<typeof toRow>[0]["goal"], ...values: readonly number[]) =>
    toRow({ ...cell, peer: peer(...values), goal }).holds;
  expect([holds(atMostTimes(1.25), 4), holds(atMostTimes(1.25), 3.999)]).toEqual([true, false]);
  expect([holds(timesFaster(10), 50), holds(timesFaster(10), 49.9)]).toEqual([true, false]);
  expect([holds(atMost(5, "ms"), 1), holds(atMost(4.999, "ms"), 1)]).toEqual([true, false]);
});

it("decides on what was measured, not on what rounding left of it", () => {
  const row = toRow({ ...cell, ours: [60.04], goal: atMost(60, "ms") });
  expect([row.ours, row.holds]).toEqual([60, false]);
});

it("does not hold a goal about a peer that was not measured", () => {
  expect(toRow({ ...cell, goal: atMostTimes(1.5) }).holds).toBe(false);
  expect(toRow({ ...cell, goal: timesFaster(9) }).holds).toBe(false);
});

it("prints columns that begin below their titles", () => {
  const rows = [
    toRow({ ...cell, peer: peer(40), goal: timesFaster(9) }),
    toRow({ name: "size", unit: "KB", ours: [280], goal: atMost(200, "KB") }),
  ];
  const [titles, first, second, ...more] = toTable(rows).split("\n");
  expect(more).toEqual([]);
  for (const title of ["bench", "ours", "peer", "ratio", "unit", "goal"]) {
    const column = titles!.indexOf(title);
    for (const line of [first!, second!]) expect(line.slice(column - 2, column + 1)).toMatch(/^ {2}\S/);
  }
  expect([first![0], second![0]]).toEqual(["✗", "✗"]);
});
