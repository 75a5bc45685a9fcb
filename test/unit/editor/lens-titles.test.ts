import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../../src/editor/command-ids.ts";
import { lensTitles } from "../../../src/editor/inline/lens-titles.ts";
import { ASSESSMENT, request, shown } from "./example-requests.ts";

const NOW = Date.UTC(2026, 0, 2, 13);

describe("the line above the code", () => {
  it("says what would happen and offers the four things to do", () => {
    const waiting = request();
    const titles = lensTitles(
      { state: "ready", request: waiting, shown: shown(waiting), missing: [] },
      false,
      NOW,
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
      const commands = lensTitles(review, false, NOW).map(({ command }) => command);
      expect(commands).not.toContain(COMMANDS.runOnce);
      expect(commands).toContain(COMMANDS.reject);
    }
  });

  it("draws no icon that a model wrote", () => {
    const waiting = request();
    const spoofed = { ...ASSESSMENT, summary: "$(verified) harmless" };
    const [first] = lensTitles(
      { state: "ready", request: waiting, shown: shown(waiting, undefined, spoofed), missing: [] },
      false,
      NOW,
    );
    expect(first?.title).toBe("$(play) Run once: $ (verified) harmless");
  });

  it("offers the notebook once there is one, and nothing to decide", () => {
    const titles = lensTitles({ state: "decided", request: request({ state: "finished" }) }, true, NOW);
    expect(titles.map(({ command }) => command)).toEqual([
      undefined,
      COMMANDS.openNotebook,
      COMMANDS.showDetails,
    ]);
  });

  it("says why what was refused cannot run, and offers nothing to decide", () => {
    const refused = request({ state: "refused" });
    const review = { state: "decided", request: refused, refusal: "It sets SR:MAG to 2.5." } as const;
    expect(lensTitles(review, false, NOW)).toEqual([
      { title: "$(error) Cannot run: It sets SR:MAG to 2.5." },
      { title: "Details", command: COMMANDS.showDetails },
    ]);
  });
});
