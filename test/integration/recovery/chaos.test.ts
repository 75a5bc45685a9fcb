import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Chaos } from "../../chaos/chaos.ts";
import { POINTS } from "../../chaos/points.ts";

let chaos: Chaos;

beforeAll(async () => {
  chaos = await Chaos.open();
});

afterAll(async () => {
  expect(await chaos.ledgerHolds()).toBe(true);
  await chaos.dispose();
});

/** The short form of `npm run chaos`. */
describe("a run whose window is killed", () => {
  it.each(POINTS)("when it is %s ran exactly once, and the next window knows how it ended", async (point) => {
    expect(await chaos.kill(point)).toEqual({
      point,
      state: "finished",
      ran: 1,
      printed: "counted\n",
    });
  });

  it("is left to a window that is only stopped", async () => {
    expect(await chaos.stop()).toEqual({ taken: 0, state: "finished", ran: 1 });
  });
});
