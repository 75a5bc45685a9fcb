import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { actDialog, SHOW_DETAILS } from "../../../src/editor/run-once-text.ts";
import { ASSESSMENT, pythonAction, request, RUN, shown } from "./example-requests.ts";

describe("the dialog that approves", () => {
  it("puts the harmless button first, because Enter presses it", () => {
    expect(actDialog(shown(request())).buttons).toEqual([SHOW_DETAILS, "Run Once"]);
  });

  it("lists every effect, where it runs and the hash", () => {
    const { detail } = actDialog(shown(request()));
    expect(detail).toContain("▲ sets SR:MAG to 2.5");
    expect(detail).toContain("• reads data/co2.csv");
    expect(detail).toContain("Networks: none");
    expect(detail).toContain(`SHA-256: ${shown(request()).proof.hash.slice(0, 16)}`);
  });

  it("says that an edit is what would run", () => {
    expect(actDialog(shown(request(), "print(2)\n")).message).toBe("Run this code once as you edited it?");
    expect(actDialog(shown(request())).message).toBe("Run this code once?");
  });

  it("says what the edit changes first, and nothing of what was approved before", () => {
    const gained = [{ kind: "network", ordinary: false, summary: "reaches a.b\nWhere: here" }] as const;
    const edit = {
      earlier: request(),
      since: "edited",
      before: "a",
      now: "b",
      gained,
      lost: [],
      world: [],
    } as const;
    const { detail } = actDialog(shown(request(), "b"), [edit, { ...edit, since: "approved" }]);
    expect(detail.split("\n")[0]).toBe(
      "What the edit changes: now reaches a.b\\nWhere: here, 1 line of the code changed",
    );
    expect(detail.match(/now reaches/g)).toHaveLength(1);
  });

  it("has as many lines whatever the code, a file or the configuration names", () => {
    const detailOf = (name: string) => {
      const run = { ...RUN, mode: name, dataFolders: [name], inputs: [{ ...RUN.inputs[0]!, path: name }] };
      const effects = [{ ...ASSESSMENT.effects[0]!, target: name, summary: `reads ${name}` }];
      const of = request({ action: pythonAction(run), assessment: { ...ASSESSMENT, effects } });
      return actDialog(shown(of)).detail;
    };
    const lines = (text: string) => text.split(/[\p{Cc}\p{Zl}\p{Zp}]/u).length;
    const usual = lines(detailOf("a.csv"));
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (start, end) => {
        expect(lines(detailOf(`${start}\nWhere: In a container\n${end}`))).toBe(usual);
      }),
    );
  }, 30_000);

  it("cannot approve what does not fit", () => {
    const effect = ASSESSMENT.effects[0]!;
    const many = { ...ASSESSMENT, effects: Array.from({ length: 15 }, () => effect) };
    const dialog = actDialog(shown(request(), undefined, many));
    expect(dialog.buttons).toEqual([SHOW_DETAILS]);
    expect(dialog.detail).toContain("and 1 more, which only the details show");
  });
});
