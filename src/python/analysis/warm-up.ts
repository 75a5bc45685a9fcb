import { setImmediate } from "node:timers/promises";
import type { CodeAnalyser } from "./analysis.ts";
import { SAMPLES } from "./warm-up-samples.ts";

const WITHIN_MS = 3_000;
const ROUNDS = 60;
/** Each alone, and all together, as long as analyses get. */
const PROGRAMS = [...SAMPLES, SAMPLES.join("")];

/**
 * Runs the analyser until it is compiled, between what else there is to do: code that runs for the first time is ten times as slow.
 */
export async function warmUp(analyser: CodeAnalyser): Promise<void> {
  const until = performance.now() + WITHIN_MS;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const program of PROGRAMS) {
      if (performance.now() > until) return;
      await analyser.analyse(program);
      await setImmediate();
    }
  }
}
