import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import { bench, context, never, note, type Bench } from "./support.ts";

/** As long as this many turns of the clock the other process holds the database. */
const TURNS = 150;
const TURN = 10;

/** Another process that has the write lock until it is told. */
async function locked({ database }: Bench): Promise<() => Promise<void>> {
  const program = `
    const { DatabaseSync } = require("node:sqlite");
    const database = new DatabaseSync(process.argv[1], { timeout: 5000 });
    database.exec("BEGIN IMMEDIATE");
    console.log("held");
    process.stdin.on("data", () => { database.exec("ROLLBACK"); process.exit(0); });`;
  const holder = spawn(process.execPath, ["-e", program, database.path], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void holder.kill());
  await once(holder.stdout, "data");
  return async () => {
    const gone = once(holder, "exit");
    holder.stdin.write("go\n");
    await gone;
  };
}

/** The longest time in which this process did nothing else, over some turns of its clock, in milliseconds. */
function longestPause(turns: number): Promise<number> {
  return new Promise((resolve) => {
    let [left, last, longest] = [turns, performance.now(), 0];
    const ticking = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      left -= 1;
      if (left > 0) return;
      clearInterval(ticking);
      resolve(longest);
    }, TURN);
  });
}

it("held by another process, what is asked waits and the rest goes on; then each is done, once", async () => {
  const made = bench();
  const approved = await made.approved("approved");
  const drafted = (await made.asked("drafted")).id;
  const declined = (await made.asked("declined")).id;
  const unwanted = (await made.asked("unwanted")).id;
  const decided = (await made.asked("decided")).id;
  const { proof } = await made.inbox.show(decided, never);
  const release = await locked(made);
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
  const release = await locked(made);
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
