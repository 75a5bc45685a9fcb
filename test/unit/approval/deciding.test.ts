import { describe, expect, it } from "vitest";
import { sha256 } from "../../../src/approval/actions.ts";
import type { RequestId } from "../../../src/approval/decisions.ts";
import { bench, context, never, note } from "./support.ts";

const code = (name: string) => expect.objectContaining({ code: name }) as Error;

describe("a request", () => {
  it("waits, with what it asks, what it was assessed as, and how many decide, by whom", async () => {
    const { inbox, database } = bench();
    const request = await inbox.request(note("rain"), "thread/step/1", context);
    expect(request).toMatchObject({
      key: "thread/step/1",
      state: "requested",
      action: note("rain"),
      assessment: { summary: "writes rain" },
      judgement: { verdict: "ask" },
      context,
      expiresAt: request.createdAt + 24 * 3600 * 1000,
    });
    expect(inbox.waiting()).toEqual([request]);
    expect(inbox.findByKey("thread/step/1")).toEqual(request);
    const { rules } = database.get<{ rules: string }>("SELECT rules FROM requests")!;
    expect(JSON.parse(rules)).toEqual({ approvals: 1, by: "anybody" });
  });

  it("with a key that is known is the one that is there, whatever is asked now", async () => {
    const made = bench();
    const first = await made.inbox.request(note("rain"), "key", context);
    expect(await made.inbox.request(note("snow"), "key", context)).toEqual(first);
    expect(made.types(first.id)).toEqual(["requested"]);
  });

  it("filed by two windows at the same moment is one", async () => {
    const made = bench();
    const other = bench({ beside: made });
    const ids = await Promise.all([made.asked(), other.asked(), made.asked(), other.asked()]);
    expect(new Set(ids.map(({ id }) => id)).size).toBe(1);
    expect(made.types(ids[0].id)).toEqual(["requested"]);
  });

  it("that can never be approved is refused at once and waits for nobody", async () => {
    const made = bench();
    made.judgement = { verdict: "allow", reason: "All is allowed." };
    const { id, state } = await made.asked("broken code");
    expect(state).toBe("refused");
    expect(made.inbox.outcome(id)).toEqual({ state: "refused", reason: "It does not parse." });
    expect(await made.inbox.perform(id, never)).toMatchObject({ state: "refused" });
    expect(made.kind.done).toEqual([]);
    expect(made.types(id)).toEqual(["requested", "outcome"]);
  });

  it("that policy refuses is refused as well", async () => {
    const made = bench();
    made.judgement = { verdict: "refuse", reason: "Not here." };
    const { id } = await made.asked();
    expect(made.inbox.outcome(id)).toEqual({ state: "refused", reason: "Not here." });
  });

  it("asks where the policy fails", async () => {
    const { inbox, kind } = bench({
      policy: () => {
        throw new Error("no configuration");
      },
    });
    inbox.register(kind);
    expect(await inbox.request(note("rain"), "key", context)).toMatchObject({
      state: "requested",
      judgement: { verdict: "ask" },
    });
  });

  it("is not filed in Restricted Mode", async () => {
    const made = bench();
    made.trusted = false;
    await expect(made.asked()).rejects.toThrow(code("workspace-untrusted"));
    expect(made.inbox.recent(10)).toEqual([]);
  });

  it("that nobody has is said not to exist", () => {
    expect(() => bench().inbox.get("none" as RequestId)).toThrow(code("request-not-found"));
  });

  it("is listed with the newest first", async () => {
    const made = bench();
    for (const text of ["a", "b", "c"]) await made.asked(text);
    expect(made.inbox.recent(2).map(({ key }) => key)).toEqual(["key c", "key b"]);
    expect(made.inbox.waiting().map(({ key }) => key)).toEqual(["key a", "key b", "key c"]);
  });
});

describe("approving", () => {
  it("records who decided, when, about what", async () => {
    const made = bench();
    const { id } = await made.asked();
    const { proof, text, assessment } = await made.inbox.show(id, never);
    expect({ text, summary: assessment.summary }).toEqual({ text: "a note", summary: "writes a note" });
    await made.inbox.decide(id, { verdict: "approve" }, proof);
    expect(made.inbox.get(id)).toMatchObject({
      state: "approved",
      decided: { verdict: "approve", by: { name: "Ada", knownBy: "os-user" }, at: made.clock.time },
    });
    expect(made.inbox.waiting()).toEqual([]);
  });

  it("needs a proof that was minted here for this request, once", async () => {
    const made = bench();
    const [a, b] = [await made.asked("a"), await made.asked("b")];
    const shown = await made.inbox.show(a.id, never);
    const forged = { requestId: b.id, hash: b.hash, nonce: "guessed" };
    for (const proof of [forged, { ...shown.proof, requestId: b.id, hash: b.hash }]) {
      await expect(made.inbox.decide(b.id, { verdict: "approve" }, proof)).rejects.toThrow(
        code("approval-stale"),
      );
    }
    // The proof for `a` was spent on `b`.
    await expect(made.inbox.decide(a.id, { verdict: "approve" }, shown.proof)).rejects.toThrow(
      code("approval-stale"),
    );
    expect(made.inbox.waiting()).toHaveLength(2);
  });

  it("in one window makes what the other showed worthless", async () => {
    const made = bench();
    const other = bench({ beside: made });
    const { id } = await made.asked();
    const shown = await other.inbox.show(id, never);
    await made.approve(id);
    await expect(other.inbox.decide(id, { verdict: "approve" }, shown.proof)).rejects.toThrow(
      code("approval-state"),
    );
    expect(made.types(id).filter((type) => type === "decided")).toHaveLength(1);
  });

  it("an edit binds the edited action, assessed again, and keeps what was asked", async () => {
    const made = bench();
    const asked = await made.asked("first");
    made.inbox.saveDraft(asked.id, "second");
    const shown = await made.inbox.show(asked.id, never);
    expect(shown).toMatchObject({ text: "second", assessment: { summary: "writes second" } });
    await made.inbox.decide(asked.id, { verdict: "approve-edited", text: "second" }, shown.proof);
    const request = made.inbox.get(asked.id);
    expect(request).toMatchObject({
      state: "approved-edited",
      action: { ...note("first"), payload: note("second").payload },
      assessment: { summary: "writes second" },
      hash: shown.proof.hash,
      decided: { verdict: "approve-edited" },
    });
    expect(await made.inbox.perform(asked.id, never)).toEqual({ state: "finished", result: "did second" });
    expect(made.kind.done).toEqual(["second"]);
    expect(made.database.get("SELECT hash FROM requests")).toEqual({ hash: asked.hash });
  });

  it("is refused where the edit is not what was shown", async () => {
    const made = bench();
    const { id } = await made.asked("first");
    made.inbox.saveDraft(id, "second");
    const shown = await made.inbox.show(id, never);
    const third = { verdict: "approve-edited", text: "third" } as const;
    await expect(made.inbox.decide(id, third, shown.proof)).rejects.toThrow(code("approval-stale"));
    const again = await made.inbox.show(id, never);
    await expect(made.inbox.decide(id, { verdict: "approve" }, again.proof)).rejects.toThrow(
      code("approval-stale"),
    );
    expect(made.inbox.get(id)).toMatchObject({ state: "requested", draft: "second" });
  });

  it("is refused for an edit that can never be approved", async () => {
    const made = bench();
    const { id } = await made.asked("first");
    made.inbox.saveDraft(id, "broken");
    const { proof, assessment } = await made.inbox.show(id, never);
    expect(assessment.refusal).toBe("It does not parse.");
    await expect(made.inbox.decide(id, { verdict: "approve-edited", text: "broken" }, proof)).rejects.toThrow(
      /does not parse/,
    );
    expect(made.inbox.get(id)).toMatchObject({ state: "requested", draft: "broken" });
  });

  it("is refused where policy was tightened to a refusal meanwhile", async () => {
    const made = bench();
    const { id } = await made.asked();
    const { proof } = await made.inbox.show(id, never);
    made.judgement = { verdict: "refuse", reason: "No more." };
    await expect(made.inbox.decide(id, { verdict: "approve" }, proof)).rejects.toThrow(/No more/);
  });

  it("is refused where what can be approved was tightened since it was asked for", async () => {
    const made = bench();
    const { id } = await made.asked();
    const { proof } = await made.inbox.show(id, never);
    made.kind.refusal = "This mode allows no writes.";
    await expect(made.inbox.decide(id, { verdict: "approve" }, proof)).rejects.toThrow(/allows no writes/);
    expect(made.inbox.get(id).state).toBe("requested");
  });

  it("notes in the ledger what it was assessed as when it was decided", async () => {
    const made = bench();
    const { id, assessment } = await made.asked();
    Object.assign(made.kind, {
      assess: () => Promise.resolve({ ...assessment, summary: "writes elsewhere" }),
    });
    await made.approve(id);
    const expected = sha256(JSON.stringify({ ...assessment, summary: "writes elsewhere" }));
    const decided = made.inbox.ledger.rows(id).find(({ type }) => type === "decided");
    expect(decided?.body).toMatchObject({ assessment: expected });
  });

  it("an edit that changes nothing is an approval of what was asked", async () => {
    const made = bench();
    const { id } = await made.asked("first");
    const { proof } = await made.inbox.show(id, never);
    await made.inbox.decide(id, { verdict: "approve-edited", text: "first" }, proof);
    expect(made.inbox.get(id)).toMatchObject({ state: "approved", decided: { verdict: "approve" } });
  });

  it("is not possible in Restricted Mode, looking is", async () => {
    const made = bench();
    const { id } = await made.asked();
    made.trusted = false;
    const { proof } = await made.inbox.show(id, never);
    await expect(made.inbox.decide(id, { verdict: "approve" }, proof)).rejects.toThrow(
      code("workspace-untrusted"),
    );
    await expect(made.inbox.decline(id, { verdict: "reject" })).rejects.toThrow(code("workspace-untrusted"));
    expect(made.inbox.waiting()).toHaveLength(1);
  });
});

describe("declining", () => {
  it("needs no proof, keeps the reason, and nothing ever runs", async () => {
    const made = bench();
    const { id } = await made.asked();
    await made.inbox.decline(id, { verdict: "reject", reason: "Wrong file" });
    expect(await made.inbox.perform(id, never)).toEqual({ state: "rejected", reason: "Wrong file" });
    expect(made.inbox.get(id).decided).toMatchObject({ verdict: "reject", comment: "Wrong file" });
    expect(made.types(id)).toEqual(["requested", "decided", "outcome"]);
    expect(made.kind.done).toEqual([]);
  });

  it("by a revision carries the comment", async () => {
    const made = bench();
    const { id } = await made.asked();
    const { proof } = await made.inbox.show(id, never);
    await made.inbox.decide(id, { verdict: "revise", comment: "Per year, please" }, proof);
    expect(made.inbox.outcome(id)).toEqual({ state: "revised", comment: "Per year, please" });
  });

  it("after a decision is refused and changes nothing", async () => {
    const made = bench();
    const id = await made.approved();
    await expect(made.inbox.decline(id, { verdict: "reject" })).rejects.toThrow(code("approval-state"));
    expect(made.inbox.get(id).state).toBe("approved");
  });
});

describe("a draft", () => {
  it("is kept for every window until the request is decided", async () => {
    const made = bench();
    const other = bench({ beside: made });
    const { id } = await made.asked("first");
    made.inbox.saveDraft(id, "second");
    made.inbox.saveDraft(id, "third");
    expect(other.inbox.get(id).draft).toBe("third");
    await made.inbox.decline(id, { verdict: "reject" });
    made.inbox.saveDraft(id, "late");
    expect(made.inbox.get(id).draft).toBeUndefined();
  });
});

describe("time", () => {
  it("ends a request as expired, which is not rejected", async () => {
    const made = bench({ lifetimes: () => ({ any: 1000, controlWrite: 1000 }) });
    const { id } = await made.asked();
    const { proof } = await made.inbox.show(id, never);
    made.clock.time += 1000;
    await expect(made.inbox.decide(id, { verdict: "approve" }, proof)).rejects.toThrow(
      code("approval-state"),
    );
    expect(made.inbox.waiting()).toEqual([]);
    expect(await made.inbox.perform(id, never)).toEqual({ state: "expired" });
    expect(made.types(id)).toEqual(["requested", "outcome"]);
  });

  it("ends an approval that was not used", async () => {
    const made = bench({ lifetimes: () => ({ any: 1000, controlWrite: 1000 }) });
    const id = await made.approved();
    made.clock.time += 1000;
    expect(await made.inbox.perform(id, never)).toEqual({ state: "expired" });
    expect(made.kind.done).toEqual([]);
  });

  it("does not end what is just before its time", async () => {
    const made = bench({ lifetimes: () => ({ any: 1000, controlWrite: 1000 }) });
    const { id } = await made.asked();
    made.clock.time += 999;
    await made.approve(id);
    expect(made.inbox.get(id).state).toBe("approved");
  });

  it("is shorter for what writes to a control system, whether it was asked for or edited in", async () => {
    const made = bench({ lifetimes: () => ({ any: 10_000, controlWrite: 1000 }) });
    const write = { kind: "control-write", ordinary: false, summary: "sets a channel" } as const;
    const assess = made.kind.assess.bind(made.kind);
    made.kind.assess = async (note) => ({
      ...(await assess(note)),
      effects: note.text.includes("put") ? [write] : [],
    });
    const asked = await made.asked("put");
    expect(asked.expiresAt - asked.createdAt).toBe(1000);

    const harmless = await made.asked("get");
    expect(harmless.expiresAt - harmless.createdAt).toBe(10_000);
    made.inbox.saveDraft(harmless.id, "put after all");
    const { proof } = await made.inbox.show(harmless.id, never);
    await made.inbox.decide(harmless.id, { verdict: "approve-edited", text: "put after all" }, proof);
    made.clock.time += 1000;
    expect(await made.inbox.perform(harmless.id, never)).toEqual({ state: "expired" });
    expect(made.kind.done).toEqual([]);
  });

  it("that passes while an edit is assessed counts", async () => {
    const made = bench({ lifetimes: () => ({ any: 1000, controlWrite: 1000 }) });
    const { id } = await made.asked("first");
    made.inbox.saveDraft(id, "second");
    const { proof } = await made.inbox.show(id, never);
    const deciding = made.inbox.decide(id, { verdict: "approve-edited", text: "second" }, proof);
    made.clock.time += 1000;
    await expect(deciding).rejects.toThrow(/expired/);
    expect(made.inbox.get(id).state).toBe("expired");
  });
});

describe("withdrawing", () => {
  it("ends what waits or is approved, and nothing else", async () => {
    const made = bench();
    const { id: waiting } = await made.asked("a");
    const approved = await made.approved("b");
    const done = await made.approved("c");
    await made.inbox.perform(done, never);
    for (const id of [waiting, approved, done]) made.inbox.withdraw(id, "The analysis was cancelled");
    expect([waiting, approved, done].map((id) => made.inbox.outcome(id)?.state)).toEqual([
      "withdrawn",
      "withdrawn",
      "finished",
    ]);
    expect(made.inbox.ledger.rows(waiting).at(-1)?.body).toMatchObject({
      reason: "The analysis was cancelled",
    });
  });
});

describe("a request of another version of its kind", () => {
  it("is void and says so", async () => {
    const made = bench();
    const { id } = await made.asked();
    made.inbox.register(Object.assign(Object.create(made.kind) as typeof made.kind, { version: 2 }));
    await expect(made.inbox.show(id, never)).rejects.toThrow(/another version/);
    expect(made.inbox.outcome(id)).toMatchObject({ state: "refused" });
  });

  it("that was approved already is refused when it is performed", async () => {
    const made = bench();
    const id = await made.approved();
    made.inbox.register(Object.assign(Object.create(made.kind) as typeof made.kind, { version: 2 }));
    expect(await made.inbox.perform(id, never)).toMatchObject({ state: "refused" });
    expect(made.kind.done).toEqual([]);
  });
});

describe("another window", () => {
  it("hears of every request that appears or changes, by its id", async () => {
    const made = bench();
    const other = bench({ beside: made });
    const { id } = await made.asked();
    const heard: string[] = [];
    const seen = (state: string) =>
      new Promise<void>((resolve) => {
        const listening = other.inbox.onDidChange((changed) => {
          heard.push(changed);
          if (other.inbox.get(changed).state !== state) return;
          void listening.dispose();
          resolve();
        });
      });
    const rejected = seen("rejected");
    await made.inbox.decline(id, { verdict: "reject" });
    await rejected;
    expect(new Set(heard)).toEqual(new Set([id]));
  });
});
