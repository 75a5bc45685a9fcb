import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ScriptedModelServer,
  type Behaviour,
  type ScriptedRequest,
} from "../../machine/scripted-model-server.ts";
import { projectDir } from "../server.ts";
import { Workbench } from "../workbench.ts";
import {
  ask,
  chooseServer,
  filesWith,
  finishedAttempts,
  results,
  RUN_LIMIT_MS,
  runOnceInline,
} from "./analyses.ts";

const LIMIT = { timeout: 60_000 };
const CONNECT = "Countersign: Connect a Model…";

describe("a model of VS Code's", () => {
  const scratch = mkdtempSync(join(tmpdir(), "countersign-companion-"));
  const log = join(scratch, "log");
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  const opened = Workbench.forFile({
    companions: [join(projectDir, "test/host/companion-model")],
    environment: { COMPANION_LOG: log },
  });

  /** What the companion was asked for and how it ended, oldest first. */
  function asked(): readonly { tool: string; forced: boolean; ended: string }[] {
    const lines = readFileSync(log, "utf8").trim().split("\n");
    return lines.map((line) => JSON.parse(line) as { tool: string; forced: boolean; ended: string });
  }

  it(
    "is chosen from a list, and answers by tool calls that it must make",
    { timeout: RUN_LIMIT_MS },
    async () => {
      const workbench = opened();
      await workbench.command(CONNECT);
      await workbench.quickInput.choose("Scripted Companion");
      await workbench
        .notification(/now asks Scripted Companion \(VS Code, scripted-companion\)/)
        .waitFor(LIMIT);

      await ask(workbench, "How much is 19 and 23?");
      await runOnceInline(workbench);
      const [attempt] = await finishedAttempts(workbench, 1);
      expect(results(attempt!)).toEqual({ sum: 42 });
      await workbench.notification(/scripted companion says that it is 42/).waitFor(LIMIT);
      expect(asked()).toEqual(
        ["task", "plan", "python", "answer"].map((tool) => ({ tool, forced: true, ended: "answered" })),
      );
    },
  );

  it("is stopped when the analysis is cancelled", async () => {
    const workbench = opened();
    await ask(workbench, "Is this endless?");
    await expect.poll(() => asked().at(-1)?.ended, LIMIT).toBe("waiting");
    await workbench
      .notification(/Is this endless/)
      .getByRole("button", { name: "Cancel" })
      .click(LIMIT);
    await expect.poll(() => asked().at(-1)?.ended, LIMIT).toBe("cancelled");
    await workbench.command("Countersign: Focus on Analyses View");
    await workbench
      .treeRows("Analyses")
      .filter({ hasText: /endless.*cancelled/ })
      .waitFor(LIMIT);
  });

  it.each([
    ["What is forbidden?", /was not allowed.*Allow Countersign to use this model/, "Connect a Model…"],
    ["What is exhausted?", /no quota left.*Wait a while/, "Retry"],
    ["What is unknown?", /forgot this model.*Connect a model/, "Connect a Model…"],
  ])("says why it did not answer %s and what to do", async (question, said, button) => {
    const workbench = opened();
    await ask(workbench, question);
    const told = workbench.notification(said);
    await told.waitFor(LIMIT);
    expect(await told.getByRole("button", { name: button }).count()).toBe(1);
  });
});

const KEY = "a-key-that-only-the-test-knows";
const ANSWERS: Readonly<Record<string, unknown>> = {
  task: { task: "Multiply 6 by 7", kind: "analysis" },
  plan: { objective: "The product of 6 and 7", steps: [{ purpose: "Multiply 6 by 7" }] },
  python: {
    code: 'results = {"product": 6 * 7}\n',
    purpose: "Multiplies",
    expectedResults: "It",
    mode: "read_only",
  },
  answer: { text: "The scripted server says that it is 42." },
};

function script({ schema }: ScriptedRequest): Behaviour {
  return { answer: ANSWERS[schema ?? ""] ?? "no such schema" };
}

describe("a server that speaks OpenAI's protocol", () => {
  let server: ScriptedModelServer;
  const opened = Workbench.forFile();
  beforeAll(async () => {
    server = await ScriptedModelServer.start({ key: KEY, script });
  });
  afterAll(() => server.dispose());

  it(
    "is connected with a key that it refuses, then with the right one, and the question goes on",
    { timeout: RUN_LIMIT_MS },
    async () => {
      const workbench = opened();
      await workbench.command(CONNECT);
      await chooseServer(workbench, server.url, "a-wrong-key");
      await ask(workbench, "How much is 6 times 7?");
      const refused = workbench.notification(/refused the key \(401\).*enter a key that is valid/);
      await refused.getByRole("button", { name: "Connect a Model…" }).click(LIMIT);
      await chooseServer(workbench, server.url, KEY);

      await workbench.command("Countersign: Focus on Analyses View");
      const row = workbench.treeRows("Analyses").filter({ hasText: "6 times 7" });
      await row.hover();
      await row.getByRole("button", { name: "Retry Analysis" }).click(LIMIT);
      await runOnceInline(workbench);
      const [attempt] = await finishedAttempts(workbench, 1);
      expect(results(attempt!)).toEqual({ product: 42 });
      await workbench.notification(/scripted server says that it is 42/).waitFor(LIMIT);
      expect(new Set(server.requests.map(({ authorization }) => authorization))).toEqual(
        new Set([`Bearer ${KEY}`]),
      );
    },
  );

  it("keeps the key in the secret storage and nowhere else", async () => {
    const workbench = opened();
    const before = server.requests.length;
    await workbench.reloadWindow();
    await ask(workbench, "How much is 6 times 7, again?");
    await workbench.codeLens(/Run once/).waitFor(LIMIT);
    expect(server.requests.length).toBeGreaterThan(before);
    for (const folder of [workbench.stateHome, workbench.dataDir, workbench.workspace]) {
      expect(filesWith(folder, KEY), folder).toEqual([]);
    }
  });
});
