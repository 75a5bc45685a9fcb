import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Transform, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { KeptNames, nameProblem, printable } from "./file-names.ts";

/** Where the sandbox's own hooks leave what is not the code's: see `media/services/jupyter/startup`. */
const HOOKS_FOLDER = ".countersign/";
const RESULTS = ".countersign/results.json";
const MOST_FILES = 5_000;
const MOST_NAMED = 100;

export interface CollectedFile {
  /** Where it is kept: relative to `out/`, forward slashes. */
  readonly path: string;
  /** As the code named it, where it is kept under another name. */
  readonly name?: string;
  readonly bytes: number;
}

export interface RenamedFile extends CollectedFile {
  readonly name: string;
}

export function isRenamed(file: CollectedFile): file is RenamedFile {
  return file.name !== undefined;
}

export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

/** Where a run's files may go, and how much of them. */
export interface Destination {
  /** Made when the first file comes; must not exist before, so that no link can be in it. */
  readonly out: string;
  readonly results: string;
  readonly bytes: number;
}

/**
 * Takes regular files out of a sandbox, whose names and sizes are whatever hostile code made them. Nothing is followed,
 * nothing overwritten; what is not taken is named with the reason, and what is kept under another name with its own.
 */
export class Collector {
  readonly files: CollectedFile[] = [];
  readonly leftOut: LeftOut[] = [];
  leftOutCount = 0;
  private resultsTaken = false;
  private readonly names = new KeptNames();
  private readonly taken = new Set<string>();
  private outMade: Promise<void> | undefined;
  private readonly destination: Destination;
  private readonly expected: ReadonlySet<string>;
  private room: number;

  /** `expected` names what the host itself put there, which is not worth a word when it is left out. */
  constructor(destination: Destination, expected: ReadonlySet<string>) {
    this.destination = destination;
    this.expected = expected;
    this.room = destination.bytes;
  }

  /** Absolute path of `results.json`, where the code left results. */
  get results(): string | undefined {
    return this.resultsTaken ? this.destination.results : undefined;
  }

  /** True where a file of that size would not fit any more: reading it to its end is pointless. */
  exceeds(bytes: number): boolean {
    return bytes > this.room;
  }

  /** Reads `content` to its end or destroys it. @throws what the host's disk throws */
  async take(name: string, bytes: number, content: Readable): Promise<void> {
    const problem = this.problem(name, bytes);
    if (problem !== undefined) this.leaveOut(name, problem);
    if (problem !== undefined || isOfHooks(name, this.resultsTaken)) {
      content.resume();
      return;
    }
    this.taken.add(name);
    await this.write(name, content);
  }

  leaveOut(name: string, reason: string): void {
    if (this.expected.has(name)) return;
    this.leftOutCount += 1;
    if (this.leftOut.length < MOST_NAMED) this.leftOut.push({ name: printable(name), reason });
  }

  private problem(name: string, bytes: number): string | undefined {
    if (this.exceeds(bytes)) return "there is more than the working folder may hold";
    if (this.files.length >= MOST_FILES) return `only ${MOST_FILES} files are collected`;
    if (this.taken.has(name)) return "another file has the same name here";
    return nameProblem(name);
  }

  private async write(name: string, content: Readable): Promise<void> {
    const kept = this.names.of(name);
    const path = name === RESULTS ? this.destination.results : join(this.destination.out, ...kept.split("/"));
    const meter = new Meter(this.room);
    await (this.outMade ??= mkdir(this.destination.out).then(() => undefined));
    try {
      await mkdir(dirname(path), { recursive: true });
      await pipeline(content, meter, createWriteStream(path, { flags: "wx", mode: 0o600 }));
    } catch (error) {
      await this.forgive(error, name, path);
      return;
    }
    this.room -= meter.bytes;
    if (name === RESULTS) this.resultsTaken = true;
    else this.files.push({ path: kept, ...(kept === name ? {} : { name }), bytes: meter.bytes });
  }

  /** Names that clash on this disk all the same are left out; a full disk is not forgiven. */
  private async forgive(error: unknown, name: string, path: string): Promise<void> {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EEXIST" || code === "ENOTDIR" || code === "EISDIR") {
      this.leaveOut(name, "another file has the same name here");
      return;
    }
    // Half a file is worth nothing, and the room it takes may be what the notebook needs.
    await rm(path, { force: true });
    if (!(error instanceof TooLong)) throw error;
    this.leaveOut(name, "it grew while it was read");
  }
}

class TooLong extends Error {}

/** Counts, and stops what is longer than it said it was. */
class Meter extends Transform {
  bytes = 0;
  private readonly limit: number;

  constructor(limit: number) {
    super();
    this.limit = limit;
  }

  override _transform(
    chunk: Buffer,
    _encoding: string,
    done: (error?: Error | null, out?: Buffer) => void,
  ): void {
    this.bytes += chunk.length;
    if (this.bytes > this.limit) done(new TooLong());
    else done(null, chunk);
  }
}

/** What the image's own hooks left, of which the results alone are taken, once. */
function isOfHooks(name: string, resultsTaken: boolean): boolean {
  return name.startsWith(HOOKS_FOLDER) && (name !== RESULTS || resultsTaken);
}
