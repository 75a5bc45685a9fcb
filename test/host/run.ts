// npm run test:host: the suites in test/host/suites inside a real extension host, once trusted and once in Restricted Mode.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { runTests } from "@vscode/test-electron";
import { projectDir } from "./server.ts";

const launcher = join(projectDir, "test/host/launcher.mjs");

/** Code opens by itself only where it covers nothing: VS Code's Welcome, which comes when it likes, would be covered. */
const SETTINGS = JSON.stringify({ "workbench.startupEditor": "none" });

/** A desktop VS Code where `VSCODE_EXECUTABLE` names one, one to download where `VSCODE_DOWNLOAD` asks for it, else the served one. */
function vscodeExecutable(): string | undefined {
  if (process.env.VSCODE_DOWNLOAD !== undefined) return undefined;
  return process.env.VSCODE_EXECUTABLE ?? launcher;
}

async function runSuites(
  executable: string | undefined,
  environment: Record<string, string>,
): Promise<boolean> {
  const scratch = mkdtempSync(join(tmpdir(), "countersign-suites-"));
  const extensions = join(scratch, "extensions");
  cpSync(join(projectDir, "test/host/sample-extension"), join(extensions, "sample"), { recursive: true });
  const user = join(scratch, "user");
  mkdirSync(join(user, "User"), { recursive: true });
  writeFileSync(join(user, "User/settings.json"), SETTINGS);
  try {
    await runTests({
      ...(executable === undefined ? {} : { vscodeExecutablePath: executable }),
      extensionDevelopmentPath: projectDir,
      extensionTestsPath: join(projectDir, "dist/test/runner/run.js"),
      launchArgs: [workspaceCopy(scratch), `--extensions-dir=${extensions}`, `--user-data-dir=${user}`],
      extensionTestsEnv: {
        // The launcher starts with `env node`: the pinned one must be found first.
        PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`,
        XDG_STATE_HOME: join(scratch, "state"),
        HOST_SETTINGS: SETTINGS,
        ...environment,
      },
    });
    return true;
  } catch {
    return false; // What failed was printed by the suites themselves.
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Suites may write: they get the sample workspace's copy, never the workspace itself. */
function workspaceCopy(scratch: string): string {
  const copy = join(scratch, "workspace");
  const sample = join(projectDir, "media/sample-workspace");
  if (existsSync(sample)) cpSync(sample, copy, { recursive: true });
  return copy;
}

for (const flags of [[], ["--tests"]]) {
  const { status } = spawnSync(process.execPath, ["esbuild.config.mjs", ...flags], {
    cwd: projectDir,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(1);
}
const held = [
  await runSuites(vscodeExecutable(), {}),
  // runTests turns workspace trust off in any VS Code; the launcher knows better.
  await runSuites(launcher, { HOST_UNTRUSTED: "1" }),
];
process.exitCode = held.every(Boolean) ? 0 : 1;
