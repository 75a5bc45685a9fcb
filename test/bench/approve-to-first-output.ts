import { Analyser } from "../../src/python/analysis/analyser.ts";
import { JupyterServer } from "../integration/python/jupyter-server.ts";
import { Laboratory } from "../integration/python/laboratory.ts";
import { localPython } from "../machine/local-python.ts";
import { ApprovingHouse } from "./approving-house.ts";
import type { Bench } from "./bench.ts";
import { atMost, toRow, type Row } from "./rows.ts";

const SAMPLES = 15;
/** Of what is slow and never prepared. */
const FEW = 5;
const CODE = "print('first')\n";

/** What a person waits for after *Run once*: with a sandbox in reserve and with none, on this machine, on a Jupyter server. */
export const approveToFirstOutput: Bench = {
  run: async (say, signal) => {
    const lab = await Laboratory.open();
    try {
      await lab.write("data/values.csv", "a\n1\n");
      await lab.containers.ensureSandboxImage(null, say, signal);
      const analyser = new Analyser();
      const { warm, cold } = await measureIn(lab, analyser, signal);
      const peer = { name: "cold sandbox", values: cold };
      const measured = { name: "approve-to-first-output", unit: "ms", ours: warm, peer };
      return [
        toRow({ ...measured, goal: atMost(60, "ms") }),
        await withoutContainer("local", lab, analyser, cold, signal),
        await onServer(lab, analyser, cold, signal),
      ];
    } finally {
      await lab.dispose();
    }
  },
};

async function withoutContainer(
  name: string,
  lab: Laboratory,
  analyser: Analyser,
  cold: readonly number[],
  signal: AbortSignal,
): Promise<Row> {
  const house = await ApprovingHouse.open(lab, { poolSize: 0, method: "local" }, analyser);
  try {
    await house.executor.warm();
    return await measuredRow(name, house, cold, signal);
  } finally {
    await house.dispose();
  }
}

/** On a kernel gateway of this machine, so that no network counts. */
async function onServer(
  lab: Laboratory,
  analyser: Analyser,
  cold: readonly number[],
  signal: AbortSignal,
): Promise<Row> {
  const server = await JupyterServer.start(await localPython(), "Kernel Gateway", { token: "" });
  const { modes } = lab.configuration.execution;
  const read_only = { ...modes.read_only, kernelName: "python3" };
  const gateway = { url: server.url, caFile: null };
  const where = { method: "gateway", gateway, data: [], modes: { ...modes, read_only } } as const;
  const house = await ApprovingHouse.open(lab, { poolSize: 0, ...where }, analyser);
  try {
    return await measuredRow("remote", house, cold, signal);
  } finally {
    await house.dispose();
    await server.dispose();
  }
}

async function measuredRow(
  name: string,
  house: ApprovingHouse,
  cold: readonly number[],
  signal: AbortSignal,
): Promise<Row> {
  const ours: number[] = [];
  for (let sample = 0; sample <= FEW; sample += 1) {
    const took = await house.approveToFirstOutput(CODE, signal);
    if (sample > 0) ours.push(took);
  }
  const peer = { name: "cold sandbox", values: cold };
  return toRow({
    name: `approve-to-first-output-${name}`,
    unit: "ms",
    ours,
    peer,
    goal: atMost(5_000, "ms"),
  });
}

interface Times {
  readonly warm: number[];
  readonly cold: number[];
}

async function measureIn(lab: Laboratory, analyser: Analyser, signal: AbortSignal): Promise<Times> {
  const prewarmed = await ApprovingHouse.open(lab, { poolSize: 1 }, analyser);
  const unprepared = await ApprovingHouse.open(lab, { poolSize: 0 }, analyser);
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
