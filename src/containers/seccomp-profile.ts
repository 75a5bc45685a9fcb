import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CountersignError } from "../errors.ts";
import type { EngineAddress } from "./engine.ts";

/** Which system calls our containers may make. */
export interface SeccompProfile {
  readonly path: string;
  /** Its JSON, in one line. */
  readonly text: string;
}

export async function readSeccompProfile(mediaDir: string): Promise<SeccompProfile> {
  const path = join(mediaDir, "services", "seccomp.json");
  return { path, text: JSON.stringify(JSON.parse(await readFile(path, "utf8"))) };
}

/**
 * How an engine is told of it: Docker by its content, Podman by a file beside it.
 * @throws `engine-failed` where the engine has no such file
 */
export function seccompOption({ path, text }: SeccompProfile, { product, remote }: EngineAddress): string {
  if (product === "docker") return `seccomp=${text}`;
  if (!remote) return `seccomp=${path}`;
  throw new CountersignError("engine-failed", {
    message: "Podman on another machine cannot be told which system calls a container may make.",
    kept: "Nothing ran.",
    next: "Use Podman on this machine, or Docker, by setting DOCKER_HOST or none.",
  });
}
