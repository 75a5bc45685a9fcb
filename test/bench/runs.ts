import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Laboratory } from "../integration/python/laboratory.ts";
import { notebookTools } from "../integration/python/notebook-tools.ts";
import type { Bench } from "./bench.ts";
import { atMost, atMostTimes, toRow } from "./rows.ts";

const run = promisify(execFile);
const BACK_TO_BACK = 20;
const AT_ONCE = 4;
const CODE = "import statistics\nprint(statistics.mean([1, 2, 3]))\nresults = {'mean': 2}\n";
const LIMITS = { seconds: 60, workingFolderMb: 64, outputMb: 64 };
const NBCLIENT = `
import sys, time, nbformat
from nbclient import NotebookClient
for n in range(int(sys.argv[2])):
    notebook = nbformat.read(sys.argv[1], as_version=4)
    start = time.perf_counter()
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    print(time.perf_counter() - start)
`;

/** Whole runs, each in a sandbox of its own, from claim to record: against nbclient, which starts a kernel and isolates nothing. */
export const runs: Bench = {
  run: async (say, signal) => {
    const lab = await Laboratory.open(1);
    try {
      await lab.containers.ensureSandboxImage(null, say, signal);
      await lab.container.warm();
      const ours: number[] = [];
      let notebook = "";
      for (let n = 0; n <= BACK_TO_BACK; n += 1) {
        signal.throwIfAborted();
        const { seconds, path } = await one(lab);
        notebook = path;
        if (n > 0) ours.push(seconds);
      }
      const together = await atOnce(lab);
      const peer = { name: "nbclient, same notebook, no isolation", values: await nbclient(lab, notebook) };
      return [
        toRow({ name: "run-back-to-back", unit: "s", ours, peer, goal: atMostTimes(4) }),
        toRow({ name: "run-four-at-once", unit: "s", ours: together, peer, goal: atMost(10, "s") }),
      ];
    } finally {
      await lab.dispose();
    }
  },
};

async function one(lab: Laboratory): Promise<{ readonly seconds: number; readonly path: string }> {
  const start = performance.now();
  const { record, error } = await lab.run(lab.container, CODE, { limits: LIMITS });
  if (record === undefined || error !== undefined) throw error ?? new Error("a run left nothing");
  return { seconds: (performance.now() - start) / 1000, path: record.notebook };
}

async function atOnce(lab: Laboratory): Promise<readonly number[]> {
  const ended = await Promise.all(Array.from({ length: AT_ONCE }, () => one(lab)));
  return ended.map(({ seconds }) => seconds);
}

async function nbclient(lab: Laboratory, notebook: string): Promise<readonly number[]> {
  const python = await notebookTools();
  const script = join(lab.stateDir, "peer.py");
  await writeFile(script, NBCLIENT);
  const { stdout } = await run(python, [script, notebook, "10"]);
  return stdout.trim().split("\n").map(Number).slice(1);
}
