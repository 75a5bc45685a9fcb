import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheDir } from "../../machine/commands.ts";

const run = promisify(execFile);
const PACKAGES = ["nbclient==0.10.4", "nbformat==5.10.4", "ipykernel==6.29.5", "matplotlib==3.10.8"];
/** Jupyter's own tools, in an environment that is not ours. */
export async function notebookTools(): Promise<string> {
  const folder = join(cacheDir, "notebook-tools");
  const interpreter = join(folder, "bin", "python");
  if (existsSync(join(folder, "complete"))) return interpreter;
  await run("python3", ["-m", "venv", "--clear", folder]);
  await run(interpreter, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PACKAGES]);
  await writeFile(join(folder, "complete"), "");
  return interpreter;
}
