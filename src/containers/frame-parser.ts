import { CountersignError } from "../errors.ts";

type StreamName = "stdin" | "stdout" | "stderr";

const HEADER_BYTES = 8;
const NAMES: readonly (StreamName | undefined)[] = ["stdin", "stdout", "stderr"];

/**
 * Takes an engine's multiplexed stream apart: frames of an 8-byte header (stream, three zeros, length as big-endian
 * uint32) and a payload. Payloads are passed on as they come in, so that a frame of 4 GB needs no memory.
 */
export class FrameParser {
  private readonly wanted: ReadonlySet<StreamName>;
  private header = Buffer.alloc(0);
  private remaining = 0;
  private passing = false;

  constructor(wanted: readonly StreamName[]) {
    this.wanted = new Set(wanted);
  }

  /** The wanted payload bytes in the next chunk, in order. @throws `engine-failed` where the chunk is not made of frames */
  *feed(chunk: Buffer): Generator<Buffer> {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.remaining === 0) {
        rest = this.readHeader(rest);
        continue;
      }
      const piece = rest.subarray(0, this.remaining);
      this.remaining -= piece.length;
      rest = rest.subarray(piece.length);
      if (this.passing) yield piece;
    }
  }

  private readHeader(chunk: Buffer): Buffer {
    const missing = HEADER_BYTES - this.header.length;
    this.header = Buffer.concat([this.header, chunk.subarray(0, missing)]);
    if (this.header.length === HEADER_BYTES) this.beginFrame();
    return chunk.subarray(missing);
  }

  private beginFrame(): void {
    const name = NAMES[this.header.readUInt8(0)];
    if (name === undefined) throw notFrames();
    this.passing = this.wanted.has(name);
    this.remaining = this.header.readUInt32BE(4);
    this.header = Buffer.alloc(0);
  }
}

function notFrames(): CountersignError {
  return new CountersignError("engine-failed", {
    message: "The container engine sent a stream in a form that is not known.",
    next: "Update the container engine, then try again.",
  });
}
