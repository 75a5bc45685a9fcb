import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Recovered } from "../../../src/approval/action-kind.ts";
import type { RequestId } from "../../../src/approval/decisions.ts";
import { Detached } from "../../../src/approval/outcome.ts";
import { cancelled, Closing, isClosing } from "../../../src/errors.ts";
import { Bench, never } from "./bench.ts";

let folder: string;
const open: Bench[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "countersign-handing-over-"));
});

afterEach(async () => {
  for (const bench of open.splice(0)) await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

function window(): Bench {
  const made = new Bench(folder);
  open.push(made);
  return made;
}

/** A window that performs what goes on without it. */
function leaving(): Bench {
  const made = window();
  made.kind.perform = (_note, claim, signal) => {
    claim.start();
    return untilAborted(signal, () => new Detached());
  };
  return made;
}

function untilAborted(signal: AbortSignal, reason: () => Error): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(reason());
    signal.addEventListener("abort", () => reject(reason()));
  });
}

async function started(made: Bench): Promise<RequestId> {
  const id = await made.approved();
  const performing = made.inbox.perform(id, never);
  performing.catch(() => undefined);
  await vi.waitFor(() => expect(made.inbox.get(id).state).toBe("started"));
  return id;
}

async function leftBehind(): Promise<RequestId> {
  const first = leaving();
  const id = await started(first);
  await first.inbox.dispose();
  return id;
}

/** Says what a recovery is told, and ends it where it is stopped. */
function recovering(made: Bench): { readonly began: Promise<AbortSignal> } {
  let tell: (signal: AbortSignal) => void;
  const began = new Promise<AbortSignal>((resolve) => (tell = resolve));
  made.kind.recover = async (_note, _started, signal): Promise<Recovered<string>> => {
    tell(signal);
    await untilAborted(signal, () => new Error("aborted")).catch(() => undefined);
    if (isClosing(signal)) throw new Closing();
    return { state: "cancelled", error: cancelled("The run").toRecord(), result: "half" };
  };
  return { began };
}

describe("what goes on without its window", () => {
  it("has no outcome, is not performed again, and the next window of the same process takes it at once", async () => {
    const id = await leftBehind();
    const next = window();
    expect(next.inbox.get(id).state).toBe("started");
    next.kind.recover = () => Promise.resolve({ state: "finished", result: "collected" });
    expect(await next.inbox.recover()).toEqual([id]);
    expect(next.inbox.outcome(id)).toEqual({ state: "finished", result: "collected" });
    expect(next.kind.done).toEqual([]);
    expect(next.types(id).filter((type) => type === "started")).toHaveLength(1);
    expect(next.types(id)).toContain("handed-over");
  });

  it("is left to a third window where the second one closes while it waits", async () => {
    const id = await leftBehind();
    const second = window();
    const { began } = recovering(second);
    const judging = second.inbox.recover();
    await began;
    await second.inbox.dispose();
    expect(await judging).toEqual([]);
    const third = window();
    third.kind.recover = () => Promise.resolve({ state: "finished", result: "collected" });
    expect(await third.inbox.recover()).toEqual([id]);
  });

  it("is judged by one window alone while two are there", async () => {
    const id = await leftBehind();
    const [second, other] = [window(), window()];
    const { began } = recovering(second);
    void second.inbox.recover();
    await began;
    expect(await other.inbox.recover()).toEqual([]);
    expect(other.inbox.get(id).state).toBe("started");
  });
});

describe("a person who cancels what is at work", () => {
  it("stops it in the window that looks after it, from another one, and the ledger says who", async () => {
    const id = await leftBehind();
    const [second, other] = [window(), window()];
    const { began } = recovering(second);
    const judging = second.inbox.recover();
    const signal = await began;
    expect(signal.aborted).toBe(false);
    other.inbox.cancel(id, "not needed");
    expect(await judging).toEqual([id]);
    expect(other.inbox.outcome(id)).toMatchObject({ state: "cancelled", result: "half" });
    expect(other.types(id)).toContain("cancel-asked");
  });

  it("stops it in the window that performs it", async () => {
    const first = window();
    first.kind.perform = (_note, claim, signal) => {
      claim.start();
      return untilAborted(signal, () => cancelled("The run"));
    };
    const id = await started(first);
    window().inbox.cancel(id, "not needed");
    await vi.waitFor(() => expect(first.inbox.get(id).state).toBe("cancelled"));
  });

  it("while nobody looks after it stops it once somebody does", async () => {
    const id = await leftBehind();
    window().inbox.cancel(id, "not needed");
    const next = window();
    const { began } = recovering(next);
    expect(await next.inbox.recover()).toEqual([id]);
    expect((await began).aborted).toBe(true);
    expect(next.inbox.get(id).state).toBe("cancelled");
  });

  it("gets nothing run again of which it is proved that it did not run", async () => {
    const id = await leftBehind();
    const next = window();
    next.kind.recover = () => Promise.resolve({ state: "not-run" });
    next.inbox.cancel(id, "not needed");
    expect(await next.inbox.recover()).toEqual([id]);
    expect(next.inbox.get(id).state).toBe("cancelled");
  });

  it("withdraws what waits, and changes nothing that has ended", async () => {
    const made = window();
    const { id } = await made.asked();
    made.inbox.cancel(id, "not needed");
    expect(made.inbox.get(id).state).toBe("withdrawn");
    made.inbox.cancel(id, "again");
    expect(made.types(id)).not.toContain("cancel-asked");
  });
});
