import { expect, it, vi } from "vitest";
import { Gathered } from "../../../src/editor/gathered.ts";

it("many changes are told together, each once, and later ones again", async () => {
  const told: (readonly number[])[] = [];
  const gathered = new Gathered<number>((values) => told.push(values));
  for (const value of [1, 2, 1, 3]) gathered.add(value);
  expect(told).toEqual([]);
  await vi.waitFor(() => expect(told).toEqual([[1, 2, 3]]));
  gathered.add(1);
  await vi.waitFor(() => expect(told).toEqual([[1, 2, 3], [1]]));
  gathered.dispose();
});
