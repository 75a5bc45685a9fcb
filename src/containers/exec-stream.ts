import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { CountersignError } from "../errors.ts";
import { engineError } from "./engine-errors.ts";
import { FrameParser } from "./frame-parser.ts";

/**
 * A process in a container as one stream: what is written goes to its stdin (ending it closes stdin), what is read is
 * its stdout. The engine's connection is read no faster than this stream is, and written no faster than it takes.
 */
export class ExecStream extends Duplex {
  private readonly connection: Socket;
  private readonly frames = new FrameParser(["stdout"]);
  private readingEnded = false;

  constructor(connection: Socket) {
    super({ allowHalfOpen: true });
    this.connection = connection;
    connection.on("data", (chunk: Buffer) => this.receive(chunk));
    connection.on("end", () => this.endReading());
    connection.on("error", (error) => this.destroy(engineError(error, "Talking to the container")));
    // Nothing can be written any more either; what was read before is kept until it is taken.
    connection.on("close", () => this.endReading().end());
    connection.pause();
  }

  override _read(): void {
    this.connection.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.connection.write(chunk, (error) =>
      done(error ? engineError(error, "Talking to the container") : null),
    );
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.connection.destroyed) done();
    else this.connection.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.connection.destroy();
    done(error);
  }

  private endReading(): this {
    if (!this.readingEnded) this.push(null);
    this.readingEnded = true;
    return this;
  }

  private receive(chunk: Buffer): void {
    try {
      for (const piece of this.frames.feed(chunk)) {
        if (!this.push(piece)) this.connection.pause();
      }
    } catch (error) {
      this.destroy(
        error instanceof CountersignError ? error : engineError(error, "Talking to the container"),
      );
    }
  }
}
