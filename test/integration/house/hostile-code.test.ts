import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { TestWorkspace, ownContainers, type Window } from "./house.ts";

let workspace: TestWorkspace;
let window: Window;

beforeEach(async () => {
  workspace = await TestWorkspace.make();
  await workspace.write("secret.txt", "the workspace's own");
  window = await workspace.open();
});

afterEach(async () => {
  await workspace.dispose();
});

/** Code that tries each statement and prints the name of the error that met it, or `done`. */
function attempts(statements: readonly string[]): string {
  const tries = statements.map(
    (one) => `try:\n    ${one}\n    print("done")\nexcept BaseException as e:\n    print(type(e).__name__)\n`,
  );
  return `import os, socket\n${tries.join("")}`;
}

it("approved code that tries everything fails at each of it inside the sandbox, and the host is as it was", async () => {
  const server = createServer((socket) => socket.end("reached"));
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  const { port } = server.address() as { port: number };
  let reached = 0;
  server.on("connection", () => (reached += 1));
  const database = join(workspace.stateDir, "countersign.db");
  workspace.code = [
    attempts([
      `socket.create_connection(("127.0.0.1", ${port}), 2)`,
      `socket.create_connection(("172.17.0.1", ${port}), 2)`,
      `open(${JSON.stringify(join(workspace.dir, "secret.txt"))})`,
      `open("../secret.txt")`,
      `open(${JSON.stringify(database)}, "r+b")`,
      `open("data/values.csv", "w")`,
      `open("data/new.csv", "w")`,
      `open("/etc/passwd", "a")`,
      `open(${JSON.stringify(join(workspace.dir, "analyses/forged"))}, "w")`,
      `open("run.json", "w").write('{"approved": "forged"}')`,
      `os.symlink(${JSON.stringify(workspace.dir)}, "way-out")`,
    ]),
  ];
  try {
    const { id, request, outcome } = await window.perform("What can it do?");
    expect(request.assessment.effects.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["network", "reads-files", "writes-files"]),
    );
    expect(outcome.state === "finished" && outcome.result.text.trim().split("\n")).toEqual([
      "ConnectionRefusedError",
      ...["OSError", "FileNotFoundError", "FileNotFoundError", "FileNotFoundError"],
      ...["OSError", "OSError", "PermissionError", "FileNotFoundError", "done", "done"],
    ]);
    expect(reached).toBe(0);
    const { folder } = (outcome as { result: { folder: string } }).result;
    const record = JSON.parse(await readFile(join(folder, "run.json"), "utf8")) as Record<string, unknown>;
    expect(record).toMatchObject({ requestId: request.id, approved: { hash: request.hash, by: "person" } });
    expect(existsSync(join(folder, "out/way-out"))).toBe(false);
    expect(readdirSync(workspace.dir).sort()).toEqual(["analyses", "data", "secret.txt"]);
    expect(readdirSync(join(workspace.dir, "data"))).toEqual(["values.csv"]);
    expect(await readFile(join(workspace.dir, "data/values.csv"), "utf8")).toBe("a\n1\n2\n3\n");
    expect(await readFile(join(workspace.dir, "secret.txt"), "utf8")).toBe("the workspace's own");
    expect(window.ledger(request.id)).toEqual(["requested", "decided", "claimed", "started", "outcome"]);
    expect(await window.ended(id)).toMatchObject({ state: "finished" });
  } finally {
    server.close();
  }
});

it("approved code that forks without end is ended at its limits, and the next run works", async () => {
  const limits = "framework: {execution: {limits: {seconds: 3, processes: 64}}}\n";
  await workspace.write("countersign.yml", limits);
  await window.house.reloadConfiguration();
  workspace.code = [
    "import os\nprint('forking', flush=True)\nwhile True:\n    try: os.fork()\n    except OSError: pass\n",
    "print('next')\n",
  ];
  const { request, outcome } = await window.perform("How many?");
  expect(outcome).toMatchObject({ state: "failed", result: { text: "forking\n" } });
  expect(["time-limit", "kernel-died"]).toContain(outcome.state === "failed" && outcome.error.code);
  expect(window.started(request.id)).toBe(1);
  expect(await ownContainers()).toEqual([]);
  expect((await window.perform("And now?")).outcome).toMatchObject({
    state: "finished",
    result: { text: "next\n" },
  });
});
