import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ScriptedModelServer } from "../../machine/scripted-model-server.ts";
import { Workbench } from "../workbench.ts";
import {
  ask,
  chooseServer,
  finishedAttempts,
  results,
  RUN_LIMIT_MS,
  runOnceInline,
  started,
} from "./analyses.ts";

const LIMIT = { timeout: 60_000 };
const KEY = "a-key-of-the-script";
const COUNTS = 'results = {"characters": len(open("questions.json").read())}\n';
const ANSWERS: Readonly<Record<string, unknown>> = {
  task: { task: "Count the characters", kind: "analysis" },
  plan: { objective: "The number of characters", steps: [{ purpose: "Count the characters" }] },
  python: { code: COUNTS, purpose: "Counts", expectedResults: "A number", mode: "read_only" },
  answer: { text: "They are counted." },
};
let server: ScriptedModelServer;

beforeAll(async () => {
  const script = ({ schema }: { readonly schema?: string }) => ({ answer: ANSWERS[schema ?? ""] ?? "" });
  server = await ScriptedModelServer.start({ key: KEY, script });
});
afterAll(() => server.dispose());

it(
  "a file that changes while the dialog is open refuses the run; asked anew, it says what changed, and a change of the code is shown line by line",
  { timeout: 2 * RUN_LIMIT_MS },
  async () => {
    const workbench = await Workbench.forTest();
    await workbench.command("Countersign: Connect a Model…");
    await chooseServer(workbench, server.url, KEY);
    await ask(workbench, "How many characters do the questions have?");
    await workbench.codeLens(/Run once.*questions\.json/).click(LIMIT);
    await workbench.modal.text();
    appendFileSync(join(workbench.workspace, "questions.json"), "\n");
    await workbench.modal.press("Run Once");

    const told = workbench.notification(/Refused, nothing ran: Changed since.*questions\.json changed/);
    await told.getByRole("button", { name: "Ask Anew" }).waitFor(LIMIT);
    await workbench.lensText(/Cannot run: Changed since it was approved: questions\.json/).waitFor(LIMIT);
    await workbench.codeLens("Ask Anew").click(LIMIT);
    await workbench.lensText(/Since approved at [^|]*: questions\.json changed/).waitFor(LIMIT);
    expect(started(workbench)).toEqual([]);

    await workbench.replaceEditorText(`${COUNTS}# looked at\n`);
    await workbench.codeLens(/Since approved at .*1 line of/).click(LIMIT);
    await workbench.activeTab("approved before").waitFor(LIMIT);
    const side = (which: string) => workbench.page.locator(`.monaco-diff-editor .${which} .view-lines`);
    await side("modified").filter({ hasText: "looked" }).waitFor();
    expect(await side("original").innerText()).not.toContain("looked");
    await workbench.command("View: Close Editor");

    await workbench.codeLens("Details").click(LIMIT);
    const panel = workbench.webview();
    await panel.getByRole("heading", { name: /^Since it was last approved, at / }).waitFor(LIMIT);
    await panel.getByText("questions.json changed", { exact: true }).waitFor();
    await panel.getByRole("heading", { name: "What the edit changes" }).waitFor();
    await expect.poll(() => panel.getByText("1 line of the code changed", { exact: true }).count()).toBe(2);
    await workbench.command("View: Close Editor");

    await runOnceInline(workbench);
    const [attempt] = await finishedAttempts(workbench, 1);
    expect(Object.keys(results(attempt!))).toEqual(["characters"]);
    expect(started(workbench)).toHaveLength(1);
    expect(server.requests.filter(({ schema }) => schema === "python")).toHaveLength(1);
  },
);
