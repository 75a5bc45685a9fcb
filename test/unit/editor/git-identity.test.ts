import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { gitIdentity } from "../../../src/editor/git-identity.ts";

const MALLORY = "[user]\n\tname = Mallory\n\temail = mallory@example.org\n";
let root: string;
let home: string;
let repository: string;
let before: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "countersign-identity-"));
  [home, repository] = [join(root, "home"), join(root, "home", "repository")];
  mkdirSync(repository, { recursive: true });
  execFileSync("git", ["init", "-q", repository]);
  writeFileSync(join(root, "mallory"), MALLORY);
  vi.stubEnv("HOME", home);
  vi.stubEnv("XDG_CONFIG_HOME", join(home, ".config"));
  before = process.cwd();
});

afterEach(() => {
  process.chdir(before);
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

function mine(config: string): void {
  writeFileSync(join(home, ".gitconfig"), config);
}

describe("the name that git gives an approver", () => {
  it("is the user's own, in whatever repository", async () => {
    mine("[user]\n\tname = Ada\n\temail = ada@example.org\n");
    writeFileSync(join(repository, ".git", "config"), MALLORY);
    process.chdir(repository);
    expect(execFileSync("git", ["config", "user.name"], { encoding: "utf8" })).toBe("Mallory\n");
    expect(await gitIdentity()).toEqual({ name: "Ada <ada@example.org>", knownBy: "git-identity" });
  });

  it("is none where the user gave none, whatever the repository says", async () => {
    writeFileSync(join(repository, ".git", "config"), MALLORY);
    process.chdir(repository);
    expect((await gitIdentity())?.name ?? "").not.toContain("Mallory");
  });

  it("is not taken from what the environment tells git", async () => {
    mine("[user]\n\tname = Ada\n");
    vi.stubEnv("GIT_CONFIG_COUNT", "1");
    vi.stubEnv("GIT_CONFIG_KEY_0", "user.email");
    vi.stubEnv("GIT_CONFIG_VALUE_0", "mallory@example.org");
    vi.stubEnv("GIT_CONFIG_GLOBAL", join(root, "mallory"));
    vi.stubEnv("GIT_DIR", join(repository, ".git"));
    const told = execFileSync("git", ["config", "--global", "user.name"], { encoding: "utf8" });
    expect(told).toBe("Mallory\n");
    expect((await gitIdentity())?.name).toMatch(/^Ada( |$)/);
    expect((await gitIdentity())?.name).not.toContain("mallory");
  });

  it("may come from a file that the user's own includes, but not for being in a repository", async () => {
    writeFileSync(join(home, "work"), "[user]\n\tname = Ada at work\n");
    mine(
      `[include]\n\tpath = ${join(home, "work")}\n[includeIf "gitdir:${repository}/"]\n\tpath = ${join(root, "mallory")}\n`,
    );
    process.chdir(repository);
    expect(execFileSync("git", ["config", "user.name"], { encoding: "utf8" })).toBe("Mallory\n");
    expect((await gitIdentity())?.name).toMatch(/^Ada at work/);
  });
});
