import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, isAbsolute, join } from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder of this user and this workspace, made with mode 0700 where it is missing. Both doors and every window
 * find the same one, because it depends on the workspace's real path and nothing else.
 * `COUNTERSIGN_STATE_HOME` overrides where all of them lie.
 * @throws the file system's error where the workspace does not exist or the folder cannot be made
 */
export function stateDirectory(
  workspaceDir: string,
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): string {
  const workspace = realpathSync.native(workspaceDir);
  const folder = join(stateHome(env, platform), folderName(workspace));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  return folder;
}

/** Where the state of all workspaces lies, per platform's custom. */
export function stateHome(env: Environment, platform: NodeJS.Platform): string {
  if (env.COUNTERSIGN_STATE_HOME) return env.COUNTERSIGN_STATE_HOME;
  const home = env.HOME ?? homedir();
  if (platform === "win32") {
    return join(env.LOCALAPPDATA ?? join(home, "AppData", "Local"), "countersign", "state");
  }
  if (platform === "darwin") return join(home, "Library", "Application Support", "countersign", "state");
  // The XDG specification says that a relative path is to be ignored.
  const xdg = env.XDG_STATE_HOME;
  return join(xdg && isAbsolute(xdg) ? xdg : join(home, ".local", "state"), "countersign");
}

/** The readable part is for people who look into the folder; the digest is what tells workspaces apart. */
function folderName(workspace: string): string {
  const readable = basename(workspace)
    .replace(/[^A-Za-z0-9_-]+/g, "-")
    .slice(0, 32);
  return `${readable || "workspace"}-${createHash("sha256").update(workspace).digest("hex").slice(0, 32)}`;
}
