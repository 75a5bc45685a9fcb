import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { TestWorkspace, type Window } from "./house.ts";

const CODE = "results = {'n': 3}\n";
let workspace: TestWorkspace;
let window: Window;

beforeEach(async () => {
  workspace = await TestWorkspace.make();
  workspace.code = [CODE];
  window = await workspace.open();
});

afterEach(async () => {
  await workspace.dispose();
});

const file = () => join(workspace.stateDir, "countersign.db");

/** Another program that holds the write lock until it is told to let go. */
function lock(): () => void {
  const other = new DatabaseSync(file());
  other.exec("BEGIN IMMEDIATE");
  const release = (): void => {
    if (other.isOpen) other.close();
  };
  onTestFinished(release);
  return release;
}

describe("a locked database", () => {
  it("takes no question, says why, and takes it afterwards", async () => {
    const agent = await window.agent();
    const release = lock();
    await expect(agent.start("How many?")).rejects.toMatchObject({
      code: "database-locked",
      kept: "Nothing was changed.",
      next: expect.stringContaining("try again") as string,
    });
    release();
    expect(agent.analyses(10)).toEqual([]);
    await window.waiting(await agent.start("How many?"));
  });

  it("takes no decision, and the request waits for the next one", async () => {
    const id = await window.ask("How many?");
    const request = await window.waiting(id);
    const release = lock();
    await expect(window.approve(request.id)).rejects.toMatchObject({ code: "database-locked" });
    expect(window.house.approvals.get(request.id).state).toBe("requested");
    release();
    expect(window.ledger(request.id)).toEqual(["requested"]);
    await window.approve(request.id);
    expect(await window.outcome(request.id)).toMatchObject({ state: "finished" });
  });
});

describe("a damaged database", () => {
  it("is moved aside byte for byte and said so, and a fresh one works", async () => {
    await window.waiting(await window.ask("How many?"));
    await window.close();
    const damaged = Buffer.from("no database any more ".repeat(1_000));
    await writeFile(file(), damaged);
    window = await workspace.open();
    expect(window.house.movedAside).toBeDefined();
    expect(await readFile(window.house.movedAside!)).toEqual(damaged);
    expect((await readdir(workspace.stateDir)).filter((name) => name.includes("damaged"))).toHaveLength(1);
    expect((await window.agent()).analyses(10)).toEqual([]);
    const { outcome } = await window.perform("How many?");
    expect(outcome).toMatchObject({ state: "finished" });
  });
});

describe("a configuration file with a mistake", () => {
  it.each([
    ["broken YAML", "approval: {\n  global_mode: [disabled", 2, /./],
    ["an unknown key", "approval:\n  global_mod: disabled\n", 2, /global_mode/],
    ["a wrong type", "framework:\n  execution:\n    data: 7\n", 3, /folder/],
  ])(
    "%s: is told on its line, counts as strictest, and is over once it is mended",
    async (_, text, line, says) => {
      workspace.settings["approval.capabilities.python_execution.mode"] = "disabled";
      await window.house.reloadConfiguration();
      expect(window.house.configuration.problems).toEqual([]);
      expect(window.house.configuration.configuration.approval.pythonExecution.mode).toBe("disabled");

      await workspace.write("countersign.yml", text);
      await window.house.reloadConfiguration();
      const problem = window.house.configuration.problems.find(({ severity }) => severity === "error");
      expect(problem).toMatchObject({ line, message: expect.stringMatching(says) as string });
      const request = await window.waiting(await window.ask("How many?"));
      expect(request.judgement.verdict).toBe("ask");

      await workspace.write("countersign.yml", "approval: {global_mode: selective}\n");
      await window.house.reloadConfiguration();
      expect(window.house.configuration.problems).toEqual([]);
      expect(window.house.approvals.get(request.id).state).toBe("requested");
    },
  );
});
