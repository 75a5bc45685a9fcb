import { Analyser } from "../../src/python/analysis/analyser.ts";
import { Laboratory } from "../integration/python/laboratory.ts";
import { ApprovingHouse } from "./approving-house.ts";
import type { Bench } from "./bench.ts";
import { atMost, toRow } from "./rows.ts";

const SAMPLES = 15;
const CODE = "print('first')\n";

/** What a person waits for after *Run once*: with a sandbox in reserve, and with none. */
export const approveToFirstOutput: Bench = {
  run: async (say, signal) => {
    const lab = await Laboratory.open();
    try {
      await lab.write("data/values.csv", "a\n1\n");
      await lab.containers.ensureSandboxImage(say, signal);
      const { warm, cold } = await measureIn(lab, signal);
      const peer = { name: "cold sandbox", values: cold };
      const measured = { name: "approve-to-first-output", unit: "ms", ours: warm, peer };
      return [toRow({ ...measured, goal: atMost(60, "ms") })];
    } finally {
      await lab.dispose();
    }
  },
};

interface Times {
  readonly warm: number[];
  readonly cold: number[];
}

async function measureIn(lab: Laboratory, signal: AbortSignal): Promise<Times> {
  const analyser = await Analyser.load();
  const prewarmed = await ApprovingHouse.open(lab, 1, analyser);
  const unprepared = await ApprovingHouse.open(lab, 0, analyser);
  try {
    return await interleaved(prewarmed, unprepared, signal);
  } finally {
    await prewarmed.dispose();
    await unprepared.dispose();
  }
}

/** In turn, and never while the next sandbox is being made. The first of each loads what is loaded once, and is not counted. */
async function interleaved(
  prewarmed: ApprovingHouse,
  unprepared: ApprovingHouse,
  signal: AbortSignal,
): Promise<Times> {
  const times: Times = { warm: [], cold: [] };
  for (let sample = 0; sample <= SAMPLES; sample += 1) {
    await prewarmed.executor.warm();
    const warm = await prewarmed.approveToFirstOutput(CODE, signal);
    await prewarmed.executor.warm();
    const cold = await unprepared.approveToFirstOutput(CODE, signal);
    if (sample === 0) continue;
    times.warm.push(warm);
    times.cold.push(cold);
  }
  return times;
}
