import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { TestWorkspace, told } from "./house.ts";

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await TestWorkspace.make();
  workspace.settings["framework.execution.execution_method"] = "local";
  workspace.code = ["import pandas as pd\nprint(len(pd.read_csv('data/values.csv')))\n"];
});

afterEach(async () => {
  await workspace.dispose();
});

function withoutPython(): () => void {
  const path = process.env.PATH;
  const restore = (): void => void (process.env.PATH = path);
  process.env.PATH = "/nowhere";
  onTestFinished(restore);
  return restore;
}

/** Making the environment downloads packages, on a machine that may be busy. */
const PATIENCE_MS = 300_000;

it(
  "Python is missing for the local method: nothing is started, and a retry runs once it is there",
  async () => {
    const window = await workspace.open();
    const restore = withoutPython();
    const { id, request, outcome } = await window.perform("How many?");
    expect(outcome).toMatchObject({ state: "failed", error: { code: "python-missing" } });
    const error = told(outcome.state === "failed" ? outcome.error : undefined);
    expect(error.next).toContain("Install Python 3.11");
    expect(error.kept).toContain("code");
    expect(window.started(request.id)).toBe(0);
    expect(await window.ended(id)).toMatchObject({ state: "failed", error });

    restore();
    (await window.agent()).retry(id);
    const second = await window.waiting(id);
    expect(second.assessment.isolation.level).toBe("local");
    await window.approve(second.id);
    expect(await window.outcome(second.id)).toMatchObject({ state: "finished" });
    expect(await window.ended(id)).toMatchObject({ state: "finished" });
  },
  PATIENCE_MS,
);
