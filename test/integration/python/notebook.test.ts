import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Laboratory } from "./laboratory.ts";
import { notebookTools } from "./notebook-tools.ts";

const run = promisify(execFile);
let lab: Laboratory;
let python: string;

beforeAll(async () => {
  lab = await Laboratory.open();
  await lab.write("data/values.csv", "a\n1\n2\n3\n");
  python = await notebookTools();
}, 600_000);

afterAll(async () => {
  await lab.dispose();
});

const RUN_AGAIN = `
import json, sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
nbformat.validate(notebook)
before = ["".join(o.get("text", "")) for o in notebook.cells[0].outputs if o.output_type == "stream"]
NotebookClient(notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": sys.argv[2]}}).execute()
after = ["".join(o.get("text", "")) for o in notebook.cells[0].outputs if o.output_type == "stream"]
print(json.dumps({"cells": len(notebook.cells), "before": before, "after": after}))
`;

it("a run's notebook is valid for Jupyter's own tools, and gives the same again from the workspace's root", async () => {
  const code = `from __future__ import annotations
import csv
import matplotlib.pyplot as plt
with open("data/values.csv") as file:
    values = [int(row["a"]) for row in csv.DictReader(file)]
plt.plot(values)
print("sum", sum(values))
`;
  const ended = await lab.run(lab.container, code);
  expect(ended.error).toBeUndefined();
  const script = join(await mkdtemp(join(tmpdir(), "countersign-notebook-")), "again.py");
  await writeFile(script, RUN_AGAIN);
  const { stdout } = await run(python, [script, ended.record!.notebook, lab.workspace]);
  await rm(script);
  expect(JSON.parse(stdout)).toEqual({ cells: 1, before: ["sum 6\n"], after: ["sum 6\n"] });
});
