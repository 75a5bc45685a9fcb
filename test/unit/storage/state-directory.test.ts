import { chmodSync, mkdirSync, statSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { stateDirectory, stateHome } from "../../../src/storage/state-directory.ts";
import { temporaryFolder } from "./support.ts";

function workspace(name: string): string {
  const folder = join(temporaryFolder(), name);
  mkdirSync(folder);
  return folder;
}

describe("the state directory of a workspace", () => {
  it("is readable by its owner only, also where it was not", () => {
    const env = { COUNTERSIGN_STATE_HOME: temporaryFolder() };
    const ws = workspace("beam");
    const folder = stateDirectory(ws, env);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    chmodSync(folder, 0o755);
    expect(stateDirectory(ws, env)).toBe(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it("is the same by every path to the workspace", () => {
    const env = { COUNTERSIGN_STATE_HOME: temporaryFolder() };
    const ws = workspace("beam");
    const link = join(dirname(ws), "link");
    symlinkSync(ws, link);
    expect(stateDirectory(link, env)).toBe(stateDirectory(ws, env));
    expect(stateDirectory(`${ws}/`, env)).toBe(stateDirectory(ws, env));
  });

  it("differs between workspaces of the same name, and can be told by its name", () => {
    const env = { COUNTERSIGN_STATE_HOME: temporaryFolder() };
    const [a, b] = [workspace("ring current"), workspace("ring current")].map((ws) =>
      stateDirectory(ws, env),
    );
    expect(a).not.toBe(b);
    expect(basename(a!)).toMatch(/^ring-current-[0-9a-f]{32}$/);
  });

  it("cannot be made for a workspace that does not exist", () => {
    expect(() => stateDirectory("/no/such/workspace", { COUNTERSIGN_STATE_HOME: temporaryFolder() })).toThrow(
      /ENOENT/,
    );
  });
});

describe("the state of all workspaces lies", () => {
  it.each([
    ["linux", { HOME: "/home/u" }, "/home/u/.local/state/countersign"],
    ["linux", { HOME: "/home/u", XDG_STATE_HOME: "/var/u" }, "/var/u/countersign"],
    ["linux", { HOME: "/home/u", XDG_STATE_HOME: "relative" }, "/home/u/.local/state/countersign"],
    ["darwin", { HOME: "/Users/u" }, "/Users/u/Library/Application Support/countersign/state"],
    ["win32", { HOME: "/c/u", LOCALAPPDATA: "/c/u/local" }, "/c/u/local/countersign/state"],
    ["linux", { HOME: "/home/u", COUNTERSIGN_STATE_HOME: "/t" }, "/t"],
  ] as const)("on %s with %o in %s", (platform, env, expected) => {
    expect(stateHome(env, platform)).toBe(expected);
  });
});
