import { LONGEST_MINUTES } from "../config/approval-keys.ts";
import type { Configuration } from "../config/configuration.ts";
import type { Assessment } from "./assessment.ts";

/** How long a request waits and its approval holds, in milliseconds. */
export interface Lifetimes {
  readonly any: number;
  /** Of what sets a control channel: who approves it must have seen the system as it is. */
  readonly controlWrite: number;
}

const MINUTE = 60_000;
export const LONGEST: Lifetimes = inMilliseconds(LONGEST_MINUTES);

export function lifetimesOf({ approval }: Configuration): Lifetimes {
  return inMilliseconds(approval.expiresAfter);
}

function inMilliseconds({ any, controlWrite }: typeof LONGEST_MINUTES): Lifetimes {
  return { any: any * MINUTE, controlWrite: controlWrite * MINUTE };
}

/** The shortest that fits what the action can do. */
export function lifetimeOf({ effects }: Assessment, { any, controlWrite }: Lifetimes): number {
  const writes = effects.some(({ kind }) => kind === "control-write");
  return writes ? Math.min(any, controlWrite) : any;
}
