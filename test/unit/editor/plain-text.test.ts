import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outputText } from "../../../src/editor/output-text.ts";
import {
  oneLine,
  withoutIcons,
  withoutLinks,
  withoutTerminalSequences,
} from "../../../src/editor/plain-text.ts";

const ESC = "\u001b";

describe("text that somebody else wrote", () => {
  it("becomes no link that runs a command", () => {
    expect(withoutLinks("see [here](command:workbench.action.quit)")).not.toMatch(/\]\(/);
  });

  it("draws no icon", () => {
    expect(withoutIcons("$(check) safe")).toBe("$ (check) safe");
  });

  it("keeps to one line of the length asked for", () => {
    expect(oneLine("a\n  b\tc", 10)).toBe("a b c");
    expect(oneLine("abcdefghij", 5)).toBe("abcd…");
  });

  it("moves no cursor, sets no title, writes no clipboard", () => {
    expect(
      withoutTerminalSequences(`${ESC}[31mred${ESC}[0m ${ESC}]52;c;aGk=\u0007${ESC}]0;title${ESC}\\end`),
    ).toBe("red end");
  });

  it("holds no control character but tab and line ends, whatever came in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(withoutTerminalSequences(text)).not.toMatch(/(?![\t\n\r])\p{Cc}/u);
      }),
    );
  });

  it("names images and leaves HTML out", () => {
    const image = outputText(
      { type: "display", data: { "image/png": "iVBOR", "text/plain": "<Figure>" } },
      100,
    );
    expect(image).toBe("[png image, see the notebook]\n");
    const saved = outputText(
      { type: "display", data: { "image/png": "iVBOR" } },
      100,
      "analyses/a/figures/f.png",
    );
    expect(saved).toBe("[analyses/a/figures/f.png]\n");
    const html = outputText({ type: "display", data: { "text/html": "<img src=x>" } }, 100);
    expect(html).toBe("[output, see the notebook]\n");
  });

  it("is shown up to where a person would read", () => {
    const long = "é".repeat(200);
    expect(outputText({ type: "stream", stream: "stdout", text: long }, 3)).toBe("ééé");
    expect(outputText({ type: "display", data: { "text/plain": long } }, 3)).toBe("ééé\n");
    expect(outputText({ type: "error", name: "E", message: "m", traceback: [long] }, 3)).toBe("ééé\n");
  });
});
