import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decoded } from "../../../../src/python/kernel/json-escapes.ts";

const decode = (written: string): string => decoded(Buffer.from(written));

describe("a text of JSON", () => {
  it("is decoded as JSON.parse decodes it", () => {
    const written = fc.oneof(
      fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
      fc.string({ unit: "binary" }).map(escapedThroughout),
    );
    fc.assert(fc.property(written, (text) => decode(text) === JSON.parse(text)));
  });

  it("has U+FFFD for each half of a surrogate pair", () => {
    expect(decode(String.raw`"\ud83d\ude00"`)).toBe("😀");
    expect(decode(String.raw`"a\ud83d"`)).toBe("a\uFFFD");
    expect(decode(String.raw`"\ude00\ud83dx"`)).toBe("\uFFFD\uFFFDx");
    expect(decode(String.raw`"\ud83d\ud83d\ude00"`)).toBe("\uFFFD😀");
    expect(decode(String.raw`"\ud83d\u0041"`)).toBe("\uFFFDA");
  });

  it.each([String.raw`"\x41"`, String.raw`"\u12"`, String.raw`"\u12g4"`, String.raw`"\ud83d\u12"`])(
    "is refused where an escape is none: %s",
    (written) => expect(() => decode(written)).toThrow(SyntaxError),
  );
});

function escapedThroughout(text: string): string {
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("")}"`;
}
