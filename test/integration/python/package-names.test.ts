import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { PackageNames } from "../../machine/knowledge/package-names.ts";

const READER = join(import.meta.dirname, "../../machine/knowledge/names.py");

function read(files: Readonly<Record<string, string>>): PackageNames {
  const folder = mkdtempSync(join(tmpdir(), "countersign-names-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "lab", "tests"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, "lab", name), text);
  return JSON.parse(
    execFileSync("python3", [READER, "source", folder, "lab"], { encoding: "utf8" }),
  ) as PackageNames;
}

it("reads a package's names from its text, and runs none of it", () => {
  const names = read({
    "__init__.py": "from ._supply import Supply as PowerSupply\nfrom .states import *\nraise SystemExit\n",
    "_supply.py":
      "try:\n    import fast\nexcept ImportError:\n    fast = None\nclass Supply(Base[int]):\n    LIMIT = 3\n    shown: int\n" +
      "    def ramp(self): pass\n    def _hidden(self): pass\n    @property\n    def current(self): pass\n" +
      "    @current.setter\n    def current(self, value): pass\n",
    "states.py": "import enum\nif True:\n    ON = 1\nasync def wait(): pass\n",
    "tests/test_it.py": "def test(): pass\n",
  });
  expect(Object.keys(names).sort()).toEqual(["lab", "lab._supply", "lab.states"]);
  expect(names.lab).toMatchObject({ takes: { PowerSupply: "lab._supply.Supply" }, gathers: ["lab.states"] });
  expect(names["lab._supply"]?.classes.Supply).toEqual({
    bases: ["Base"],
    methods: ["ramp"],
    attributes: ["LIMIT", "shown", "current"],
    settable: ["LIMIT", "shown", "current"],
  });
  expect(names["lab.states"]).toMatchObject({ functions: ["wait"], constants: ["ON"] });
});
