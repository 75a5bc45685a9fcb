import { parentPort } from "node:worker_threads";
import { Analyser } from "./analyser.ts";
import type { Task, TaskAnswer } from "./analysis-thread.ts";
import type { Facility } from "./facility.ts";
import { warmUp } from "./warm-up.ts";

// An entry point of its own: it analyses what it is sent until it is ended.
let loaded: { readonly as: string; readonly analyser: Promise<Analyser> } | undefined;

function analyserFor(facility: Facility): Promise<Analyser> {
  const as = JSON.stringify(facility);
  if (loaded?.as !== as) loaded = { as, analyser: Analyser.load(facility) };
  return loaded.analyser;
}

async function perform({ number, what, code, facility }: Task): Promise<void> {
  const analyser = await analyserFor(facility);
  if (what === "warm-up") await warmUp(analyser);
  const result = what === "warm-up" ? undefined : analyser[what](code);
  parentPort?.postMessage({ number, result } satisfies TaskAnswer);
}

// A rejection ends the thread, and so tells who asked.
parentPort?.on("message", (task: Task) => void perform(task));
