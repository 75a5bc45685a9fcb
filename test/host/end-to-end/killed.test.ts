import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Counter } from "../../chaos/counter.ts";
import { POINTS, type Point } from "../../chaos/points.ts";
import { Laboratory } from "../../integration/python/laboratory.ts";
import { SandboxWatch } from "../sandbox-watch.ts";
import { Workbench } from "../workbench.ts";
import { ask, QUESTIONS, RUN_LIMIT_MS, rowsOf, runOnceInline } from "./analyses.ts";

/** A short form for every run of all tests; `npm run chaos:editor` kills at each point. */
const SHORT: readonly Point[] = ["connected", "sent"];
const points = process.env.KILL_AT === "all" ? POINTS : SHORT;
/** What was claimed and had not started is claimed again; at “started” it depends on whether the code was sent by then. */
const BEFORE_START: readonly Point[] = ["claimed", "renamed", "connected"];
/** What was sent went on without its window. */
const AFTER_START: readonly Point[] = ["sent", "sent and a tick", "mid-run", "replied"];
const AT_ONCE = { timeout: 60_000, interval: 5 };
const LIMIT = { timeout: 60_000 };

let lab: Laboratory;
let counter: Counter;
let watch: SandboxWatch;

beforeAll(async () => {
  lab = await Laboratory.open();
  const image = await lab.containers.ensureSandboxImage(null, () => undefined, AbortSignal.timeout(280_000));
  counter = await Counter.start(await lab.containers.engine(), image.id);
  watch = await SandboxWatch.open();
}, RUN_LIMIT_MS);

afterAll(async () => {
  watch.dispose();
  await counter.dispose();
  await lab.dispose();
});

/** Resolves when the window that performs the run is at this point, as far as it shows from outside. */
async function reached(point: Point, workbench: Workbench, name: string): Promise<void> {
  const more = async (type: string) => {
    const before = rowsOf(workbench, type).length;
    await expect.poll(() => rowsOf(workbench, type).length, AT_ONCE).toBeGreaterThan(before);
  };
  if (point === "claimed" || point === "started") await more(point);
  if (point === "renamed") await watch.says(/^rename$/);
  if (point === "connected") await watch.says(/^exec_start/);
  if (point === "sent" || point === "sent and a tick") await watch.says(/COUNTERSIGN accepted/);
  if (point === "mid-run") await expect.poll(() => counter.count(name), AT_ONCE).toBe(1);
  if (point === "replied") await watch.says(/COUNTERSIGN replied/);
}

it.each(points)(
  "an extension host that is killed at “%s” leaves a run that happens once, and whose end the next one knows",
  { timeout: RUN_LIMIT_MS },
  async (point) => {
    const modes = { read_only: { networks: [counter.network] } };
    const workbench = await Workbench.forTest({
      settings: { "countersign.container.poolSize": 0, "countersign.execution.modes": modes },
    });
    const name = randomUUID();
    await ask(workbench, QUESTIONS.carbonDioxide);
    await workbench.codeLens(/Run once/).waitFor(LIMIT);
    await workbench.replaceEditorText(counter.code(name));
    await workbench.codeLens(/Run once.*network/).waitFor(LIMIT);

    const [killed] = workbench.extensionHosts();
    const at = reached(point, workbench, name);
    await runOnceInline(workbench);
    await at;
    process.kill(killed!, "SIGKILL");

    const outcomes = () =>
      rowsOf(workbench, "outcome").map(({ body }) => JSON.parse(body) as { state: string });
    await expect
      .poll(() => outcomes().map(({ state }) => state), { timeout: RUN_LIMIT_MS })
      .toEqual(["finished"]);
    expect(await counter.count(name)).toBe(1);
    if (point !== "started") {
      expect(rowsOf(workbench, "claimed")).toHaveLength(BEFORE_START.includes(point) ? 2 : 1);
    }
    expect(workbench.extensionHosts()).not.toContain(killed);
    if (AFTER_START.includes(point))
      await workbench
        .notification(/It went on while no window was open/)
        .first()
        .waitFor(LIMIT);
  },
);
