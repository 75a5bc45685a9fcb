import { spawn, spawnSync } from "node:child_process";
import { dirname, delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const projectDir = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** What the machine's preparation keeps between runs; git ignores it. */
export const cacheDir = join(projectDir, ".cache");

/** The environment in which `node`, `npm` and the project's tools are the pinned ones. */
export function pinnedEnvironment(): NodeJS.ProcessEnv {
  const own = [dirname(process.execPath), join(projectDir, "node_modules/.bin")];
  return { ...process.env, PATH: [...own, process.env.PATH ?? ""].join(delimiter) };
}

export interface RunOptions {
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Hears each line of both streams; without it they go to ours. */
  readonly onLine?: (line: string) => void;
}

/** Runs a program to its end. @returns its exit code, 127 where there is no such program. */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<number> {
  const { onLine } = options;
  const child = spawn(program, args, {
    cwd: options.cwd ?? projectDir,
    env: options.environment ?? pinnedEnvironment(),
    stdio: ["ignore", onLine ? "pipe" : "inherit", onLine ? "pipe" : "inherit"],
  });
  if (onLine) for (const stream of [child.stdout, child.stderr]) eachLine(stream, onLine);
  return new Promise((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", (code) => resolve(code ?? 1));
  });
}

/** Runs a program quietly. @throws with its last lines where it does not succeed. */
export async function must(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<void> {
  const said: string[] = [];
  const code = await run(program, args, { ...options, onLine: (line) => void said.push(line) });
  if (code !== 0)
    throw new Error(`${program} ${args[0] ?? ""} ended with ${code}: ${said.slice(-3).join(" | ")}`);
}

/** What a program printed, or undefined where it is missing or failed. */
export function output(program: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8" });
  return status === 0 ? stdout : undefined;
}

export function eachLine(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8");
  stream?.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(onLine);
  });
  stream?.on("end", () => {
    if (rest !== "") onLine(rest);
  });
}
