import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameParser } from "../../../src/containers/frame-parser.ts";

function frame(stream: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

function feedAll(parser: FrameParser, chunks: readonly Buffer[]): Buffer {
  return Buffer.concat(chunks.flatMap((chunk) => [...parser.feed(chunk)]));
}

describe("FrameParser", () => {
  it("gives the wanted bytes, wherever the chunks are cut", () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 40 })), {
      maxLength: 12,
    });
    const cuts = fc.array(fc.nat({ max: 600 }), { maxLength: 20 });
    fc.assert(
      fc.property(frames, cuts, (sent, places) => {
        const wire = Buffer.concat(sent.map(([stream, payload]) => frame(stream, payload)));
        const bounds = [
          0,
          ...places.filter((place) => place < wire.length).sort((a, b) => a - b),
          wire.length,
        ];
        const chunks = bounds.slice(1).map((end, index) => wire.subarray(bounds[index], end));
        const stdout = Buffer.concat(sent.filter(([stream]) => stream === 1).map(([, payload]) => payload));
        expect(feedAll(new FrameParser(["stdout"]), chunks).equals(stdout)).toBe(true);
      }),
    );
  });

  it("keeps the order of stdout and stderr where both are wanted", () => {
    const wire = Buffer.concat([
      frame(1, Buffer.from("a")),
      frame(2, Buffer.from("b")),
      frame(1, Buffer.from("c")),
    ]);
    expect(feedAll(new FrameParser(["stdout", "stderr"]), [wire]).toString()).toBe("abc");
  });

  it("passes a frame on before it is complete", () => {
    const header = Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    const parser = new FrameParser(["stdout"]);
    expect(feedAll(parser, [header, Buffer.from("first")]).toString()).toBe("first");
  });

  it("refuses what is not made of frames", () => {
    const parser = new FrameParser(["stdout"]);
    expect(() => feedAll(parser, [Buffer.from("plain text")])).toThrow(/form that is not known/);
  });
});
