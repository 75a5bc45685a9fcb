import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ConfigurationWatch } from "../../../src/config/configuration-watch.ts";

const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
let folder: string;
let watch: ConfigurationWatch;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "countersign-watch-"));
});

afterEach(() => {
  watch.dispose();
  rmSync(folder, { recursive: true, force: true });
});

it("hears of a file that is made, saved by replacing it, and removed, and goes on where reading it fails", async () => {
  const file = join(folder, "policy.yml");
  const changed = vi.fn(() => Promise.reject(new Error("not now")));
  watch = new ConfigurationWatch([join(folder, "other"), file], changed, log, 20);
  const heardOf = (change: () => void) => {
    changed.mockClear();
    // Again and again, because what happens before its first look is where it begins.
    return vi.waitFor(
      () => {
        change();
        expect(changed).toHaveBeenCalled();
      },
      { timeout: 5_000, interval: 50 },
    );
  };
  await heardOf(() => writeFileSync(file, "one"));
  await heardOf(() => {
    writeFileSync(join(folder, "new"), "two");
    renameSync(join(folder, "new"), file);
  });
  await heardOf(() => rmSync(file, { force: true }));
  expect(log.warn).toHaveBeenCalled();
});
