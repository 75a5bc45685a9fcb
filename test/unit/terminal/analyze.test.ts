import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const cli = fileURLToPath(new URL("../../../src/cli.ts", import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "countersign-analyze-"));
  write("allowed.py", 'import pandas as pd\npd.read_csv("data/a.csv").to_csv("out.csv")\n');
  write("asking.py", 'import epics\nepics.caput("SR:X", 2.5)\n');
  write("broken.py", "x = (\n");
  writeFileSync(join(folder, "latin.py"), Buffer.from([0x78, 0x3d, 0x22, 0xe9, 0x22]));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** The real command line, in a process of its own. */
function run(args: readonly string[], input = ""): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [cli, ...args],
      { cwd: folder, timeout: 60_000 },
      (error, out, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, error: stderr });
      },
    );
    child.stdin?.end(input);
  });
}

const lines = (out: string) =>
  out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("countersign analyze", { timeout: 60_000 }, () => {
  it("prints one JSON object a line, with exactly these keys", async () => {
    const { code, out, error } = await run(["analyze", "--json", "allowed.py", "asking.py", "broken.py"]);
    const [allowed, asking, broken] = lines(out);
    expect(error).toBe("");
    expect(allowed).toMatchObject({
      file: "allowed.py",
      verdict: "allow",
      effects: ["reads-files", "writes-files"],
    });
    expect(asking).toEqual({
      file: "asking.py",
      verdict: "ask",
      effects: ["control-write"],
      findings: [
        {
          effect: "control-write",
          certainty: "known",
          line: 2,
          column: 1,
          message: "`epics.caput`: sets SR:X to 2.5.",
        },
      ],
    });
    expect(broken).toMatchObject({
      verdict: "refuse",
      effects: [],
      findings: [{ effect: "syntax-error", line: 1 }],
    });
    expect(code).toBe(2);
  });

  it("ends with the verdict of the strictest file", async () => {
    expect((await run(["analyze", "allowed.py"])).code).toBe(0);
    expect((await run(["analyze", "allowed.py", "asking.py"])).code).toBe(1);
  });

  it("refuses a control write in a mode without writes, and names the mode that would do", async () => {
    const refused = await run(["analyze", "--mode", "read_only", "asking.py"]);
    expect(refused.code).toBe(2);
    expect(refused.out).toContain("mode read_only does not allow control writes. Mode write_access does.");
    expect((await run(["analyze", "--mode", "write_access", "asking.py"])).code).toBe(1);
  });

  it("knows the modes of countersign.yml, in which a workspace's own file allows no writes", async () => {
    write(
      "countersign.yml",
      "framework:\n  execution:\n    modes:\n      commissioning: {kernel_name: python3-epics-write, allows_writes: true}\n",
    );
    expect((await run(["analyze", "--mode", "commissioning", "asking.py"])).code).toBe(2);
    const unknown = await run(["analyze", "--mode", "nosuch", "asking.py"]);
    expect(unknown.code).toBe(64);
    expect(unknown.error).toContain('There is no mode "nosuch". Modes are');
    rmSync(join(folder, "countersign.yml"));
  });

  it("says which file cannot be read, and analyses the others", async () => {
    const { code, out, error } = await run(["analyze", "--json", "missing.py", "allowed.py"]);
    expect(code).toBe(66);
    expect(error).toMatch(/missing\.py cannot be read: ENOENT/);
    expect(lines(out)).toHaveLength(1);
  });

  it("names the cells of a notebook, whatever its name ends in", async () => {
    const cells = ["import epics", "x = 1\nepics.caput('SR:X', 2.5)"].map((source) => ({
      cell_type: "code",
      source,
    }));
    write("notebook.txt", JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
    const { code, out } = await run(["analyze", "--json", "notebook.txt"]);
    expect(code).toBe(1);
    expect(lines(out)[0]).toMatchObject({
      verdict: "ask",
      findings: [{ effect: "control-write", cell: 2, line: 2, column: 1 }],
    });
    expect((await run(["analyze", "notebook.txt"])).out).toContain("  cell 2, 2:1  ! control-write: ");
  });

  it("says what keeps a notebook from being analysed, and what to do, and analyses the others", async () => {
    write("half.ipynb", '{"cells": [{"cell_type": "code"');
    const { code, out, error } = await run(["analyze", "--json", "half.ipynb", "allowed.py"]);
    expect(code).toBe(66);
    expect(error).toMatch(
      /half\.ipynb: This notebook cannot be analysed: it is not valid JSON.*save it again/,
    );
    expect(lines(out)).toHaveLength(1);
  });

  it("names the cell that is no Python", async () => {
    const cells = [
      { cell_type: "markdown", source: "" },
      { cell_type: "code", source: ["x = 1\n", "x = ("] },
    ];
    write("broken.ipynb", JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
    const { code, out } = await run(["analyze", "broken.ipynb"]);
    expect(code).toBe(2);
    expect(out).toContain("in line 2 of cell 2");
    expect(out).toContain("  cell 2, 2:5  syntax error");
  });

  it("refuses a file that is not UTF-8", async () => {
    const { code, out } = await run(["analyze", "--json", "latin.py"]);
    expect(code).toBe(2);
    expect(out).toContain("not UTF-8");
  });

  it("reads the standard input as -", async () => {
    const { out } = await run(["analyze", "--json", "-"], "eval('1')\n");
    expect(lines(out)[0]).toMatchObject({ file: "-", verdict: "ask", effects: ["dynamic"] });
  });

  it("explains itself", async () => {
    const help = await run(["analyze", "--help"]);
    expect(help.code).toBe(0);
    expect(help.out).toContain("Exit codes");
    expect((await run(["--help"])).out).toContain("analyze");
  });

  it.each([[[]], [["analyze"]], [["analyze", "--nosuch", "allowed.py"]], [["dance"]]])(
    "a wrong command line (%j) is said to be one",
    async (args) => {
      const { code, error, out } = await run(args);
      expect(code).toBe(64);
      expect(error + out).toContain("countersign");
    },
  );
});
