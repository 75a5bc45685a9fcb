import { expect, it } from "vitest";
import { locked, longestPause, TURN } from "../storage/lock-holder.ts";
import { bench, context, never, note } from "./support.ts";

/** As long as this many turns of the clock the other process holds the database. */
const TURNS = 150;

it("held by another process, what is asked waits and the rest goes on; then each is done, once", async () => {
  const made = bench();
  const approved = await made.approved("approved");
  const drafted = (await made.asked("drafted")).id;
  const declined = (await made.asked("declined")).id;
  const unwanted = (await made.asked("unwanted")).id;
  const decided = (await made.asked("decided")).id;
  const { proof } = await made.inbox.show(decided, never);
  const release = await locked(made.database.path);
  const before = performance.now();
  const pause = longestPause(TURNS);
  made.inbox.saveDraft(drafted, "my edit");
  made.inbox.withdraw(unwanted, "not needed");
  const asked = [
    made.inbox.perform(approved, never),
    made.inbox.request(note("new"), "new", context),
    made.inbox.decide(decided, { verdict: "approve" }, proof),
    made.inbox.decline(declined, { verdict: "reject" }),
  ];
  const longest = await pause;
  const held = performance.now() - before;
  expect(made.kind.done).toEqual([]);
  await release();
  await Promise.all(asked);
  expect(made.kind.done).toEqual(["approved"]);
  expect(made.types(approved)).toEqual(["requested", "decided", "claimed", "started", "outcome"]);
  expect(made.inbox.findByKey("new")?.state).toBe("requested");
  expect(made.inbox.get(decided).state).toBe("approved");
  expect(made.types(decided)).toEqual(["requested", "decided"]);
  expect(made.inbox.get(declined).state).toBe("rejected");
  await expect.poll(() => made.inbox.get(drafted).draft).toBe("my edit");
  await expect.poll(() => made.inbox.get(unwanted).state).toBe("withdrawn");
  expect(held).toBeGreaterThan(TURNS * TURN * 0.9);
  // A host that waited would have stood still for as long as it was held.
  expect(longest).toBeLessThan(held / 4);
});

it("held for longer than anybody waits, it is said as such, and nothing is lost", async () => {
  const made = bench({ patience: 50 });
  const approved = await made.approved("approved");
  const waiting = (await made.asked("waiting")).id;
  const { proof } = await made.inbox.show(waiting, never);
  const release = await locked(made.database.path);
  const asked = [
    made.inbox.perform(approved, never),
    made.inbox.request(note("new"), "new", context),
    made.inbox.decide(waiting, { verdict: "approve" }, proof),
  ];
  for (const one of await Promise.allSettled(asked))
    expect(one).toMatchObject({ status: "rejected", reason: { code: "database-locked" } });
  await release();
  expect(made.inbox.get(approved).state).toBe("approved");
  expect(made.inbox.get(waiting).state).toBe("requested");
  await made.inbox.perform(approved, never);
  expect(made.kind.done).toEqual(["approved"]);
});

it("held between the claim and the start, the act waits for it and the rest goes on", async () => {
  const made = bench();
  const approved = await made.approved("approved");
  let [longest, held] = [Infinity, 0];
  made.kind.perform = async (act, claim) => {
    const release = await locked(made.database.path);
    const before = performance.now();
    const started = claim.startPatiently();
    longest = await longestPause(TURNS);
    held = performance.now() - before;
    expect(made.inbox.get(approved).state).toBe("claimed");
    await release();
    await started;
    expect(made.inbox.get(approved).state).toBe("started");
    return act.text;
  };
  await made.inbox.perform(approved, never);
  expect(made.types(approved)).toEqual(["requested", "decided", "claimed", "started", "outcome"]);
  expect(longest).toBeLessThan(held / 4);
});
