import { userInfo } from "node:os";
import * as vscode from "vscode";
import type { Person } from "../host.ts";
import { gitIdentity } from "./git-identity.ts";

const ACCOUNT_PROVIDERS = ["microsoft", "github"];

/** Who sits here: a signed-in account, else the user's own in git, else the user of the operating system. Nobody is asked to sign in. */
export async function findIdentity(): Promise<Person> {
  return (await accountIdentity()) ?? (await gitIdentity()) ?? osIdentity();
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

function osIdentity(): Person {
  return { name: userInfo().username, knownBy: "os-user" };
}
