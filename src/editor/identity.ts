import { execFile } from "node:child_process";
import { userInfo } from "node:os";
import { promisify } from "node:util";
import * as vscode from "vscode";
import type { Person } from "../host.ts";

const ACCOUNT_PROVIDERS = ["microsoft", "github"];

/** Who sits here: a signed-in account, else git's identity, else the user of the operating system. Nobody is asked to sign in. */
export async function findIdentity(workspaceDir: string): Promise<Person> {
  return (await accountIdentity()) ?? (await gitIdentity(workspaceDir)) ?? osIdentity();
}

async function accountIdentity(): Promise<Person | undefined> {
  for (const provider of ACCOUNT_PROVIDERS) {
    const session = await silentSession(provider);
    if (session !== undefined) return { name: session.account.label, knownBy: "vscode-account" };
  }
  return undefined;
}

async function silentSession(provider: string): Promise<vscode.AuthenticationSession | undefined> {
  try {
    return await vscode.authentication.getSession(provider, [], { silent: true });
  } catch {
    // A provider that is not installed is an ordinary case.
    return undefined;
  }
}

async function gitIdentity(workspaceDir: string): Promise<Person | undefined> {
  const [name, email] = await Promise.all([
    gitConfig(workspaceDir, "user.name"),
    gitConfig(workspaceDir, "user.email"),
  ]);
  if (name === "" && email === "") return undefined;
  const label = name === "" || email === "" ? name + email : `${name} <${email}>`;
  return { name: label, knownBy: "git-identity" };
}

async function gitConfig(workspaceDir: string, key: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("git", ["config", "--get", key], {
      cwd: workspaceDir,
      timeout: 2_000,
    });
    return stdout.trim();
  } catch {
    return "";
  }
}

function osIdentity(): Person {
  return { name: userInfo().username, knownBy: "os-user" };
}
