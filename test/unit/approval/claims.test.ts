import { expect, it } from "vitest";
import { bench, claimsOf } from "./support.ts";

const lost = expect.objectContaining({ code: "claim-lost" }) as Error;

it("one taker gets the claim, every other one nothing", async () => {
  const made = bench();
  const id = await made.approved();
  const takers = Array.from({ length: 5 }, () => claimsOf(made));
  expect(takers.map((claims) => claims.take(id)).filter((held) => held !== undefined)).toHaveLength(1);
});

it("the old owner of a reclaimed claim cannot start, the new one can, once", async () => {
  const made = bench();
  const id = await made.approved();
  const [old, next] = [claimsOf(made), claimsOf(made)];
  const before = old.take(id)!;
  expect(next.reclaim(id, before.token)).toBe(true);
  expect(() => before.claim.start()).toThrow(lost);
  const after = next.take(id)!;
  expect(() => before.claim.start()).toThrow(lost);
  after.claim.start();
  expect(() => after.claim.start()).toThrow(lost);
  expect(made.types(id)).toEqual(["requested", "decided", "claimed", "reclaimed", "claimed", "started"]);
});

it("what was started is never reclaimed", async () => {
  const made = bench();
  const id = await made.approved();
  const claims = claimsOf(made);
  const held = claims.take(id)!;
  held.claim.start();
  expect(claims.reclaim(id, held.token)).toBe(false);
  expect(claims.take(id)).toBeUndefined();
});

it("a claim counts as abandoned when its own process is done with it, not before", async () => {
  const made = bench();
  const id = await made.approved();
  const claims = claimsOf(made);
  const { token } = claims.take(id)!;
  expect(claims.abandoned(id)).toBeUndefined();
  claims.release(token);
  expect(claims.abandoned(id)).toBe(token);
});

it("nothing expired can be claimed, even if nobody noted yet that it is", async () => {
  const made = bench({ lifetimes: () => ({ any: 1000, controlWrite: 1000 }) });
  const id = await made.approved();
  made.clock.time += 1000;
  expect(claimsOf(made).take(id)).toBeUndefined();
});
