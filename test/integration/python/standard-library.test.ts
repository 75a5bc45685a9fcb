import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { Analyser } from "../../../src/python/analysis/analyser.ts";

/** Those that once took a minute or more: classes with many methods, visitors, registries, files found by name. */
const HARD = ["_pydecimal.py", "argparse.py", "ast.py", "pathlib.py", "logging/__init__.py", "pstats.py"];
/** Every file where `EVERY_FILE` is set, which takes a minute; else one of this many. */
const ONE_OF = process.env.EVERY_FILE === undefined ? 16 : 1;

const folder = execFileSync("python3", ["-c", "import sysconfig; print(sysconfig.get_path('stdlib'))"])
  .toString()
  .trim();

function files(): readonly string[] {
  const found = globSync("**/*.py", { cwd: folder, exclude: (name) => basename(name) === "site-packages" });
  const some = found.sort().filter((_, index) => index % ONE_OF === 0);
  return [...new Set([...some, ...HARD])];
}

it("the standard library's own sources are all analysed to an end", { timeout: 300_000 }, () => {
  const analyser = new Analyser();
  const chosen = files();
  expect(chosen.length).toBeGreaterThan(30);
  for (const file of chosen) {
    const analysis = analyser.analyse(readFileSync(join(folder, file), "utf8"));
    expect(analysis.parses || analysis.syntaxErrors.length > 0, file).toBe(true);
  }
});
