import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import { CountersignError, cancelled } from "../errors.ts";
import { engineError } from "./engine-errors.ts";
import { lines } from "./lines.ts";

const LINES_KEPT = 30;
const LONGEST_LINE = 2_000;

/** The build context as a tar archive that is the same, byte for byte, for the same files. */
export async function contextArchive(files: Readonly<Record<string, Uint8Array>>): Promise<Buffer> {
  const archive = pack();
  for (const name of Object.keys(files).sort()) {
    archive.entry({ name, mode: 0o644, mtime: new Date(0) }, Buffer.from(files[name] ?? []));
  }
  archive.finalize();
  return buffer(archive);
}

/** One message of the classic builder. */
interface BuildMessage {
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
}

/**
 * Reads the builder's messages until the build ends; `onLine` hears each line of its log.
 * @throws `build-failed` with the log's last lines, `engine-stopped`, `cancelled`
 */
export async function followBuild(
  messages: Readable,
  tag: string,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const log = new BuildLog(onLine);
  const closing = (): unknown => messages.destroy();
  signal.addEventListener("abort", closing, { once: true });
  try {
    for await (const line of lines(messages)) log.hear(parseMessage(line));
  } catch (error) {
    throw signal.aborted ? cancelled(`Building ${tag}`) : engineError(error, `Building ${tag}`);
  } finally {
    signal.removeEventListener("abort", closing);
  }
  log.end();
  if (signal.aborted) throw cancelled(`Building ${tag}`);
  if (log.failure !== undefined) throw buildFailed(tag, log.failure, log.lastLines);
}

/** The builder's text arrives in pieces: lines are put together again, the last ones kept. */
class BuildLog {
  readonly lastLines: string[] = [];
  failure: string | undefined;
  private readonly onLine: (line: string) => void;
  private partial = "";

  constructor(onLine: (line: string) => void) {
    this.onLine = onLine;
  }

  hear(message: BuildMessage): void {
    if (message.error !== undefined) this.failure = message.error;
    const text = message.stream ?? (message.status === undefined ? "" : `${message.status}\n`);
    const whole = (this.partial + text).split(/\r?\n|\r/);
    this.partial = (whole.pop() ?? "").slice(0, LONGEST_LINE);
    for (const line of whole) this.line(line);
  }

  end(): void {
    this.line(this.partial);
    this.partial = "";
  }

  private line(line: string): void {
    if (line.trim() === "") return;
    const short = line.slice(0, LONGEST_LINE);
    this.lastLines.push(short);
    if (this.lastLines.length > LINES_KEPT) this.lastLines.shift();
    this.onLine(short);
  }
}

function parseMessage(line: string): BuildMessage {
  if (line.trim() === "") return {};
  try {
    return JSON.parse(line) as BuildMessage;
  } catch {
    return { stream: `${line}\n` };
  }
}

function buildFailed(tag: string, reason: string, lastLines: readonly string[]): CountersignError {
  return new CountersignError("build-failed", {
    message: `Building the image ${tag} failed: ${reason}\n${lastLines.join("\n")}`,
    kept: "Finished build steps are kept: the next build goes on from there.",
    next: "Read the last lines of the log. Behind a proxy, set the build arguments, the extra CA file or the build network, then build again.",
  });
}
