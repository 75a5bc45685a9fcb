import { mkdir, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { LocalEnvironment } from "../../src/python/sandboxes/local-environment.ts";
import { cacheDir, projectDir } from "./commands.ts";

/** Longer than making the environment takes where everything is downloaded first. */
const PATIENCE_MS = 280_000;

/** The interpreter of the local method's own environment, which is made once for all tests: that takes a minute. */
export async function localPython(): Promise<string> {
  const environment = new LocalEnvironment({
    folder: join(cacheDir, "python"),
    requirements: join(projectDir, "media/services/jupyter/requirements.txt"),
    interpreters: ["python3"],
  });
  return await environment.ensure(() => undefined, AbortSignal.timeout(PATIENCE_MS));
}

/** Gives a state directory that environment, under the name that the local method looks for. */
export async function lendEnvironment(python: string, stateDir: string): Promise<void> {
  const environment = dirname(dirname(python));
  const folder = join(stateDir, "python");
  await mkdir(folder, { recursive: true });
  await symlink(environment, join(folder, basename(environment)));
}
