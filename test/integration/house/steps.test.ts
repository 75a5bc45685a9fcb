import { expect, it } from "vitest";
import { TestWorkspace } from "./house.ts";

const PREPARES = `import os
import pandas as pd

days = pd.date_range("2026-01-01", periods=3, tz="Europe/Berlin", name="day")
table = pd.DataFrame({"square": [1, 4, 9], "kind": pd.Categorical(["odd", "even", "odd"])}, index=days)
os.makedirs("tables")
table.to_parquet("tables/squares.parquet")
results = {"rows": len(table)}
`;
/** Types and index are what they were, as they would not be after a way through text. */
const SUMS = `import pandas as pd

table = pd.read_parquet("tables/squares.parquet")
total = int(table["square"].sum())
results = {"total": total, "kind": str(table["kind"].dtype), "zone": str(table.index.tz), "index": table.index.name}
`;

it("a later step is told what the earlier one found, and finds the files that it left under their names", async () => {
  const workspace = await TestWorkspace.forTest();
  const window = await workspace.open();
  workspace.purposes = ["prepare the values", "sum them up"];
  workspace.code = [PREPARES, SUMS];
  const id = await window.ask("What is the sum of the squares?");
  const first = await window.waiting(id);
  await window.approve(first.id);
  await window.outcome(first.id);
  const second = await window.waiting(id);
  expect(second.action.payload).toMatchObject({
    inputs: [
      {
        path: "tables/squares.parquet",
        source: expect.stringMatching(/^analyses\/.*\/attempt-1\/out\/tables\/squares\.parquet$/) as string,
      },
    ],
  });
  await window.approve(second.id);
  const outcome = await window.outcome(second.id);
  if (outcome.state !== "finished") throw new Error(JSON.stringify(outcome));
  expect(JSON.parse(outcome.result.resultsText)).toEqual({
    total: 14,
    kind: "category",
    zone: "Europe/Berlin",
    index: "day",
  });
  // What was handed on and left as it was is not its own output.
  expect(outcome.result.files).toEqual([]);
  expect((await window.ended(id)).state).toBe("finished");
  const asked = workspace.server!.requests.filter(({ schema }) => schema === "python");
  const told = JSON.stringify(asked.at(-1));
  expect(told).toContain("prepare the values");
  expect(told).toContain("tables/squares.parquet");
});
