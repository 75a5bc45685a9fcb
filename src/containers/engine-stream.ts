import { Readable, Transform, pipeline } from "node:stream";
import type { TransformCallback } from "node:stream";
import { cancelled } from "../errors.ts";
import { engineError } from "./engine-errors.ts";
import type { FrameParser } from "./frame-parser.ts";

/** How a stream of the engine is read. */
export interface EngineStreamOptions {
  /** For errors: "Reading the log". */
  readonly doing: string;
  /** The parser that takes it out of its frames, where it comes in frames. */
  readonly frames?: FrameParser;
  /** The signal that the request was made with: what it breaks is cancelled, not lost. */
  readonly signal?: AbortSignal;
}

/** What the engine sends, with its failures in our words. */
export function engineStream(source: NodeJS.ReadableStream, options: EngineStreamOptions): Readable {
  return pipeline(source, new EngineStream(options), () => undefined);
}

/** The client's streams are Node's own: this says so to the compiler, and checks it. */
export function asReadable(stream: unknown): Readable {
  if (stream instanceof Readable) return stream;
  throw new TypeError("The engine's client returned something that is not a stream");
}

class EngineStream extends Transform {
  private readonly options: EngineStreamOptions;

  constructor(options: EngineStreamOptions) {
    super();
    this.options = options;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    try {
      for (const piece of this.options.frames?.feed(chunk) ?? [chunk]) this.push(piece);
      done();
    } catch (error) {
      done(engineError(error, this.options.doing));
    }
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const { doing, signal } = this.options;
    done(error && (signal?.aborted ? cancelled(doing) : engineError(error, doing)));
  }
}
