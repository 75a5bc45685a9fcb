import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { LABEL, type Engine } from "../../src/containers/engine.ts";
import { ControlSystem } from "../integration/control/control-system.ts";
import { Laboratory } from "../integration/python/laboratory.ts";
import type { Bench } from "./bench.ts";
import { toRow, type Goal } from "./rows.ts";

const MEGABYTE = 1024 * 1024;
const MOST_ADDED_MS = 1;
const PAIRS = 3;
/** Reads one channel again and again; what the first reads took is not counted. */
const CODE = `
import epics, json, time
channel = epics.PV("SR:LONG", auto_monitor=False, connection_timeout=30)
channel.wait_for_connection()
took = []
for _ in range(1_600):
    begin = time.perf_counter()
    channel.get(use_monitor=False)
    took.append((time.perf_counter() - begin) * 1_000)
results = {"took": sorted(took[100:])}
`;
const goal: Goal = {
  text: `≤ ${MOST_ADDED_MS} ms more than peer`,
  holds: ({ ours, ratio }) => ratio !== null && ours - ours / ratio <= MOST_ADDED_MS,
};

/** What a read of a channel takes through relay and control gateway, and without them in a container on the control system's network. */
export const controlGet: Bench = {
  run: async (say, signal) => {
    const lab = await Laboratory.open();
    const engine = await lab.containers.engine();
    const system = await ControlSystem.prepare(engine, lab.configuration.container, signal);
    try {
      await system.start();
      const image = await lab.containers.ensureSandboxImage(null, say, signal);
      await lab.containers.ensureGatewayImage(say, signal);
      const [ours, peers]: [number[], number[]] = [[], []];
      for (let pair = 0; pair < PAIRS; pair += 1) {
        peers.push(middleOf(await directly(engine, image.id, system, signal)));
        ours.push(middleOf(await throughRelay(lab, system)));
      }
      const peer = { name: "pyepics without a gateway", values: peers };
      return [toRow({ name: "control-get", unit: "ms", ours, peer, goal })];
    } finally {
      await system.dispose();
      await lab.dispose();
    }
  },
};

function middleOf(results: string): number {
  const { took } = JSON.parse(results) as { readonly took: readonly number[] };
  return took[Math.floor(took.length / 2)]!;
}

async function throughRelay(lab: Laboratory, system: ControlSystem): Promise<string> {
  const { record, error } = await lab.run(lab.container, CODE, { control: system.access("bench", "none") });
  if (error !== undefined) throw error;
  return readFile(record!.results!, "utf8");
}

async function directly(
  engine: Engine,
  image: string,
  system: ControlSystem,
  signal: AbortSignal,
): Promise<string> {
  const id = await engine.createContainer(
    {
      name: `countersign-bench-${randomUUID()}`,
      image,
      labels: { [LABEL]: "bench" },
      environment: { EPICS_CA_ADDR_LIST: system.address, EPICS_CA_AUTO_ADDR_LIST: "NO" },
      command: ["/opt/venv/bin/python", "-c", `${CODE}\nprint(json.dumps(results))`],
      network: system.network,
      user: "1000:1000",
      readOnlyRoot: true,
      memoryBytes: 512 * MEGABYTE,
      cpus: 1,
      processes: 64,
      tmpfs: { "/tmp": "size=64m,mode=1777" },
      mounts: [],
    },
    signal,
  );
  try {
    await engine.start(id);
    await engine.wait(id, signal);
    return (await text(await engine.logs(id, { follow: false }, signal))).trim().split("\n").at(-1)!;
  } finally {
    await engine.remove(id);
  }
}
