import { execFileSync } from "node:child_process";
import { afterAll, expect, it } from "vitest";
import { Workbench } from "../workbench.ts";
import {
  ask,
  finishedAttempts,
  QUESTIONS,
  results,
  RUN_LIMIT_MS,
  runOnceInline,
  rowsOf,
} from "./analyses.ts";

const LIMIT = { timeout: 60_000 };
let tag = "";

// Declared before the window, so that it runs after the window has closed and makes no sandbox any more.
afterAll(() => {
  if (tag === "") return;
  const sandboxes = execFileSync("docker", ["ps", "-aq", "--filter", `ancestor=${tag}`], {
    encoding: "utf8",
  });
  const ids = sandboxes.split("\n").filter((id) => id !== "");
  if (ids.length > 0) execFileSync("docker", ["rm", "--force", ...ids]);
  execFileSync("docker", ["rmi", "--force", tag]);
});

const opened = Workbench.forFile();

const LACKING = `import prettytable
results = {"table": prettytable.PrettyTable(["a"]).get_string()}
`;

it(
  "a package that the image lacks is offered, added as exactly the wheels that were approved, and then imported",
  { timeout: RUN_LIMIT_MS },
  async () => {
    const workbench = opened();
    await ask(workbench, QUESTIONS.carbonDioxide);
    await workbench.codeLens(/Run once/).waitFor(LIMIT);
    await workbench.replaceEditorText(LACKING);
    await workbench.page.keyboard.press("ControlOrMeta+S");
    await workbench.codeLens("Add prettytable to Image…").click(LIMIT);
    const said = workbench.notification(/Waits for your decision: adds prettytable \d/);
    await said.getByRole("button", { name: "Details" }).click({ timeout: RUN_LIMIT_MS });
    const panel = workbench.webview();
    await panel.getByText(/^prettytable==\S+ --hash=sha256:[0-9a-f]{64}$/).waitFor(LIMIT);
    const add = panel.getByRole("button", { name: "Add to Image", exact: true });
    await expect.poll(() => add.isEnabled(), LIMIT).toBe(true);
    await add.click();
    await expect.poll(() => rowsOf(workbench, "outcome").length, LIMIT).toBe(1);

    await workbench.command("Countersign: Focus on Containers View");
    const image = workbench.treeRows("Containers").filter({ hasText: /Image/ }).first();
    await image.filter({ hasText: /built, \d+ MB, \d packages? added/ }).waitFor({ timeout: RUN_LIMIT_MS });
    await workbench.expandTo(image, workbench.treeRows("Containers").filter({ hasText: /prettytable\d/ }));
    tag = /[\w./-]+:[0-9a-f]+/.exec((await image.getAttribute("aria-label"))!)![0];

    await workbench.clear();
    await ask(workbench, QUESTIONS.carbonDioxide);
    await workbench.codeLens(/Run once: reads/).waitFor(LIMIT);
    await workbench.replaceEditorText(LACKING);
    await expect.poll(() => workbench.codeLens(/Run once: reads/).count(), LIMIT).toBe(0);
    await workbench.codeLens(/Run once: only computes/).waitFor(LIMIT);
    await expect.poll(() => workbench.lensText(/to Image…/).count(), LIMIT).toBe(0);
    await runOnceInline(workbench);
    const [attempt] = await finishedAttempts(workbench, 1);
    expect(results(attempt!).table).toContain("| a |");
  },
);
