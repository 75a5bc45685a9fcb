import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AnalysisId } from "../../../src/agent/analysis.ts";
import { TestWorkspace, told, type Window } from "./house.ts";

const QUESTION = "How many values are there?";
let workspace: TestWorkspace;
let window: Window;

beforeEach(async () => {
  workspace = await TestWorkspace.make();
  workspace.code = ["import pandas as pd\nresults = {'n': len(pd.read_csv('data/values.csv'))}\n"];
  window = await workspace.open();
});

afterEach(async () => {
  await workspace.dispose();
});

/** Failed by the model: nobody was asked, the question is kept, and what to do is said. */
async function failedAs(id: AnalysisId, code: string) {
  const analysis = await window.settled(id);
  expect(analysis).toMatchObject({ state: "failed", question: QUESTION, error: { code } });
  const agent = await window.agent();
  expect(agent.questions(10)).toEqual([QUESTION]);
  expect(window.house.approvals.waiting()).toEqual([]);
  const error = told(analysis.error);
  expect(error.kept).toContain("question");
  return error;
}

async function worksAgain(id: AnalysisId): Promise<void> {
  (await window.agent()).retry(id);
  const request = await window.waiting(id);
  await window.approve(request.id);
  const outcome = await window.outcome(request.id);
  expect(outcome.state === "finished" && JSON.parse(outcome.result.resultsText)).toEqual({ n: 3 });
  expect(await window.ended(id)).toMatchObject({ state: "finished", answer: expect.any(String) as string });
}

describe("a model that fails is told by name, and a retry goes on from there", () => {
  it("nobody answers at its address", async () => {
    await workspace.stopModel();
    const id = await window.ask(QUESTION);
    expect((await failedAs(id, "model-unreachable")).next).toContain("server runs");
    await workspace.startModel();
    await worksAgain(id);
  });

  it("401", async () => {
    await workspace.stopModel();
    await workspace.startModel("right");
    workspace.key = "sk-wrong-key";
    const id = await window.ask(QUESTION);
    const error = await failedAs(id, "model-refused-key");
    expect(error.next).toContain("Connect a Model");
    expect(JSON.stringify(error)).not.toContain("sk-wrong-key");
    workspace.key = "right";
    await worksAgain(id);
  });

  it("429", async () => {
    workspace.server!.next({ status: 429, message: "slow down", headers: { "retry-after": "7" } });
    const id = await window.ask(QUESTION);
    expect((await failedAs(id, "model-rate-limited")).next).toContain("Wait 7 s");
    await worksAgain(id);
  });

  it("an empty answer", async () => {
    workspace.server!.next({ answer: "  \n" });
    await failedAs(await window.ask(QUESTION), "model-answer-empty");
  });

  it("an answer without code, and what was answered before is not asked again", async () => {
    workspace.code = ["  \n", "results = {'n': 3}\n"];
    const id = await window.ask(QUESTION);
    expect((await failedAs(id, "model-answer-without-code")).next).toContain("Retry");
    await worksAgain(id);
    expect([workspace.asked("task"), workspace.asked("plan"), workspace.asked("python")]).toEqual([1, 1, 2]);
  });
});

describe("a question", () => {
  it("that is empty is refused before anything is stored or asked", async () => {
    const agent = await window.agent();
    await expect(agent.start(" \n\t")).rejects.toMatchObject({
      code: "question-empty",
      next: expect.stringContaining("Write") as string,
    });
    expect([agent.analyses(10), agent.questions(10), workspace.server!.requests]).toEqual([[], [], []]);
  });
});
