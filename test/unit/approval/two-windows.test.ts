import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { openDatabase } from "../../../src/storage/open-database.ts";
import { systemClock, type Log } from "../../../src/host.ts";

it("what one window writes has reached the other within a second, as windows look for it", () => {
  vi.useFakeTimers();
  const stateDir = mkdtempSync(join(tmpdir(), "countersign-windows-"));
  const nothing = (): void => undefined;
  const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  const windows = [1, 2].map(() => openDatabase({ stateDir, log, clock: systemClock }).database);
  onTestFinished(() => {
    for (const window of windows) window.dispose();
    vi.useRealTimers();
    rmSync(stateDir, { recursive: true });
  });
  const [writing, reading] = windows;
  let heard = 0;
  reading!.onDidChange(() => (heard += 1));
  writing!.immediate(() => writing!.run("INSERT INTO questions (question, asked_at) VALUES ('Which?', 1)"));
  expect(heard).toBe(0);
  vi.advanceTimersByTime(1_000);
  expect(heard).toBe(1);
});
