import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { parse } from "node:path";
import { promisify } from "node:util";
import type { Person } from "../host.ts";

/**
 * Who the user told git to be, for all repositories. What a repository says of itself has no part in it: whoever made it
 * would choose the name that approves. Nor has anything that git is told by its environment.
 */
export async function gitIdentity(): Promise<Person | undefined> {
  const [name, email] = await Promise.all([machineConfig("user.name"), machineConfig("user.email")]);
  if (name === "" && email === "") return undefined;
  const label = name === "" || email === "" ? name + email : `${name} <${email}>`;
  return { name: label, knownBy: "git-identity" };
}

async function machineConfig(key: string): Promise<string> {
  return (await gitConfig("--global", key)) || gitConfig("--system", key);
}

/** Files that those configurations include count, too, where no condition asks which repository one is in. */
async function gitConfig(scope: "--global" | "--system", key: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("git", ["config", scope, "--includes", "--get", key], {
      // In no repository: no `includeIf` about one holds, and no program of a workspace is found in place of git.
      cwd: parse(homedir()).root,
      env: withoutGit(process.env),
      timeout: 2_000,
    });
    return stdout.trim();
  } catch {
    return "";
  }
}

/** `GIT_DIR`, `GIT_CONFIG_GLOBAL` and the like lead elsewhere. */
function withoutGit(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !/^git_/i.test(name));
  return { ...Object.fromEntries(kept), GIT_CEILING_DIRECTORIES: parse(homedir()).root };
}
