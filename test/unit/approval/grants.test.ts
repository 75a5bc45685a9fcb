import { beforeEach, describe, expect, it } from "vitest";
import type { Assessment, Effect, EffectKind } from "../../../src/approval/assessment.ts";
import type { RequestId } from "../../../src/approval/decisions.ts";
import type { GrantWish } from "../../../src/approval/grant.ts";
import { mayAskAnew, type ApprovalRequest } from "../../../src/approval/request.ts";
import { assessmentOf } from "./bench.ts";
import { bench, context, never, note, type Bench } from "./support.ts";

const HOUR = 60 * 60 * 1000;
const reads = (target: string): Effect => effect("reads-files", target);
let made: Bench;
/** What notes can do, by their text. */
let can: Record<string, readonly Effect[]>;
let isolation: Assessment["isolation"];

function effect(kind: EffectKind, target?: string): Effect {
  const place = target === undefined ? {} : { target };
  return { kind, ...place, ordinary: false, summary: `does ${kind} to ${target ?? "something"}` };
}

function prepared(beside?: Bench): Bench {
  const opened = bench(beside === undefined ? {} : { beside });
  opened.judgement = { verdict: "ask", reason: "All asks.", grantable: true };
  opened.kind.assess = ({ text }) =>
    Promise.resolve({ ...assessmentOf(text), effects: can[text] ?? [reads("data/a.csv")], isolation });
  return opened;
}

beforeEach(() => {
  can = {};
  isolation = { level: "container", networks: [], summary: "in a container" };
  made = prepared();
});

let count = 0;
function ask(text: string, analysisId = "analysis-1", on = made): Promise<ApprovalRequest> {
  return on.inbox.request(note(text), `key ${(count += 1)}`, { ...context, analysisId });
}

async function granting(text: string, wish: GrantWish): Promise<RequestId> {
  const { id } = await ask(text);
  const { proof } = await made.inbox.show(id, never);
  await made.inbox.decide(id, { verdict: "approve", grant: wish }, proof);
  return id;
}

describe("a grant", () => {
  it("of this exact code approves it again, and no other code that does the same", async () => {
    await granting("one", { scope: "code", lasts: HOUR });
    const again = await ask("one", "analysis-2");
    expect(again.state).toBe("approved");
    expect(again.allowed).toMatchObject({
      by: "grant",
      reason: expect.stringContaining("this exact code") as string,
    });
    expect((await ask("two")).state).toBe("requested");
  });

  it("of effects in this analysis approves what does no more there, and nothing elsewhere", async () => {
    can = { one: [reads("a"), reads("b")], less: [reads("b")], more: [reads("a"), reads("c")] };
    await granting("one", { scope: "analysis", lasts: HOUR });
    expect((await ask("less")).state).toBe("approved");
    expect((await ask("more")).state).toBe("requested");
    expect((await ask("less", "analysis-2")).state).toBe("requested");
  });

  it("of effects in this workspace approves what does no more, until its time is over", async () => {
    await granting("one", { scope: "workspace", lasts: HOUR });
    expect((await ask("two", "analysis-2")).state).toBe("approved");
    made.clock.time += HOUR;
    expect((await ask("three")).state).toBe("requested");
  });

  it("of effects covers nothing of which part of the target is not known, though it was granted so", async () => {
    const unknown: Effect = { ...effect("writes-files", "out/*"), unknownTarget: true };
    can = { one: [unknown], two: [unknown], three: [effect("writes-files", "out/*")] };
    await granting("one", { scope: "workspace", lasts: HOUR });
    expect((await ask("two")).state).toBe("requested");
    // Of the exact code it is known that it is the same, and what is known in full is compared.
    await granting("two", { scope: "code", lasts: HOUR });
    expect((await ask("two")).state).toBe("approved");
    expect((await ask("three")).state).toBe("approved");
  });

  it("is good for what runs in the same isolation only", async () => {
    await granting("one", { scope: "workspace", lasts: HOUR });
    isolation = { ...isolation, summary: "in a container with another mount" };
    expect((await ask("two")).state).toBe("requested");
  });

  it("holds no longer than a week", async () => {
    await granting("one", { scope: "workspace", lasts: 100 * 24 * HOUR });
    made.clock.time += 7 * 24 * HOUR;
    expect((await ask("two")).state).toBe("requested");
  });

  it("is claimed by the grant, and every use is in the ledger", async () => {
    const first = await granting("one", { scope: "workspace", lasts: HOUR });
    const { id } = await ask("two");
    let by = "";
    made.kind.perform = (_, claim) => {
      ({ by } = claim);
      claim.start();
      return Promise.resolve("done");
    };
    await made.inbox.perform(id, never);
    expect(by).toBe("grant");
    const [grant] = made.inbox.grants.list();
    expect(grant).toMatchObject({
      scope: "workspace",
      uses: 1,
      by: { name: "Ada" },
      effects: ["does reads-files to data/a.csv"],
    });
    expect(made.types(first)).toContain("grant");
    const used = made.inbox.ledger.rows(id).find(({ type }) => type === "decided");
    expect(used?.body).toMatchObject({ by: "grant", grant: grant?.id });
  });

  it("no longer suffices where policy leaves less to grants by the time it runs, and that may be asked anew", async () => {
    await granting("one", { scope: "workspace", lasts: HOUR });
    const [stays, ends] = [await ask("two"), await ask("three")];
    expect(await made.inbox.perform(stays.id, never)).toMatchObject({ state: "finished" });
    made.judgement = { verdict: "ask", reason: "All of it asks each time." };
    expect(await made.inbox.perform(ends.id, never)).toEqual({
      state: "refused",
      reason: "Policy changed and now asks: All of it asks each time.",
    });
    expect(mayAskAnew(made.inbox.get(ends.id))).toBe(true);
  });

  it("that is revoked approves nothing more, not even what it approved and what has not begun", async () => {
    await granting("one", { scope: "workspace", lasts: HOUR });
    const { id } = await ask("two");
    const [grant] = made.inbox.grants.list();
    made.inbox.revokeGrant(grant!.id);
    expect(made.inbox.get(id).state).toBe("withdrawn");
    expect((await ask("three")).state).toBe("requested");
    expect(made.inbox.grants.list()).toEqual([]);
    expect(() => made.database.run("UPDATE grants SET revoked_at = NULL")).toThrow("only revoked");
    expect(made.inbox.ledger.verify()).toMatchObject({ ok: true });
  });

  it("counts for another window, and so does its end", async () => {
    await granting("one", { scope: "workspace", lasts: HOUR });
    const other = prepared(made);
    expect((await ask("two", "analysis-1", other)).state).toBe("approved");
    other.inbox.revokeGrant(other.inbox.grants.list()[0]!.id);
    expect((await ask("three")).state).toBe("requested");
  });

  it("of an edit is of what the edit does", async () => {
    can = { edited: [reads("b")], other: [reads("b")] };
    const { id } = await ask("one");
    made.inbox.saveDraft(id, "edited");
    const { proof } = await made.inbox.show(id, never);
    const grant = { scope: "workspace", lasts: HOUR } as const;
    await made.inbox.decide(id, { verdict: "approve-edited", text: "edited", grant }, proof);
    expect((await ask("other")).state).toBe("approved");
    expect((await ask("third")).state).toBe("requested");
  });
});

describe("nothing is granted", () => {
  const wish = { scope: "workspace", lasts: HOUR } as const;

  it.each<EffectKind>([
    "control-write",
    "control-read",
    "process",
    "dynamic",
    "native",
    "deletes-files",
    "network",
    "unknown-import",
  ])("with what has the effect %s, and nothing granted lets it through", async (kind) => {
    can = { bad: [reads("data/a.csv"), effect(kind)] };
    await expect(granting("bad", wish)).rejects.toMatchObject({ code: "approval-state" });
    expect(made.inbox.grants.list()).toEqual([]);
    await granting("good", wish);
    expect((await ask("bad")).state).toBe("requested");
  });

  it.each<[string, Assessment["isolation"]]>([
    ["without isolation", { level: "none", networks: [], summary: "" }],
    ["locally", { level: "local", networks: [], summary: "" }],
    ["at somebody else's", { level: "remote", networks: [], summary: "" }],
    ["with a network", { level: "container", networks: ["lab"], summary: "" }],
  ])("for what runs %s", async (_, other) => {
    isolation = other;
    await expect(granting("one", wish)).rejects.toMatchObject({ code: "approval-state" });
  });

  it("where the policy always asks, also where it did not when the grant was made", async () => {
    await granting("one", wish);
    made.judgement = { verdict: "ask", reason: "Its execution mode requires approval." };
    expect((await ask("two")).state).toBe("requested");
    await expect(granting("three", wish)).rejects.toMatchObject({ code: "approval-state" });
  });

  it("where the policy refuses", async () => {
    await granting("one", wish);
    made.judgement = { verdict: "refuse", reason: "Never.", grantable: true };
    expect((await ask("two")).state).toBe("refused");
  });
});
