import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
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
  /** The gateway ended it because the time was over. */
  readonly overdue: boolean;
  /** Its kernel died. */
  readonly died: boolean;
}

const LINE = /^(\S+) COUNTERSIGN (accepted|replied|overdue|died) ?(.*)$/;

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

/** Resolves once the log tells of its end, or the container is dead. @throws as `Engine` does, and when it is aborted */
export async function untilOver(engine: Engine, id: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    if (await toldOfItsEnd(engine, id, signal)) return;
    // The log ends where the container is dead, and where the engine was busy with something else.
    if ((await engine.inspect(id))?.state !== "running") return;
    await delay(LOOK_AGAIN, undefined, { signal });
  }
}

async function toldOfItsEnd(engine: Engine, id: string, signal: AbortSignal): Promise<boolean> {
  const log: Readable = await engine.logs(id, { follow: true, timestamps: true }, signal);
  try {
    for await (const line of lines(log)) {
      const { replied, overdue, died } = withLine(NOTHING, line);
      if (replied !== undefined || overdue || died) return true;
    }
    return false;
  } finally {
    log.destroy();
  }
}

const LOOK_AGAIN = 1_000;

const NOTHING: Evidence = {
  whole: false,
  accepted: undefined,
  replied: undefined,
  overdue: false,
  died: false,
};

/** The first of each counts: what comes after the code was accepted may be forged. */
function withLine(evidence: Evidence, line: string): Evidence {
  const [, , word, rest = ""] = LINE.exec(line) ?? [];
  if (word === "accepted") return { ...evidence, accepted: evidence.accepted ?? rest.split(" ")[1] ?? "" };
  if (word === "replied") return { ...evidence, replied: evidence.replied ?? rest };
  if (word === "died") return { ...evidence, died: true };
  return word === "overdue" ? { ...evidence, overdue: true } : evidence;
}
