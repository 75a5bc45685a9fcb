import { expect, it } from "vitest";
import { OneAtATime } from "../../../src/editor/views/one-at-a-time.ts";

/** Work whose rounds end when the test says so. */
function rounds() {
  const begun: PromiseWithResolvers<undefined>[] = [];
  const work = new OneAtATime(() => {
    const round = Promise.withResolvers<undefined>();
    begun.push(round);
    return round.promise.then(() => undefined);
  });
  return { begun, work };
}

it("asked while it works, does one more round, however many ask", async () => {
  const { begun, work } = rounds();
  const first = work.run();
  const later = [work.run(), work.run()];
  expect(begun).toHaveLength(1);
  begun[0]!.resolve(undefined);
  await first;
  await expect.poll(() => begun.length).toBe(2);
  const last = work.run();
  begun[1]!.resolve(undefined);
  await Promise.all(later);
  await expect.poll(() => begun.length).toBe(3);
  begun[2]!.resolve(undefined);
  await last;
  expect(begun).toHaveLength(3);
});

it("goes on after a round that failed, and tells only those who asked for that one", async () => {
  const { begun, work } = rounds();
  const first = work.run();
  const second = work.run();
  begun[0]!.reject(new Error("away"));
  await expect(first).rejects.toThrow("away");
  await expect.poll(() => begun.length).toBe(2);
  begun[1]!.resolve(undefined);
  await expect(second).resolves.toBeUndefined();
});
