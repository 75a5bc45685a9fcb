import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beyond, keptAnalyses, removeAnalysis } from "../../../../src/python/runs/retention.ts";

const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.parse("2026-11-27T12:00:00Z");
let workspace: string;

beforeEach(async () => {
  workspace = await realpath(await mkdtemp(join(tmpdir(), "countersign-retention-")));
});

afterEach(async () => {
  await rm(workspace, { recursive: true, force: true });
});

async function analysis(name: string, daysAgo: number, bytes = 10): Promise<string> {
  const attempt = join(workspace, "analyses", name, "attempt-1");
  await mkdir(attempt, { recursive: true });
  await writeFile(join(attempt, "notebook.ipynb"), "x".repeat(bytes));
  await writeFile(join(attempt, "run.json"), "");
  const at = new Date(NOW - daysAgo * DAY);
  await utimes(join(attempt, "run.json"), at, at);
  return join(workspace, "analyses", name);
}

async function outdated(days: number, megabytes: number): Promise<readonly string[]> {
  const kept = await keptAnalyses(workspace, "analyses");
  return beyond(kept, { days, megabytes }, NOW).map(({ name }) => name);
}

describe("runs beyond what is kept", () => {
  it("are those that are too old, oldest first, and never the newest", async () => {
    await analysis("2026-01-01-old-aaaaaaaa", 300);
    await analysis("2026-05-01-older-than-allowed-bbbbbbbb", 200);
    await analysis("2026-11-01-young-cccccccc", 20);
    expect(await outdated(90, 1000)).toEqual([
      "2026-01-01-old-aaaaaaaa",
      "2026-05-01-older-than-allowed-bbbbbbbb",
    ]);
    expect(await outdated(1, 1000)).not.toContain("2026-11-01-young-cccccccc");
  });

  it("are the oldest where all together are too large", async () => {
    await analysis("2026-11-01-first-aaaaaaaa", 20, 800_000);
    await analysis("2026-11-10-second-bbbbbbbb", 10, 800_000);
    await analysis("2026-11-20-third-cccccccc", 5, 100);
    expect(await outdated(90, 1)).toEqual(["2026-11-01-first-aaaaaaaa"]);
  });

  it("are nothing that is not ours, and nothing that a run still writes", async () => {
    await analysis("2026-11-20-newest-cccccccc", 5);
    await mkdir(join(workspace, "analyses", "my own notes"), { recursive: true });
    const running = await analysis("2026-01-01-running-dddddddd", 300);
    await mkdir(join(running, "attempt-2"));
    expect(await outdated(90, 1000)).toEqual([]);
  });

  it("are removed with the links in them, and not with what the links lead to", async () => {
    await analysis("2026-11-20-newest-cccccccc", 5);
    const old = await analysis("2026-01-01-old-aaaaaaaa", 300);
    await writeFile(join(workspace, "precious.txt"), "kept");
    await symlink(workspace, join(old, "attempt-1", "way-out"));
    const [found] = beyond(await keptAnalyses(workspace, "analyses"), { days: 90, megabytes: 10 }, NOW);
    await removeAnalysis(found!);
    expect(existsSync(old)).toBe(false);
    expect(existsSync(join(workspace, "precious.txt"))).toBe(true);
  });
});
