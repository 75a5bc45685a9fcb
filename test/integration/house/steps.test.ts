import { expect, it } from "vitest";
import { TestWorkspace } from "./house.ts";

it("a later step is told what the earlier one found, and finds the files that it left under their names", async () => {
  const workspace = await TestWorkspace.forTest();
  const window = await workspace.open();
  workspace.purposes = ["prepare the values", "sum them up"];
  workspace.code = [
    'import os\nos.makedirs("tables")\nopen("tables/squares.csv", "w").write("1\\n4\\n9\\n")\nresults = {"rows": 3}\n',
    'total = sum(int(line) for line in open("tables/squares.csv"))\nresults = {"total": total}\n',
  ];
  const id = await window.ask("What is the sum of the squares?");
  const first = await window.waiting(id);
  await window.approve(first.id);
  await window.outcome(first.id);
  const second = await window.waiting(id);
  expect(second.action.payload).toMatchObject({
    inputs: [
      {
        path: "tables/squares.csv",
        source: expect.stringMatching(/^analyses\/.*\/attempt-1\/out\/tables\/squares\.csv$/) as string,
      },
    ],
  });
  await window.approve(second.id);
  const outcome = await window.outcome(second.id);
  if (outcome.state !== "finished") throw new Error(JSON.stringify(outcome));
  expect(JSON.parse(outcome.result.resultsText)).toEqual({ total: 14 });
  // What was handed on and left as it was is not its own output.
  expect(outcome.result.files).toEqual([]);
  expect((await window.ended(id)).state).toBe("finished");
  const asked = workspace.server!.requests.filter(({ schema }) => schema === "python");
  const told = JSON.stringify(asked.at(-1));
  expect(told).toContain("prepare the values");
  expect(told).toContain("tables/squares.csv");
});
