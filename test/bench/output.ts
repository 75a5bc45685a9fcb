import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Laboratory } from "../integration/python/laboratory.ts";
import { BenchContainer } from "./warm-cell/bench-container.ts";
import { receiveThroughStock } from "./warm-cell/peers.ts";
import type { Bench } from "./bench.ts";
import { SHAPES } from "./host-memory.ts";
import { atMost, toRow, type Row } from "./rows.ts";

const BYTES = 100_000_000;
const CODE = "for n in range(1_000_000):\n    print(f'{n:07d}' + 'x' * 92)\n";
const MEGABYTE = 1024 * 1024;
const PATIENCE_MS = 180_000;

/** A hundred megabytes of prints: what arrives, and what it costs the process that receives it. */
export const output: Bench = {
  run: async (say, signal) => {
    const lab = await Laboratory.open();
    try {
      const image = await lab.containers.ensureSandboxImage(null, say, signal);
      const ours = await throughUs(lab);
      const stock = await throughStock(
        lab,
        image.id,
        AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
      );
      const peerName = "stock jupyter_kernel_gateway";
      const peer = (value: number) => ({ name: peerName, values: [value] });
      return [
        toRow({
          name: "output-lost",
          unit: "MB",
          ours: [(BYTES - ours.bytes) / 1e6],
          peer: peer((BYTES - stock.bytes) / 1e6),
          goal: atMost(0, "MB"),
        }),
        toRow({
          name: "output-memory",
          unit: "MB",
          ours: [ours.memory],
          peer: peer(stock.memory),
          goal: atMost(400, "MB"),
        }),
        toRow({
          name: "output-time",
          unit: "s",
          ours: [ours.seconds],
          peer: peer(stock.seconds),
          goal: atMost(60, "s"),
        }),
        ...(await memoryRows(signal)),
      ];
    } finally {
      await lab.dispose();
    }
  },
};

/** What 200 MB of each shape cost a host, each in a process of its own. */
async function memoryRows(signal: AbortSignal): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const shape of Object.keys(SHAPES)) {
    const script = join(import.meta.dirname, "host-memory.ts");
    const { stdout } = await promisify(execFile)(process.execPath, [script, shape], { signal });
    const { memory } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { memory: number };
    rows.push(toRow({ name: `host-memory-${shape}`, unit: "MB", ours: [memory], goal: atMost(200, "MB") }));
  }
  return rows;
}

interface Received {
  readonly bytes: number;
  /** Most that the process grew by, in MB. */
  readonly memory: number;
  readonly seconds: number;
}

/** An approved run, to the files that it leaves. */
async function throughUs(lab: Laboratory): Promise<Received> {
  const limits = { seconds: 170, workingFolderMb: 512, outputMb: 512 };
  return measured(async () => {
    const { record, error } = await lab.run(lab.container, CODE, { limits });
    if (record === undefined) throw error ?? new Error("the run left nothing");
    const spilled = (await stat(join(record.folder, "output.txt"))).size;
    // What the notebook holds before the rest spills: see OutputRecord.
    return spilled + 1_000_000;
  });
}

async function throughStock(lab: Laboratory, imageId: string, signal: AbortSignal): Promise<Received> {
  const engine = await lab.containers.engine();
  const parts = { engine, imageId, kernelName: "python3", limits: lab.configuration.execution.limits };
  const container = await BenchContainer.start(parts);
  try {
    return await measured(() => receiveThroughStock(container, CODE, signal));
  } finally {
    await container.dispose();
  }
}

async function measured(work: () => Promise<number>): Promise<Received> {
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 50);
  const start = performance.now();
  try {
    const bytes = await work();
    return { bytes, memory: (most - before) / MEGABYTE, seconds: (performance.now() - start) / 1000 };
  } finally {
    clearInterval(watch);
  }
}
