import { describe, expect, it } from "vitest";
import { panelState, panelText } from "../../../src/editor/approval-panel/panel-state.ts";
import { wishOf } from "../../../src/editor/grant-offers.ts";
import type { Review } from "../../../src/editor/reviews.ts";
import { ASSESSMENT, request, RUN, shown } from "./example-requests.ts";

const HOUR = 60 * 60 * 1000;
const EXTRAS = { spans: [], hasNotebook: false, isTrusted: true, now: Date.UTC(2026, 0, 2, 13) };

describe("what the panel shows", () => {
  it("shows the edit, its hash and that it is one", () => {
    const waiting = request();
    const review: Review = {
      state: "ready",
      request: waiting,
      shown: shown(waiting, "print(2)\n"),
      missing: [],
    };
    const state = panelState(review, EXTRAS);
    expect(state.text).toBe("print(2)\n");
    expect(state.hash).toBe(review.shown.proof.hash);
    expect(state.edited).toBe(true);
    expect(state.phase).toBe("undecided");
    expect(panelText(review)).toBe(state.text);
  });

  it("shows what was asked for as not edited", () => {
    const waiting = request();
    const state = panelState(
      { state: "ready", request: waiting, shown: shown(waiting), missing: [] },
      EXTRAS,
    );
    expect(state).toMatchObject({ edited: false, text: RUN.code, hash: waiting.hash, isPython: true });
  });

  it("links effects to lines and sorts findings by place", () => {
    const waiting = request();
    const state = panelState(
      { state: "ready", request: waiting, shown: shown(waiting), missing: [] },
      EXTRAS,
    );
    expect(state.effects).toMatchObject([
      { kind: "control-write", ordinary: false, lines: [7] },
      { kind: "reads-files", ordinary: true, lines: [2] },
    ]);
    expect(state.findings.map(({ line, ordinary }) => [line, ordinary])).toEqual([
      [2, true],
      [4, true],
      [7, false],
    ]);
  });

  it("cannot be approved while it is checked, where policy refuses, or once decided", () => {
    const waiting = request();
    const refused = { ...ASSESSMENT, refusal: "It does not parse." };
    const byPolicy = request({ judgement: { verdict: "refuse", reason: "No mode allows writes." } });
    const phases = (
      [
        { state: "checking", request: waiting },
        { state: "failed", request: waiting, error: new Error("x") },
        { state: "ready", request: waiting, shown: shown(waiting, undefined, refused), missing: [] },
        { state: "ready", request: byPolicy, shown: shown(byPolicy), missing: [] },
        { state: "decided", request: request({ state: "rejected" }) },
      ] satisfies Review[]
    ).map((review) => panelState(review, EXTRAS).phase);
    expect(phases).toEqual(["checking", "unapprovable", "unapprovable", "unapprovable", "decided"]);
  });

  it("offers nothing to decide without trust in the workspace", () => {
    const untrusted = { ...EXTRAS, isTrusted: false };
    const waiting = request();
    const ready = { state: "ready", request: waiting, shown: shown(waiting), missing: [] } as const;
    expect(panelState(ready, untrusted).phase).toBe("restricted");
    const decided = { verdict: "approve", by: { name: "Ada", knownBy: "os-user" }, at: 0 } as const;
    const refused = { state: "decided", request: request({ state: "refused", decided }) } as const;
    expect(panelState(refused, EXTRAS).mayAskAnew).toBe(true);
    expect(panelState(refused, untrusted)).toMatchObject({ phase: "decided", mayAskAnew: false });
  });

  it("offers a grant where one may stand for the answer, and only while it can be decided", () => {
    const judgement = { verdict: "ask", reason: "All asks.", grantable: true } as const;
    const waiting = request({ judgement });
    const contained = { ...ASSESSMENT, effects: ASSESSMENT.effects.filter(({ ordinary }) => ordinary) };
    const offered = (review: Review) => panelState(review, EXTRAS).grants.map(({ id }) => id);
    const ready = {
      state: "ready",
      request: waiting,
      shown: shown(waiting, undefined, contained),
      missing: [],
    } as const;
    expect(offered(ready)).toEqual(["code-8h", "analysis-1d", "workspace-8h", "workspace-7d"]);
    expect(offered({ ...ready, shown: shown(waiting) })).toEqual([]);
    const always = request();
    expect(offered({ ...ready, request: always, shown: shown(always, undefined, contained) })).toEqual([]);
    expect(offered({ state: "decided", request: request({ judgement, state: "rejected" }) })).toEqual([]);
  });

  it("names on the button what a chosen grant allows, and for how long, in the words of the grant", () => {
    const waiting = request({ judgement: { verdict: "ask", reason: "All asks.", grantable: true } });
    const contained = { ...ASSESSMENT, effects: ASSESSMENT.effects.filter(({ ordinary }) => ordinary) };
    const checked = shown(waiting, undefined, contained);
    const state = panelState({ state: "ready", request: waiting, shown: checked, missing: [] }, EXTRAS);
    expect(state.approveLabel).toBe("Run Once");
    expect(state.grants.map((grant) => [grant.approveLabel, wishOf(grant.id)])).toEqual([
      ["Run, and Allow This Exact Code for 8 Hours", { scope: "code", lasts: 8 * HOUR }],
      ["Run, and Allow the Same in This Analysis for 24 Hours", { scope: "analysis", lasts: 24 * HOUR }],
      ["Run, and Allow the Same for 8 Hours", { scope: "workspace", lasts: 8 * HOUR }],
      ["Run, and Allow the Same for 7 Days", { scope: "workspace", lasts: 7 * 24 * HOUR }],
    ]);
    expect(state.grants.map(({ label, meaning }) => [label, meaning])).toEqual([
      ["8 hours: this exact code", "For 8 hours, exactly this code runs without asking."],
      [
        "24 hours: the same effects in this analysis",
        "For 24 hours, code in this analysis that does no more than this runs without asking.",
      ],
      [
        "8 hours: the same effects in this workspace",
        "For 8 hours, code in this workspace that does no more than this runs without asking.",
      ],
      [
        "7 days: the same effects in this workspace",
        "For 7 days, code in this workspace that does no more than this runs without asking.",
      ],
    ]);
  });

  it("offers to ask anew about code that came to nothing, and about nothing else", () => {
    const memory = {
      kind: "memory-entry",
      version: 1,
      subject: "remembers x",
      payload: { title: "x", text: "y" },
    };
    const offered = [
      request({ state: "expired" }),
      request({ state: "rejected" }),
      request({ state: "expired", action: memory }),
    ].map((one) => panelState({ state: "decided", request: one }, EXTRAS).mayAskAnew);
    expect(offered).toEqual([true, false, false]);
  });

  it("shows what an edit changes, then what is different since the last time", () => {
    const waiting = request();
    const comparison = {
      earlier: request(),
      since: "attempt",
      before: "a",
      now: "b",
      gained: [],
      lost: [],
      world: ["the image was rebuilt or replaced"],
    } as const;
    const gained = [{ kind: "network", ordinary: false, summary: "reaches a.b" }] as const;
    const edit = { ...comparison, since: "edited", gained, world: [] } as const;
    const review: Review = {
      state: "ready",
      request: waiting,
      shown: shown(waiting),
      missing: [],
      comparisons: [edit, comparison],
    };
    expect(panelState(review, EXTRAS).comparisons).toEqual([
      {
        title: "What the edit changes",
        changes: [
          { kind: "gained", text: "now reaches a.b" },
          { kind: "other", text: "1 line of the code changed" },
        ],
        hasText: false,
      },
      {
        title: "Since the attempt before",
        changes: [
          { kind: "other", text: "the image was rebuilt or replaced" },
          { kind: "other", text: "1 line of the code changed" },
        ],
        hasText: true,
      },
    ]);
  });
});
