import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../../src/editor/command-ids.ts";
import { lensTitles } from "../../../src/editor/inline/lens-titles.ts";
import type { Review } from "../../../src/editor/reviews.ts";
import { ASSESSMENT, request, shown } from "./example-requests.ts";

const NOW = Date.UTC(2026, 0, 2, 13);
const FACTS = { hasNotebook: false, isTrusted: true, now: NOW };

describe("the line above the code", () => {
  it("says what would happen and offers the four things to do", () => {
    const waiting = request();
    const titles = lensTitles(
      { state: "ready", request: waiting, shown: shown(waiting), missing: [] },
      FACTS,
    );
    expect(titles.map(({ title }) => title)).toEqual([
      "$(play) Run once: sets SR:MAG to 2.5, reads data/co2.csv",
      "Revise…",
      "Reject",
      "Details",
    ]);
  });

  it("offers no run while an edit is being checked, nor where it can never be approved", () => {
    const waiting = request();
    const refused = { ...ASSESSMENT, refusal: "Line 3 does not parse." };
    for (const review of [
      { state: "checking", request: waiting } as const,
      { state: "failed", request: waiting, error: new Error("no analyser") } as const,
      { state: "ready", request: waiting, shown: shown(waiting, undefined, refused), missing: [] } as const,
    ]) {
      const commands = lensTitles(review, FACTS).map(({ command }) => command);
      expect(commands).not.toContain(COMMANDS.runOnce);
      expect(commands).toContain(COMMANDS.reject);
    }
  });

  it("draws no icon that a model wrote", () => {
    const waiting = request();
    const spoofed = { ...ASSESSMENT, summary: "$(verified) harmless" };
    const [first] = lensTitles(
      { state: "ready", request: waiting, shown: shown(waiting, undefined, spoofed), missing: [] },
      FACTS,
    );
    expect(first?.title).toBe("$(play) Run once: $ (verified) harmless");
  });

  it("offers the notebook once there is one, and nothing to decide", () => {
    const titles = lensTitles(
      { state: "decided", request: request({ state: "finished" }) },
      { ...FACTS, hasNotebook: true },
    );
    expect(titles.map(({ command }) => command)).toEqual([
      undefined,
      COMMANDS.openNotebook,
      COMMANDS.showDetails,
    ]);
  });

  it("says why what was refused cannot run, and offers nothing to decide", () => {
    const refused = request({ state: "refused" });
    const review = { state: "decided", request: refused, refusal: "It sets SR:MAG to 2.5." } as const;
    expect(lensTitles(review, FACTS)).toEqual([
      { title: "$(error) Cannot run: It sets SR:MAG to 2.5." },
      { title: "Details", command: COMMANDS.showDetails },
    ]);
  });

  it("offers to ask anew about what was approved and then refused", () => {
    const decided = { verdict: "approve", by: { name: "Ada", knownBy: "os-user" }, at: NOW } as const;
    const refused = request({ state: "refused", decided });
    const review = { state: "decided", request: refused, refusal: "Changed: co2.csv changed." } as const;
    expect(lensTitles(review, FACTS).map(({ command }) => command)).toEqual([
      undefined,
      COMMANDS.askAnew,
      COMMANDS.showDetails,
    ]);
  });

  it("says what is different since the last time, and opens it where the code is", () => {
    const waiting = request();
    const same = {
      earlier: request(),
      since: "attempt",
      gained: [],
      lost: [],
      world: ["$(x) image"],
    } as const;
    const titles = (now: string) =>
      lensTitles(
        {
          state: "ready",
          request: waiting,
          shown: shown(waiting),
          missing: [],
          comparisons: [{ ...same, before: "a", now }],
        },
        FACTS,
      );
    expect(titles("a")[1]).toEqual({ title: "$(diff) Since the attempt before: $ (x) image" });
    expect(titles("b")[1]).toEqual({
      title: "$(diff) Since the attempt before: $ (x) image, 1 line of the code changed",
      command: COMMANDS.showChanges,
    });
  });

  it("takes no more room for two comparisons than for one, so that what can be done stays in sight", () => {
    const waiting = request();
    const shownOf = (...lengths: readonly number[]) =>
      lensTitles(
        {
          state: "ready",
          request: waiting,
          shown: shown(waiting),
          missing: [],
          comparisons: lengths.map((length, index) => ({
            ...{ earlier: request(), gained: [], lost: [], before: "a", now: "a" },
            ...{ since: index === 0 ? "edited" : "attempt", world: ["x".repeat(length)] },
          })),
        },
        FACTS,
      ).flatMap(({ title }) => /x+/.exec(title)?.[0].length ?? []);
    expect(shownOf(200)).toEqual([69]);
    expect(shownOf(200, 200)).toEqual([34, 34]);
    // What one leaves the other has.
    expect(shownOf(20, 200)).toEqual([20, 49]);
    expect(shownOf(20, 30)).toEqual([20, 30]);
  });

  it("without trust in the workspace says so, and offers nothing but to look", () => {
    const waiting = request();
    const reviews: readonly Review[] = [
      { state: "checking", request: waiting },
      { state: "ready", request: waiting, shown: shown(waiting), missing: ["scipy"] },
      { state: "failed", request: waiting, error: new Error("no analyser") },
    ];
    for (const review of reviews) {
      expect(lensTitles(review, { ...FACTS, isTrusted: false })).toEqual([
        {
          title: "$(shield) Restricted Mode, nothing can be decided: sets SR:MAG to 2.5, reads data/co2.csv",
        },
        { title: "Details", command: COMMANDS.showDetails },
      ]);
    }
    const decided = { verdict: "approve", by: { name: "Ada", knownBy: "os-user" }, at: NOW } as const;
    const refused = {
      state: "decided",
      request: request({ state: "refused", decided }),
      refusal: "x",
    } as const;
    const commands = lensTitles(refused, { ...FACTS, isTrusted: false }).map(({ command }) => command);
    expect(commands).not.toContain(COMMANDS.askAnew);
  });
});
