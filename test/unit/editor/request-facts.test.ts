import { describe, expect, it } from "vitest";
import { sha256 } from "../../../src/approval/actions.ts";
import { clockTime } from "../../../src/editor/plain-text.ts";
import {
  codeOf,
  effectsByWeight,
  findingsOf,
  revisionQuestion,
  standing,
  whereItRuns,
} from "../../../src/editor/request-facts.ts";
import { ASSESSMENT, pythonAction, request, RUN } from "./example-requests.ts";

const DECIDED_AT = new Date(2026, 0, 2, 14, 2).getTime();

describe("facts of a request", () => {
  it("puts what is more than ordinary first", () => {
    expect(effectsByWeight(ASSESSMENT).map(({ kind }) => kind)).toEqual(["control-write", "reads-files"]);
  });

  it("asks what should be different only where somebody makes it anew", () => {
    const of = (kind: string) => revisionQuestion({ ...pythonAction(), kind });
    expect(of("python-run")).toContain("The model writes the code again.");
    expect(of("extension-act")).toContain("The other extension is told.");
    for (const kind of ["memory-entry", "loosening", "image-packages"]) expect(of(kind)).toBeUndefined();
  });

  it("links an effect to the findings that name its target, else to all of its kind", () => {
    const [reads] = ASSESSMENT.effects;
    expect(findingsOf(reads!, ASSESSMENT).map(({ line }) => line)).toEqual([2]);
    const elsewhere = { ...reads!, target: "data/unnamed.csv" };
    expect(findingsOf(elsewhere, ASSESSMENT).map(({ line }) => line)).toEqual([2, 4]);
  });

  it("shows the draft while undecided and the approved bytes afterwards", () => {
    expect(codeOf(request({ draft: "print(1)\n" }))).toBe("print(1)\n");
    expect(codeOf(request({ draft: "print(1)\n", state: "approved" }))).toBe(RUN.code);
  });

  it("says where it runs, with staged files and an image that is not built yet", () => {
    const facts = new Map(whereItRuns(pythonAction(), ASSESSMENT).map(({ label, value }) => [label, value]));
    expect(facts.get("Image")).toBe("countersign/jupyter:1 (not built yet)");
    expect(facts.get("Staged files")).toBe("limits.json (2 kB)");
    expect(facts.get("Data it reads")).toBe("data/co2.csv (31 kB)");
    expect(facts.get("Networks")).toBe("none");
    expect(facts.get("Mode")).toBe("read_only (kernel python3-epics-readonly)");
  });

  it("tells a store of an earlier step in one, and single files each", () => {
    const input = { bytes: 2_000, digest: sha256("x"), boundBy: "content" } as const;
    const chunks = Array.from({ length: 1_200 }, (_, n) => ({
      ...input,
      path: `field.zarr/c/${n}`,
      source: `out/field.zarr/c/${n}`,
    }));
    const action = pythonAction({
      ...RUN,
      inputs: [...chunks, { ...input, path: "a.csv", source: "out/a.csv" }],
    });
    const facts = new Map(whereItRuns(action, ASSESSMENT).map(({ label, value }) => [label, value]));
    expect(facts.get("Staged files")).toBe(
      "field.zarr (1,200 files, 2 MB), a.csv (2 kB, from an earlier step)",
    );
  });

  it("says of a run without isolation that nothing but its time is limited", () => {
    const place = { method: "local", environment: sha256("environment") } as const;
    const isolation = {
      level: "local",
      networks: ["everything this machine reaches"],
      summary: "On this machine",
    } as const;
    const facts = new Map(
      whereItRuns(pythonAction({ ...RUN, place }), { ...ASSESSMENT, isolation }).map(({ label, value }) => [
        label,
        value,
      ]),
    );
    expect(facts.get("Networks")).toBe("everything this machine reaches");
    expect(facts.get("Rights")).toMatch(/^your own/);
    expect(facts.get("Limits")).toBe("300 s, and no other");
  });

  it("says who decided, without the address that git knows them by", () => {
    const decided = {
      verdict: "approve",
      by: { name: "Ada <ada@example.org>", knownBy: "git-identity" },
      at: DECIDED_AT,
    } as const;
    const text = standing(request({ state: "finished", decided }), DECIDED_AT);
    expect(text).toMatch(/^Approved by Ada at .*02.*; finished$/);
  });

  it("says that policy allowed what nobody was asked about", () => {
    expect(standing(request({ state: "started" }), DECIDED_AT)).toBe("Allowed by policy; running");
  });

  it("says until when it can be decided", () => {
    const waiting = request();
    const until = clockTime(waiting.expiresAt, DECIDED_AT);
    expect(standing(waiting, DECIDED_AT)).toBe(`Waits for your decision until ${until}`);
  });
});
