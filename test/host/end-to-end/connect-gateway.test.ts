import { afterAll, beforeAll, expect, it } from "vitest";
import { JupyterServer, TOKEN } from "../../integration/python/jupyter-server.ts";
import { localPython } from "../../machine/local-python.ts";
import { Workbench } from "../workbench.ts";
import {
  ask,
  filesWith,
  finishedAttempts,
  QUESTIONS,
  results,
  RUN_LIMIT_MS,
  runOnceInline,
} from "./analyses.ts";

const LIMIT = { timeout: 60_000 };
let server: JupyterServer;

beforeAll(async () => {
  server = await JupyterServer.start(await localPython(), "Kernel Gateway");
}, 300_000);
afterAll(() => server.dispose());

const opened = Workbench.forFile({
  settings: { "countersign.execution.modes": { read_only: { kernel_name: "python3" } } },
});

/** Gives address and token, and answers the dialog that says what is given up. */
async function connect(workbench: Workbench, answer: string): Promise<string> {
  const { quickInput, modal } = workbench;
  await workbench.command("Countersign: Run on a Jupyter Server…");
  for (const text of [server.url, TOKEN]) {
    await quickInput.answer(text);
    await quickInput.leaves(text);
  }
  const said = await modal.text();
  expect(await modal.defaultButton()).toBe("Not Now");
  await modal.press(answer);
  return said;
}

it(
  "a Jupyter server is chosen only in the dialog that says what it gives up, and then approved code runs there",
  { timeout: RUN_LIMIT_MS },
  async () => {
    const workbench = opened();
    const said = await connect(workbench, "Not Now");
    expect(said).toContain(`Run Python on ${server.url}?`);
    expect(said).toContain("That it runs exactly once cannot be proved");
    await ask(workbench, QUESTIONS.carbonDioxide);
    await workbench.codeLens(/Run once: reads data/).waitFor(LIMIT);
    await workbench.replaceEditorText('import os\nresults = {"folder": os.getcwd()}\n');
    await workbench.codeLens(/Run once: only computes/).waitFor(LIMIT);
    await workbench.codeLens("Reject").click();
    await workbench.quickInput.answer("elsewhere");

    await workbench.lensText(/Rejected by/).waitFor(LIMIT);
    await workbench.clear();
    await connect(workbench, "Run on This Server");
    await ask(workbench, QUESTIONS.carbonDioxide);
    await workbench.codeLens(/Run once: reads data/).waitFor(LIMIT);
    await workbench.replaceEditorText('import os\nresults = {"folder": os.getcwd()}\n');
    await workbench.codeLens(/Run once: only computes/).waitFor(LIMIT);
    expect(await runOnceInline(workbench)).toContain(server.url);
    const [attempt] = await finishedAttempts(workbench, 1);
    expect(results(attempt!)).toEqual({ folder: server.folder });
    for (const folder of [workbench.stateHome, workbench.dataDir, workbench.workspace])
      expect(filesWith(folder, TOKEN), folder).toEqual([]);
  },
);
