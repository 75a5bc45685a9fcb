import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../../../src/containers/engine.ts";
import { readEvidence } from "../../../../src/python/recovery/evidence.ts";

const started = Date.parse("2026-11-27T10:00:00Z");
const before = "2026-11-27T09:59:59.123456789Z";
const after = "2026-11-27T10:00:01.123456789Z";
const code = "a".repeat(64);

function evidence(lines: readonly string[], remote = false) {
  const engine = {
    address: { remote },
    logs: () => Promise.resolve(Readable.from([Buffer.from(`${lines.join("\n")}\n`)])),
  } as unknown as Engine;
  return readEvidence(engine, "id", started, new AbortController().signal);
}

describe("the engine's log of a sandbox", () => {
  it("tells what was accepted first, and how it was replied to", async () => {
    const log = [
      `${before} COUNTERSIGN listening 8888`,
      `${after} COUNTERSIGN accepted 1 ${code}`,
      `${after} COUNTERSIGN accepted 2 ${"b".repeat(64)}`,
      `${after} COUNTERSIGN replied error`,
      `${after} COUNTERSIGN replied ok`,
    ];
    expect(await evidence(log)).toEqual({
      whole: true,
      accepted: code,
      replied: "error",
      overdue: false,
      died: false,
    });
  });

  it("proves that nothing was accepted only where it reaches back to before the start", async () => {
    const nothing = { accepted: undefined, replied: undefined, overdue: false, died: false };
    expect(await evidence([`${before} COUNTERSIGN listening 8888`])).toEqual({ ...nothing, whole: true });
    // What code floods away, it can also write anew: the engine's own clock is what it cannot forge.
    expect(await evidence([`${after} COUNTERSIGN listening 8888`])).toEqual({ ...nothing, whole: false });
    expect(await evidence([])).toEqual({ ...nothing, whole: false });
    expect(await evidence([`${before} COUNTERSIGN listening 8888`], true)).toEqual({
      ...nothing,
      whole: false,
    });
  });

  it("is not misled by what kernels print", async () => {
    const log = [
      `${before} starting`,
      `${after} x COUNTERSIGN accepted 1 ${code}`,
      `${after} COUNTERSIGN overdue`,
    ];
    expect(await evidence(log)).toEqual({
      whole: true,
      accepted: undefined,
      replied: undefined,
      overdue: true,
      died: false,
    });
  });
});
