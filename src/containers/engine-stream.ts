import { Readable, Transform, pipeline } from "node:stream";
import type { TransformCallback } from "node:stream";
import { engineError } from "./engine-errors.ts";
import type { FrameParser } from "./frame-parser.ts";

/** What the engine sends, with its failures in our words; taken out of its frames where a parser is given. */
export function engineStream(source: NodeJS.ReadableStream, doing: string, frames?: FrameParser): Readable {
  return pipeline(source, new EngineStream(doing, frames), () => undefined);
}

/** The client's streams are Node's own: this says so to the compiler, and checks it. */
export function asReadable(stream: unknown): Readable {
  if (stream instanceof Readable) return stream;
  throw new TypeError("The engine's client returned something that is not a stream");
}

class EngineStream extends Transform {
  private readonly doing: string;
  private readonly frames: FrameParser | undefined;

  constructor(doing: string, frames: FrameParser | undefined) {
    super();
    this.doing = doing;
    this.frames = frames;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    try {
      for (const piece of this.frames?.feed(chunk) ?? [chunk]) this.push(piece);
      done();
    } catch (error) {
      done(engineError(error, this.doing));
    }
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    done(error && engineError(error, this.doing));
  }
}
