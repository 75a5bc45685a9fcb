import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { TestWorkspace } from "./house.ts";

const run = promisify(execFile);
const CLI = join(import.meta.dirname, "../../../src/cli.ts");

/** Starts a program with a terminal of its own, types into it what whoever wants a yes would type, and prints what it showed. */
const TYPIST = `
import os, pty, sys
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
os.write(terminal, b"y\\nyes\\napprove\\nRun Once\\n\\x1b[B\\x1b[C\\r\\x04")
shown = b""
while True:
    try:
        read = os.read(terminal, 65536)
    except OSError:
        break
    if not read:
        break
    shown += read
sys.stdout.buffer.write(shown)
print("\\nexit", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
`;

it("a pseudo-terminal that drives the command line gets nothing approved, granted or run", async () => {
  const workspace = await TestWorkspace.forTest();
  workspace.code = ["print('ran')\n"];
  await workspace.write("a.py", "import os\nos.system('ls')\n");
  const window = await workspace.open();
  const { id } = await window.waiting(await window.ask("How many?"));
  const environment = { ...process.env, COUNTERSIGN_STATE_HOME: workspace.stateHome };
  const typed = async (...args: readonly string[]): Promise<string> => {
    const argv = ["-c", TYPIST, process.execPath, CLI, ...args];
    return (await run("python3", argv, { cwd: workspace.dir, env: environment, timeout: 60_000 })).stdout;
  };

  const answers = await Promise.all([
    typed(),
    ...["approve", "decide", "run", "perform", "grant", "reject", "revise"].map((verb) => typed(verb, id)),
    typed("ledger", "approve", id),
    typed("ledger", "export", "exported", "--approve", id),
    typed("analyze", "--approve", "a.py"),
    typed("analyze", "--yes", "a.py"),
  ]);
  for (const answer of answers) expect(answer).toMatch(/exit 64/);
  expect(await typed("analyze", "a.py", "-")).toMatch(/a\.py: ask/);
  expect(await typed("ledger", "export", "exported")).toMatch(/exit 0/);

  const { approvals } = window.house;
  expect(approvals.get(id).state).toBe("requested");
  expect(window.ledger(id)).toEqual(["requested"]);
  expect(approvals.grants.list()).toEqual([]);
  expect(approvals.recent(9)).toHaveLength(1);
});
