import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { RequestId } from "../../../src/approval/decisions.ts";
import type { TestWorkspace } from "./house.ts";

const WINDOW = join(import.meta.dirname, "killed-window.ts");

/** Asked and approved in a window of its own process, which is killed once the code has printed a line that starts so. */
export async function killedAt(
  { dir, stateDir, mediaDir, settings, trusted, url }: TestWorkspace,
  start: string,
): Promise<{ readonly request: RequestId; readonly line: string }> {
  const where = JSON.stringify({ dir, stateDir, mediaDir, settings, trusted, url });
  const window = spawn(process.execPath, [WINDOW, where], { stdio: ["ignore", "pipe", "inherit"] });
  let request = "";
  for await (const line of createInterface({ input: window.stdout })) {
    request = /^REQUEST (.+)$/.exec(line)?.[1] ?? request;
    if (!line.startsWith(start)) continue;
    window.kill("SIGKILL");
    await once(window, "exit");
    return { request: request as RequestId, line };
  }
  throw new Error("The window ended before its code printed that.");
}
