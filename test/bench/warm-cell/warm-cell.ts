import { Laboratory } from "../../integration/python/laboratory.ts";
import type { Bench } from "../bench.ts";
import { atMostTimes, timesFaster, toRow, type Row } from "../rows.ts";
import { BenchContainer } from "./bench-container.ts";
import { openOurs, openStock, openZeroMq, type Peer } from "./peers.ts";

const ROUNDS = 10;
/** Many in a row: after a pause, Linux acknowledges a connection's first segments at once, which hides a stock gateway's stall. */
const CELLS_A_ROUND = 30;
const START_LIMIT_MS = 120_000;

const NAMES = ["ours", "zeromq", "stock"] as const;
type Times = Readonly<Record<(typeof NAMES)[number], readonly number[]>>;

/** The transport alone: many cells in one kernel, ours against no transport at all and against a gateway as installed. */
export const warmCell: Bench = {
  run: async (say, signal) => {
    const lab = await Laboratory.open();
    try {
      const image = await lab.containers.ensureSandboxImage(null, say, signal);
      const { execution } = lab.configuration;
      const { kernelName } = execution.modes[execution.defaultMode]!;
      const engine = await lab.containers.engine();
      const parts = { engine, imageId: image.id, kernelName, limits: execution.limits };
      return toRows(await measureIn(await BenchContainer.start(parts), signal));
    } finally {
      await lab.dispose();
    }
  },
};

async function measureIn(container: BenchContainer, signal: AbortSignal): Promise<Times> {
  const opened: Peer[] = [];
  const opening = AbortSignal.any([signal, AbortSignal.timeout(START_LIMIT_MS)]);
  const open = async (peer: Promise<Peer>): Promise<Peer> => {
    opened.push(await peer);
    return peer;
  };
  try {
    const ours = await open(openOurs(container, opening));
    const zeromq = await open(openZeroMq(container));
    const stock = await open(openStock(container, opening));
    return await interleaved({ ours, zeromq, stock }, signal);
  } finally {
    for (const peer of opened) await peer.dispose();
    await container.dispose();
  }
}

/** Round by round, so that what the machine does meanwhile meets all three, each being first in turn. The first round warms up. */
async function interleaved(peers: Readonly<Record<keyof Times, Peer>>, signal: AbortSignal): Promise<Times> {
  const times = { ours: [] as number[], zeromq: [] as number[], stock: [] as number[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (let turn = 0; turn < NAMES.length; turn += 1) {
      signal.throwIfAborted();
      const name = NAMES[(round + turn) % NAMES.length]!;
      const took = await peers[name].cells(CELLS_A_ROUND);
      if (round > 0) times[name].push(...took);
    }
  }
  return times;
}

function toRows({ ours, zeromq, stock }: Times): readonly Row[] {
  const direct = { name: "ZeroMQ in the same container", values: zeromq };
  const gateway = { name: "stock jupyter_kernel_gateway", values: stock };
  return [
    toRow({ name: "warm-cell-zeromq", unit: "ms", ours, peer: direct, goal: atMostTimes(1.5) }),
    toRow({ name: "warm-cell-stock", unit: "ms", ours, peer: gateway, goal: timesFaster(9) }),
  ];
}
