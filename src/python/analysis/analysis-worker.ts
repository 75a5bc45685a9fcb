import { parentPort } from "node:worker_threads";
import { Analyser } from "./analyser.ts";
import type { Task, TaskAnswer } from "./analysis-thread.ts";
import type { Facility } from "./facility.ts";
import { warmUp } from "./warm-up.ts";

// An entry point of its own: it analyses what it is sent until it is ended.
let made: { readonly of: string; readonly analyser: Analyser } | undefined;

function analyserFor(facility: Facility): Analyser {
  const of = JSON.stringify(facility);
  if (made?.of !== of) made = { of, analyser: new Analyser(facility) };
  return made.analyser;
}

async function perform({ number, what, code, facility }: Task): Promise<void> {
  const analyser = analyserFor(facility);
  if (what === "warm-up") await warmUp(analyser);
  const result = what === "warm-up" ? undefined : analyser[what](code);
  parentPort?.postMessage({ number, result } satisfies TaskAnswer);
}

// A rejection ends the thread, and so tells who asked.
parentPort?.on("message", (task: Task) => void perform(task));
