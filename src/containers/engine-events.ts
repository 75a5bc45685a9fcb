import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import type { Disposable } from "../host.ts";
import { asReadable } from "./engine-stream.ts";
import { LABEL } from "./engine.ts";
import { lines } from "./lines.ts";

const RECONNECT_FIRST_MS = 500;
const RECONNECT_AT_MOST_MS = 10_000;

interface EngineEvent {
  readonly Action?: string;
  readonly Actor?: { readonly ID?: string };
}

/** Calls `onChange` whenever something with our label appeared, changed or went, or may have while the engine was away. */
export function watchEngine(docker: Docker, onChange: () => void): Disposable {
  const stop = new AbortController();
  void watch(docker, onChange, stop.signal);
  return { dispose: () => stop.abort() };
}

async function watch(docker: Docker, onChange: () => void, signal: AbortSignal): Promise<void> {
  let pause = RECONNECT_FIRST_MS;
  while (!signal.aborted) {
    const connected = await followEvents(docker, onChange, signal).catch(() => false);
    if (connected && !isStopped(signal)) onChange();
    pause = connected ? RECONNECT_FIRST_MS : Math.min(pause * 2, RECONNECT_AT_MOST_MS);
    await delay(pause, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** True once the stream was open and has ended; fails where the engine cannot be reached. */
async function followEvents(docker: Docker, onChange: () => void, signal: AbortSignal): Promise<boolean> {
  const events = asReadable(await docker.getEvents({ filters: { label: [LABEL] }, abortSignal: signal }));
  onChange();
  try {
    for await (const line of lines(events)) {
      if (line.trim() === "") continue;
      await settled(docker, line);
      onChange();
    }
  } catch {
    // An engine that goes away ends its stream in the middle: watching goes on with the next connection.
  }
  return true;
}

/**
 * Docker tells of an end before its list of containers shows it. Looking at the container itself waits until Docker has
 * finished with it, and then the list is right too.
 */
async function settled(docker: Docker, line: string): Promise<void> {
  const { Action, Actor } = JSON.parse(line) as EngineEvent;
  if (Action !== "die" || Actor?.ID === undefined) return;
  await docker
    .getContainer(Actor.ID)
    .inspect()
    .catch(() => undefined);
}

/** A call of its own: the compiler takes `aborted` for settled across an await. */
function isStopped(signal: AbortSignal): boolean {
  return signal.aborted;
}
