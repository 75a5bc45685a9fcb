import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { cacheDir } from "../commands.ts";
import type { Source } from "./domain.ts";
import type { PackageNames } from "./package-names.ts";

const READER = join(import.meta.dirname, "names.py");
const MOST_OUTPUT = 256 * 1024 * 1024;

/**
 * The names of the package that a domain was made from, in the version that it names.
 * @param from A checkout of the repository's commit, for packages that no index has.
 * @throws in one sentence where the package cannot be had
 */
export function readNames(source: Source, from?: string): PackageNames {
  if ("page" in source) return {};
  const how = source.read ?? "source";
  const folder = from ?? installed(source);
  const python = how === "imported" ? join(folder, "bin", "python") : "python3";
  const where = how === "imported" ? "" : folder;
  return JSON.parse(run(python, [READER, how, where, source.module])) as PackageNames;
}

function installed(source: Exclude<Source, { readonly page: string }>): string {
  if ("repository" in source)
    throw new Error(
      `${source.module} is in no index: check out ${source.repository} at ${source.commit} and say --from FOLDER.`,
    );
  mkdirSync(cacheDir, { recursive: true });
  const folder = mkdtempSync(join(cacheDir, "knowledge-"));
  const wanted = `${source.package}==${source.version}`;
  if (source.read === "imported") {
    run("python3", ["-m", "venv", folder]);
    run(join(folder, "bin", "python"), ["-m", "pip", "install", "--quiet", wanted]);
    return folder;
  }
  run("python3", [
    "-m",
    "pip",
    "download",
    "--quiet",
    "--no-deps",
    "--only-binary",
    ":all:",
    "--dest",
    folder,
    wanted,
  ]);
  const [wheel = ""] = readdirSync(folder);
  run("python3", ["-m", "zipfile", "-e", join(folder, wheel), folder]);
  return folder;
}

function run(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { encoding: "utf8", maxBuffer: MOST_OUTPUT });
}
