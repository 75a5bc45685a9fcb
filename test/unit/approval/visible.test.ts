import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { briefly, visible } from "../../../src/approval/visible.ts";

describe("text that nobody may be misled by", () => {
  it.each([
    ["a\nb", "a\\nb"],
    ["a\r\n\tb", "a\\r\\n\\tb"],
    ["\u202egpj.exe", "\\u202egpj.exe"],
    ["a\u200bb\u2028c\u0085d\u001b[2K\u00a0", "a\\u200bb\\u2028c\\u0085d\\u001b[2K\\u00a0"],
    ["tag\u{e0041}", "tag\\u{e0041}"],
    ["a   b", "a \\x20\\x20b"],
    ["\ud800", "\\ud800"],
  ])("%j is shown as %s", (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it("leaves ordinary names as they are", () => {
    for (const name of ["data/Größe 2.csv", "C:\\new\\table.csv", "SR:MAG:CURRENT", "数据.csv", "😀.png"])
      expect(visible(name)).toBe(name);
  });

  it("is one line that stays the same when it is made visible again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = visible(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(visible(shown)).toBe(shown);
      }),
    );
  }, 30_000);

  it("keeps the start and the end of what is too long", () => {
    const shown = briefly(`https://example.org/${"x".repeat(1000)}/../../etc/passwd`);
    expect(Array.from(shown)).toHaveLength(200);
    expect(shown).toMatch(/^https:\/\/example\.org\/x+…x+\/\.\.\/\.\.\/etc\/passwd$/);
    expect(briefly("😀".repeat(500))).not.toMatch(/\\u/);
  });
});
