import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { packagedExtension } from "../packaged.ts";
import { projectDir } from "../server.ts";

const NOTICES = "extension/dist/THIRD-PARTY-NOTICES.txt";
const READ_FROM_ZIP =
  "import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))";
/** The extension is packaged, and built once more. */
const LIMIT = { timeout: 300_000 };

/** Names of packages that are in some bundle, as the builder says. */
function bundledPackages(): readonly string[] {
  const said = execFileSync(process.execPath, ["esbuild.config.mjs", "--figures"], {
    cwd: projectDir,
    encoding: "utf8",
  });
  const { bundled } = JSON.parse(said) as { readonly bundled: readonly string[] };
  const inside = bundled.flatMap((path) => path.split("node_modules/").slice(1).at(-1) ?? []);
  const names = inside.map((path) =>
    path
      .split("/")
      .slice(0, path.startsWith("@") ? 2 : 1)
      .join("/"),
  );
  return [...new Set(names)].sort();
}

it("the packaged extension says of each package in it who made it, and under which terms", LIMIT, () => {
  const vsix = packagedExtension();
  const text = execFileSync("python3", ["-c", READ_FROM_ZIP, vsix, NOTICES], { encoding: "utf8" });
  const sections = text.split(/\n\n=+\n/).slice(1);
  const told = new Map(sections.map((section) => [section.slice(0, section.indexOf(" ")), section]));
  const packages = bundledPackages();
  expect([...told.keys()].sort()).toEqual(packages);
  expect(packages.length).toBeGreaterThan(50);
  for (const [name, section] of told) expect(section, name).toMatch(/copyright|apache license/i);
});
