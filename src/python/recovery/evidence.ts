import type { Readable } from "node:stream";
import type { Engine } from "../../containers/engine.ts";
import { lines } from "../../containers/lines.ts";

/** What a sandbox's gateway left in the engine's log. The kernel can write there too: later, and never before it was given code. */
export interface Evidence {
  /** Whether the log still holds what came before the start. Only then does it mean something that a line is not there. */
  readonly whole: boolean;
  /** SHA-256 of the code that was handed to the kernel first; undefined where the log tells of none. */
  readonly accepted: string | undefined;
  /** Status of the reply to it. */
  readonly replied: string | undefined;
  /** The gateway ended itself because the time was over. */
  readonly overdue: boolean;
}

const LINE = /^(\S+) COUNTERSIGN (accepted|replied|overdue) ?(.*)$/;

/**
 * The log up to now. `startedAt` in milliseconds, before any code was sent: lines that the engine got earlier are nobody
 * else's. An engine of another machine has another clock, so that its log proves nothing by what is missing.
 */
export async function readEvidence(
  engine: Engine,
  id: string,
  startedAt: number,
  signal: AbortSignal,
): Promise<Evidence> {
  const log = await engine.logs(id, { follow: false, timestamps: true }, signal);
  let first: number | undefined;
  let evidence = NOTHING;
  for await (const line of lines(log)) {
    first ??= Date.parse(line.slice(0, line.indexOf(" ")));
    evidence = withLine(evidence, line);
  }
  const whole = first !== undefined && first <= startedAt && !engine.address.remote;
  return { ...evidence, whole };
}

/** Resolves once a reply was told of, or the container is dead. */
export async function untilOver(engine: Engine, id: string, signal: AbortSignal): Promise<void> {
  const log: Readable = await engine.logs(id, { follow: true, timestamps: true }, signal);
  try {
    for await (const line of lines(log)) if (withLine(NOTHING, line).replied !== undefined) return;
  } finally {
    log.destroy();
  }
}

const NOTHING: Evidence = { whole: false, accepted: undefined, replied: undefined, overdue: false };

/** The first of each counts: what comes after the code was accepted may be forged. */
function withLine(evidence: Evidence, line: string): Evidence {
  const [, , word, rest = ""] = LINE.exec(line) ?? [];
  if (word === "accepted") return { ...evidence, accepted: evidence.accepted ?? rest.split(" ")[1] ?? "" };
  if (word === "replied") return { ...evidence, replied: evidence.replied ?? rest };
  return word === "overdue" ? { ...evidence, overdue: true } : evidence;
}
