import { dirname, join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { locked, longestPause, TURN } from "../storage/lock-holder.ts";
import { openScriptedAgent, temporaryFolder, type Opened } from "./support.ts";

/** As long as this many turns of the clock the other process holds the database. */
const TURNS = 150;

function opened(): { readonly house: Opened; readonly path: string } {
  const folder = temporaryFolder();
  const house = openScriptedAgent(folder.path);
  onTestFinished(async () => {
    await house.close();
    folder.remove();
  });
  return { house, path: join(folder.path, "countersign.db") };
}

/** An analysis that waits for its decision. */
async function waits(house: Opened): ReturnType<Opened["agent"]["start"]> {
  const id = await house.agent.start("What is 1 + 2?");
  await house.settled(id);
  return id;
}

it("held by another process, questions, cancellations and decided analyses wait, and the rest goes on", async () => {
  const { house, path } = opened();
  const cancelled = await waits(house);
  const release = await locked(path);
  const before = performance.now();
  const pause = longestPause(TURNS);
  const asked = house.agent.start("What is 0 + 2?");
  house.agent.cancel(cancelled);
  const longest = await pause;
  const held = performance.now() - before;
  expect(house.agent.get(cancelled).state).toBe("waiting");
  expect(house.agent.questions(5)).toEqual(["What is 1 + 2?"]);
  await release();
  const id = await asked;
  await vi.waitFor(() => expect(house.agent.get(cancelled).state).toBe("cancelled"));
  expect(house.agent.questions(5)).toContain("What is 0 + 2?");
  const { waitingFor } = await house.settled(id);
  await house.approve(waitingFor!);
  await vi.waitFor(() => expect(house.agent.get(id)).toMatchObject({ state: "finished", stage: "done" }));
  expect(held).toBeGreaterThan(TURNS * TURN * 0.9);
  // A host that waited would have stood still for as long as it was held.
  expect(longest).toBeLessThan(held / 4);
});

it("an analysis that goes on while another process holds the database ends as it would have", async () => {
  const { house, path } = opened();
  const id = await house.agent.start("What is 0 + 2?");
  const release = await locked(path);
  const longest = await longestPause(TURNS / 2);
  await release();
  const { waitingFor } = await house.settled(id);
  await house.approve(waitingFor!);
  await vi.waitFor(() => expect(house.agent.get(id).state).toBe("finished"));
  expect(longest).toBeLessThan((TURNS * TURN) / 4);
});

it("a window that opens while another process holds the database does not wait for it", async () => {
  const { house, path } = opened();
  const id = await waits(house);
  const release = await locked(path);
  const before = performance.now();
  const second = openScriptedAgent(dirname(path));
  const opening = performance.now() - before;
  expect(second.agent.get(id).question).toBe("What is 1 + 2?");
  await release();
  await second.close();
  // One that waited would have given up after the seconds that SQLite is told to wait.
  expect(opening).toBeLessThan(1_000);
});
