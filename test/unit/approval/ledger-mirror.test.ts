import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { LedgerVerdict } from "../../../src/approval/ledger/chain.ts";
import { headOf, verifyExport, type Expectations } from "../../../src/approval/ledger/verify-export.ts";
import { quiet } from "./bench.ts";
import { bench, never, type Bench } from "./support.ts";

let made: Bench;
let folder: string | null;

beforeEach(() => {
  made = mirrored();
  folder = join(made.folder, "mirror");
});

function mirrored(beside?: Bench): Bench {
  const mirror = { folder: () => folder, workspaceDir: "/home/ada/lattice" };
  return bench(beside === undefined ? { mirror } : { mirror, beside });
}

async function perform(on: Bench, text: string): Promise<void> {
  await on.inbox.perform(await on.approved(text), never);
}

function segments(): readonly string[] {
  const parent = join(made.folder, "mirror");
  const [name = ""] = readdirSync(parent);
  return readdirSync(join(parent, name))
    .sort()
    .map((one) => join(parent, name, one));
}

// eslint-disable-next-line @typescript-eslint/require-await -- files come one after the other
async function* linesOf(files: readonly string[]): AsyncGenerator<string> {
  for (const file of files) yield* readFileSync(file, "utf8").match(/[^\n]*\n/g) ?? [];
}

const verdict = (files = segments(), expected: Expectations = {}): Promise<LedgerVerdict> =>
  verifyExport(linesOf(files), expected);

describe("a mirror of the ledger", () => {
  it("gets signed segments as rows are written, and all of them once the window closes", async () => {
    await perform(made, "one");
    await expect.poll(() => segments().length).toBeGreaterThan(0);
    await perform(made, "two");
    await made.close();
    expect(await verdict()).toMatchObject({ ok: true, rows: 10 });
    expect(segments().length).toBeGreaterThan(1);
  });

  it("is one ledger where two windows write it, what both wrote included", async () => {
    const other = mirrored(made);
    for (const text of ["one", "two", "three"]) {
      await Promise.all([perform(made, `${text} here`), perform(other, `${text} there`)]);
    }
    await other.close();
    await made.close();
    expect(await verdict()).toMatchObject({ ok: true, rows: 30 });
  });

  it("holds where segments say the same twice, and not where one is gone, changed or another ledger's", async () => {
    await perform(made, "one");
    await expect.poll(() => segments().length).toBeGreaterThan(0);
    await perform(made, "two");
    await made.close();
    const all = segments();
    expect(await verdict(all.flatMap((file) => [file, file]))).toMatchObject({ ok: true, rows: 10 });
    expect(await verdict(all.slice(1))).toMatchObject({ ok: false, brokenAt: 1 });
    const changed = readFileSync(all.at(-1)!, "utf8").replace(/"at":\d/, '"at":9');
    writeFileSync(all.at(-1)!, changed);
    expect(await verdict()).toMatchObject({ ok: false });
  });

  it("whose tail was cut is told where a later head is known", async () => {
    await perform(made, "one");
    await expect.poll(() => segments().length).toBeGreaterThan(0);
    await perform(made, "two");
    await made.close();
    const all = segments();
    const kept = [join(made.folder, "ledger-head.json"), all.at(-1)!];
    for (const file of kept) {
      const known = [(await headOf(linesOf([file])))!];
      expect(await verdict(all, { known })).toMatchObject({ ok: true });
      expect(await verdict(all.slice(0, 1), { known })).toMatchObject({ ok: false });
    }
  });

  it("is refused where a row that it repeats is another one, or segments stand in another order", async () => {
    const other = mirrored(made);
    await perform(made, "one");
    await expect.poll(() => segments().length).toBeGreaterThan(0);
    await perform(other, "two");
    await Promise.all([other.close(), made.close()]);
    const all = segments();
    expect(await verdict([...all, all[0]!])).toMatchObject({ ok: true });
    expect(await verdict(all.toReversed())).toMatchObject({ ok: false });
    const copy = join(made.folder, "copy.jsonl");
    const lines = readFileSync(all[0]!, "utf8");
    for (const changed of [lines.replace(/"at":\d/, '"at":9'), lines.replace(/\n[^\n]*\n/, "\n")]) {
      expect(changed).not.toBe(lines);
      writeFileSync(copy, changed);
      expect(await verdict([...all, copy])).toMatchObject({ ok: false });
    }
  });

  it("is told of where what it had is gone, and written again", async () => {
    const told: unknown[][] = [];
    const log = { ...quiet, error: (...what: unknown[]) => void told.push(what) };
    const mirror = { folder: () => folder, workspaceDir: "/home/ada/lattice" };
    const window = bench({ mirror, log, beside: made });
    await perform(window, "one");
    await expect.poll(() => segments().length).toBeGreaterThan(0);
    await made.close();
    expect(told).toEqual([]);
    for (const file of segments()) rmSync(file);
    await perform(window, "two");
    await window.close();
    expect(told.flat().join()).toContain("were gone");
    expect(await verdict()).toMatchObject({ ok: true, rows: 10 });
  });

  it("is made up for where it could not be written for a while", async () => {
    const file = folder ?? "";
    writeFileSync(file, "in the way");
    await perform(made, "one");
    rmSync(file);
    mkdirSync(file);
    await perform(made, "two");
    await made.close();
    expect(await verdict()).toMatchObject({ ok: true, rows: 10 });
  });

  it("is none where none is wanted", async () => {
    folder = null;
    await perform(made, "one");
    await made.close();
    expect(readdirSync(made.folder)).not.toContain("mirror");
  });
});
