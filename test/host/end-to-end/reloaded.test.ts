import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SandboxWatch } from "../sandbox-watch.ts";
import { Workbench } from "../workbench.ts";
import {
  ask,
  finishedAttempts,
  QUESTIONS,
  results,
  RUN_LIMIT_MS,
  rowsOf,
  runOnceInline,
  started,
} from "./analyses.ts";

/** Ends when a file comes to be in its working folder. */
const UNTIL_TOLD = `import os, time
while not os.path.exists("go"):
    time.sleep(0.05)
results = {"went": "on"}
`;
const LIMIT = { timeout: 60_000 };
let watch: SandboxWatch;

beforeAll(async () => {
  watch = await SandboxWatch.open();
});

afterAll(() => {
  watch.dispose();
});

it(
  "a run goes on when its window is reloaded, and the next one shows it, opens its result and says so",
  { timeout: 2 * RUN_LIMIT_MS },
  async () => {
    const workbench = await Workbench.forTest();
    await ask(workbench, QUESTIONS.carbonDioxide);
    await workbench.codeLens(/Run once/).waitFor(LIMIT);
    await workbench.replaceEditorText(UNTIL_TOLD);
    await workbench.codeLens(/Edited: .*no longer reads/).waitFor(LIMIT);
    const sent = watch.says(/COUNTERSIGN accepted/);
    expect(await runOnceInline(workbench)).toContain("as you edited it");
    await sent;

    await workbench.reloadWindow();
    await workbench
      .notification(/running/)
      .first()
      .waitFor(LIMIT);
    expect(rowsOf(workbench, "outcome")).toEqual([]);
    const [{ request_id: request }] = started(workbench) as [ReturnType<typeof started>[number]];
    execFileSync("docker", ["exec", `countersign-run-${request}`, "touch", "go"]);

    await workbench
      .notification(/It went on while no window was open/)
      .first()
      .waitFor(LIMIT);
    await workbench.tab("notebook.ipynb").first().waitFor(LIMIT);
    const [attempt] = await finishedAttempts(workbench, 1);
    expect(results(attempt!)).toEqual({ went: "on" });
    expect(started(workbench)).toHaveLength(1);
    expect(rowsOf(workbench, "claimed")).toHaveLength(1);
  },
);
