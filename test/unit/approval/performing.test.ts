import { describe, expect, it } from "vitest";
import { Closing, CountersignError, cancelled } from "../../../src/errors.ts";
import { ActionFailed } from "../../../src/approval/outcome.ts";
import type { HeldClaim } from "../../../src/approval/claims.ts";
import { Endings } from "../../../src/approval/endings.ts";
import { Requests } from "../../../src/approval/requests.ts";
import type { Claim } from "../../../src/approval/claim.ts";
import { bench, claimsOf, gate, never, type Bench } from "./support.ts";

const code = (name: string) => expect.objectContaining({ code: name }) as Error;
const failure = { message: "The engine stopped.", next: "Start it again." };

describe("performing", () => {
  it("claims, starts, commits the outcome, and returns the stored one when asked again", async () => {
    const made = bench();
    const id = await made.approved();
    expect(await made.inbox.perform(id, never)).toEqual({ state: "finished", result: "did a note" });
    expect(await made.inbox.perform(id, never)).toEqual({ state: "finished", result: "did a note" });
    expect(made.inbox.outcome(id)).toEqual({ state: "finished", result: "did a note" });
    expect(made.kind.done).toEqual(["a note"]);
    expect(made.types(id)).toEqual(["requested", "decided", "claimed", "started", "outcome"]);
  });

  it("asked for many times at once, in two windows, does it once and tells everybody how it ended", async () => {
    const made = bench();
    const other = bench({ beside: made });
    const id = await made.approved();
    const windows = [made, other, made, other, made];
    const outcomes = await Promise.all(windows.map(({ inbox }) => inbox.perform(id, never)));
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome)))).toEqual(
      new Set(['{"state":"finished","result":"did a note"}']),
    );
    expect([...made.kind.done, ...other.kind.done]).toEqual(["a note"]);
    expect(made.types(id).filter((type) => type === "started")).toHaveLength(1);
  });

  it("of what nobody decided is refused", async () => {
    const made = bench();
    const { id } = await made.asked();
    await expect(made.inbox.perform(id, never)).rejects.toThrow(code("approval-state"));
    expect(made.kind.done).toEqual([]);
  });

  it("in Restricted Mode is refused and the approval stays", async () => {
    const made = bench();
    const id = await made.approved();
    made.trusted = false;
    await expect(made.inbox.perform(id, never)).rejects.toThrow(code("workspace-untrusted"));
    expect(made.inbox.get(id).state).toBe("approved");
  });

  it("is refused where the world differs from what was approved, and says what changed", async () => {
    const made = bench();
    const id = await made.approved();
    made.kind.digest = "d2";
    const outcome = await made.inbox.perform(id, never);
    expect(outcome).toEqual({ state: "refused", reason: "Changed since it was approved: digest." });
    expect(made.kind.done).toEqual([]);
    expect(made.types(id)).toEqual(["requested", "decided", "claimed", "outcome"]);
  });

  it("lets a kind say in its own words what changed", async () => {
    const made = bench();
    Object.assign(made.kind, { differences: () => ["the image was rebuilt"] });
    const id = await made.approved();
    made.kind.digest = "d2";
    const reason = "Changed since it was approved: the image was rebuilt.";
    expect(await made.inbox.perform(id, never)).toEqual({ state: "refused", reason });
  });

  it("is refused where it could not be approved any more, whoever approved it", async () => {
    const made = bench();
    const id = await made.approved();
    made.kind.refusal = "This mode allows no writes.";
    const outcome = await made.inbox.perform(id, never);
    expect(outcome).toEqual({ state: "refused", reason: "This mode allows no writes." });
    expect(made.kind.done).toEqual([]);
  });

  it("that the sandbox itself refuses before the start is refused, not failed", async () => {
    const made = bench();
    made.kind.perform = () =>
      Promise.reject(new CountersignError("sandbox-differs", { ...failure, message: "Another image." }));
    const id = await made.approved();
    expect(await made.inbox.perform(id, never)).toEqual({ state: "refused", reason: "Another image." });
  });
});

describe("what policy allows", () => {
  it("is approved, claimed and done by policy, with its ledger rows", async () => {
    const made = bench();
    made.judgement = { verdict: "allow", reason: "It only computes." };
    let by: Claim["by"] | undefined;
    made.kind.perform = (note, claim) => {
      ({ by } = claim);
      claim.start();
      return Promise.resolve(note.text);
    };
    const { id, state, decided } = await made.asked();
    expect(state).toBe("approved");
    expect(decided).toBeUndefined();
    expect(await made.inbox.perform(id, never)).toMatchObject({ state: "finished" });
    expect(by).toBe("policy");
    const rows = made.inbox.ledger.rows(id);
    expect(rows.map(({ type }) => type)).toEqual(["requested", "decided", "claimed", "started", "outcome"]);
    expect(rows[1]?.body).toMatchObject({ by: "policy", reason: "It only computes." });
    expect(rows[2]?.body).toMatchObject({ by: "policy" });
  });

  it("has in its rows what its kind notes at the start and with the result, and the rows' own members come first", async () => {
    const made = bench();
    made.kind.perform = (_note, claim) => {
      claim.start({ data: "at its start", token: "another" });
      return Promise.resolve({ noted: { data: "at its end", state: "another" } } as never);
    };
    const id = await made.approved();
    await made.inbox.perform(id, never);
    const [, , claimed, started, outcome] = made.inbox.ledger.rows(id).map(({ body }) => body);
    expect(started).toEqual({ data: "at its start", token: claimed!.token });
    expect(outcome).toMatchObject({ data: "at its end", state: "finished" });
  });

  it("is refused where policy was tightened before it ran", async () => {
    const made = bench();
    made.judgement = { verdict: "allow", reason: "It only computes." };
    const { id } = await made.asked();
    made.judgement = { verdict: "ask", reason: "All code asks." };
    expect(await made.inbox.perform(id, never)).toEqual({
      state: "refused",
      reason: "Policy changed and now asks: All code asks.",
    });
    expect(made.kind.done).toEqual([]);
  });
});

describe("what was tightened after the approval", () => {
  it("counts, because it is read again before anything is claimed", async () => {
    let reads = 0;
    const made = bench({
      refresh: () => {
        reads += 1;
        made.kind.refusal = "Notes are not allowed any more.";
        return Promise.resolve();
      },
    });
    const id = await made.approved();
    expect(await made.inbox.perform(id, never)).toEqual({
      state: "refused",
      reason: "Notes are not allowed any more.",
    });
    expect([reads, made.kind.done]).toEqual([1, []]);
  });
});

describe("a bad end", () => {
  it("after the start is failed, with what it left behind", async () => {
    const made = bench();
    made.kind.perform = (_note, claim) => {
      claim.start();
      return Promise.reject(new ActionFailed("run-failed", failure, { folder: "/runs/1" }));
    };
    const id = await made.approved();
    expect(await made.inbox.perform(id, never)).toEqual({
      state: "failed",
      error: { code: "run-failed", ...failure },
      result: { folder: "/runs/1" },
    });
  });

  it("before the start is failed too, and the approval is spent", async () => {
    const made = bench();
    made.kind.perform = () => Promise.reject(new CountersignError("engine-missing", failure));
    const id = await made.approved();
    expect(await made.inbox.perform(id, never)).toMatchObject({
      state: "failed",
      error: { code: "engine-missing" },
    });
    expect(await made.inbox.perform(id, never)).toMatchObject({
      state: "failed",
      error: { code: "engine-missing" },
    });
    expect(made.types(id)).not.toContain("started");
  });

  it("by an error that nobody foresaw is failed with its message", async () => {
    const made = bench();
    made.kind.perform = () => Promise.reject(new RangeError("off by one"));
    const id = await made.approved();
    expect(await made.inbox.perform(id, never)).toMatchObject({
      state: "failed",
      error: { message: "off by one" },
    });
  });

  it("is never a success without a start", async () => {
    const made = bench();
    made.kind.perform = () => Promise.resolve("done, honestly");
    const id = await made.approved();
    expect(await made.inbox.perform(id, never)).toMatchObject({ state: "failed" });
  });
});

describe("aborting", () => {
  it("before the start cancels, nothing ran, the approval is spent", async () => {
    const made = bench();
    const id = await made.approved();
    expect(await made.inbox.perform(id, AbortSignal.abort())).toMatchObject({ state: "cancelled" });
    expect(await made.inbox.perform(id, never)).toMatchObject({ state: "cancelled" });
    expect(made.kind.done).toEqual([]);
  });

  it("after the start is cancelled with what it left behind", async () => {
    const made = bench();
    const started = gate();
    made.kind.perform = (_note, claim, signal) =>
      new Promise((_resolve, reject) => {
        claim.start();
        signal.addEventListener("abort", () =>
          reject(new ActionFailed("cancelled", failure, "half a figure")),
        );
        started.open();
      });
    const id = await made.approved();
    const stop = new AbortController();
    const performing = made.inbox.perform(id, stop.signal);
    await started.opened;
    stop.abort();
    expect(await performing).toMatchObject({ state: "cancelled", result: "half a figure" });
  });

  it("of somebody who waits for another window leaves the run alone", async () => {
    const made = bench();
    const other = bench({ beside: made });
    const [started, finish] = [gate(), gate()];
    made.kind.perform = async (note, claim) => {
      claim.start();
      started.open();
      await finish.opened;
      return note.text;
    };
    const id = await made.approved();
    const performing = made.inbox.perform(id, never);
    await started.opened;
    const stop = new AbortController();
    const waiting = other.inbox.perform(id, stop.signal);
    stop.abort();
    await expect(waiting).rejects.toThrow(code("cancelled"));
    finish.open();
    expect(await performing).toMatchObject({ state: "finished" });
  });

  it("by closing the house ends what is performed, commits how, and takes nothing new", async () => {
    const made = bench();
    const started = gate();
    made.kind.perform = (_note, claim, signal) =>
      new Promise((_resolve, reject) => {
        claim.start();
        signal.addEventListener("abort", () => reject(cancelled("The run")));
        started.open();
      });
    const id = await made.approved();
    const performing = made.inbox.perform(id, never);
    await started.opened;
    await made.inbox.dispose();
    expect(made.inbox.outcome(id)).toMatchObject({ state: "cancelled" });
    expect(await performing).toMatchObject({ state: "cancelled" });
    await expect(made.inbox.perform(id, never)).rejects.toThrow(code("cancelled"));
  });
});

describe("a house that closes before the start", () => {
  /** Performed up to the point where a sandbox is being prepared. */
  async function preparing(made: Bench, ends: (signal: AbortSignal) => Error) {
    const prepared = gate();
    made.kind.perform = (_note, _claim, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(ends(signal)));
        prepared.open();
      });
    const id = await made.approved();
    const performing = made.inbox.perform(id, never);
    await prepared.opened;
    return { id, performing };
  }

  it.each([
    ["is told so", () => cancelled("The run")],
    ["throws the signal's reason", (signal: AbortSignal) => signal.reason as Error],
    ["breaks on the way", () => new CountersignError("engine-stopped", failure)],
  ])("gives the approval back where what it prepares %s, and the next one performs it", async (_, ends) => {
    const made = bench();
    const { id, performing } = await preparing(made, ends);
    await Promise.all([expect(performing).rejects.toThrow(code("cancelled")), made.inbox.dispose()]);
    expect(made.inbox.outcome(id)).toBeUndefined();
    expect(made.inbox.get(id).state).toBe("approved");
    const next = bench({ beside: made });
    expect(await next.inbox.perform(id, never)).toMatchObject({ state: "finished" });
    expect(next.types(id)).toEqual([
      ...["requested", "decided", "claimed", "reclaimed", "claimed", "started", "outcome"],
    ]);
  });

  it("by its caller's own signal gives it back too, and claims nothing any more", async () => {
    const made = bench();
    const id = await made.approved();
    const closing = made.inbox.perform(id, AbortSignal.abort(new Closing()));
    await expect(closing).rejects.toThrow(code("cancelled"));
    expect(made.types(id)).toEqual(["requested", "decided"]);
  });
});

describe("a claim", () => {
  it("starts once", async () => {
    const made = bench();
    made.kind.perform = (note, claim) => {
      claim.start();
      expect(() => claim.start()).toThrow(code("claim-lost"));
      return Promise.resolve(note.text);
    };
    const id = await made.approved();
    expect(await made.inbox.perform(id, never)).toMatchObject({ state: "finished" });
    expect(made.types(id).filter((type) => type === "started")).toHaveLength(1);
  });

  it("that was kept after the end starts nothing", async () => {
    const made = bench();
    let kept: Claim | undefined;
    made.kind.perform = (_note, claim) => {
      kept = claim;
      return Promise.reject(cancelled("The run"));
    };
    const id = await made.approved();
    await made.inbox.perform(id, never);
    expect(() => kept?.start()).toThrow(code("claim-lost"));
  });

  it("binds the hash that was approved", async () => {
    const made = bench();
    let hash = "";
    made.kind.perform = (note, claim) => {
      ({ hash } = claim);
      claim.start();
      return Promise.resolve(note.text);
    };
    const id = await made.approved();
    await made.inbox.perform(id, never);
    expect(hash).toBe(made.inbox.get(id).hash);
  });
});

describe("an outcome that comes too late", () => {
  it("does not overwrite what was judged meanwhile, and the ledger says that it came", async () => {
    const made = bench();
    const [started, finish] = [gate(), gate()];
    made.kind.perform = async (note, claim) => {
      claim.start();
      started.open();
      await finish.opened;
      return note.text;
    };
    const id = await made.approved();
    const performing = made.inbox.perform(id, never);
    await started.opened;
    const { database, clock } = made;
    const endings = new Endings(database, clock, new Requests(database, clock), made.inbox.ledger);
    endings.end(id, ["started"], { state: "outcome-unknown", reason: "lost" });
    finish.open();
    expect(await performing).toEqual({ state: "outcome-unknown", reason: "lost" });
    expect(made.types(id).at(-1)).toBe("not-committed");
  });
});

describe("the old owner of a claim that was taken up elsewhere", () => {
  it("starts nothing, ends nothing, and is told how it ended there", async () => {
    const made = bench();
    const { database, clock } = made;
    const { ledger } = made.inbox;
    const elsewhere = claimsOf(made);
    const endings = new Endings(database, clock, new Requests(database, clock), ledger);
    const id = await made.approved();
    let next: HeldClaim | undefined;
    made.kind.perform = (_note, claim) => {
      const { token } = database.get<{ token: string }>("SELECT claim_token AS token FROM requests")!;
      elsewhere.reclaim(id, token);
      next = elsewhere.take(id);
      claim.start();
      return Promise.resolve("here");
    };
    const listening = database.onDidChange(() => {
      if (!made.types(id).includes("not-committed")) return;
      void listening.dispose();
      expect(made.inbox.get(id).state).toBe("claimed");
      next!.claim.start();
      endings.end(id, ["started"], { state: "finished", result: "elsewhere" }, next);
    });
    expect(await made.inbox.perform(id, never)).toEqual({ state: "finished", result: "elsewhere" });
    expect(made.types(id).filter((type) => type === "started")).toHaveLength(1);
  });
});

it("recovery leaves alone what this process is at work with", async () => {
  const made = bench();
  const [started, finish] = [gate(), gate()];
  made.kind.perform = async (note, claim) => {
    claim.start();
    started.open();
    await finish.opened;
    return note.text;
  };
  const id = await made.approved();
  const performing = made.inbox.perform(id, never);
  await started.opened;
  expect(await made.inbox.recover()).toEqual([]);
  expect(await bench({ beside: made }).inbox.recover()).toEqual([]);
  finish.open();
  expect(await performing).toMatchObject({ state: "finished" });
});
