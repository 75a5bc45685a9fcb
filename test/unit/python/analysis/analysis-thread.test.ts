import { afterEach, expect, it } from "vitest";
import { Analyser } from "../../../../src/python/analysis/analyser.ts";
import { AnalysisThread } from "../../../../src/python/analysis/analysis-thread.ts";
import { warmUp } from "../../../../src/python/analysis/warm-up.ts";
import type { Analysis } from "../../../../src/python/analysis/analysis.ts";
import { readCorpus } from "./corpus.ts";

const NOTHING = { modules: {}, effects: {} };
const opened: AnalysisThread[] = [];

function thread(...given: ConstructorParameters<typeof AnalysisThread>): AnalysisThread {
  const made = new AnalysisThread(...given);
  opened.push(made);
  return made;
}

afterEach(async () => {
  for (const one of opened.splice(0)) await one.dispose();
});

it("finds in its thread what is found in ours, however many ask at once", async () => {
  const codes = readCorpus("dangerous").map(({ code }) => code);
  const [away, here] = [thread(() => NOTHING), new Analyser()];
  const found = await Promise.all(codes.map((code) => away.analyse(code)));
  expect(found).toEqual(codes.map((code) => here.analyse(code)));
  const code = "x = 'a' + str(3)  # text\n";
  expect(await away.highlight(code)).toEqual(here.highlight(code));
});

it("leaves the thread that asks free for other things", async () => {
  let isFree = false;
  setImmediate(() => (isFree = true));
  await thread(() => NOTHING).analyse("x = 1\n".repeat(5_000));
  expect(isFree).toBe(true);
});

it("knows the facility's modules as they are configured when it is asked", async () => {
  let facility = NOTHING;
  const away = thread(() => facility);
  const code = "import ours\nours.stop('SR')\n";
  const effects = async () => (await away.analyse(code)).effects.map(({ kind }) => kind);
  expect(await effects()).toContain("unknown-import");
  facility = { modules: { ours: "computes", "ours.stop": "control-write" }, effects: {} };
  expect(await effects()).toEqual(["control-write"]);
});

it("that ends, or takes too long, fails what was asked and answers what is asked next", async () => {
  const away = thread(() => NOTHING);
  const lost = away.analyse("print(1)\n").catch((error: unknown) => error);
  await away.dispose();
  expect(await lost).toMatchObject({
    code: "analyser-failed",
    kept: "Nothing was asked about and nothing ran.",
  });
  expect(await away.analyse("print(1)\n")).toMatchObject({ parses: true });
  const late = thread(() => NOTHING, { withinMs: 1 });
  await expect(late.analyse("print(1)\n")).rejects.toThrow(/longer than 0.001 s/);
});

it("is not asked twice for the same code while the same is known, and again after it failed", async () => {
  let facility = NOTHING;
  const away = thread(() => facility);
  const code = "import ours\nours.stop()\n";
  const first = await away.analyse(code);
  expect(await away.analyse(code)).toBe(first);
  facility = { modules: { ours: "computes" }, effects: {} };
  expect(await away.analyse(code)).not.toBe(first);
  for (let other = 0; other < 20; other += 1) await away.analyse(`x = ${other}\n`);
  facility = NOTHING;
  const again = await away.analyse(code);
  expect(again).not.toBe(first);
  expect(again).toEqual(first);
  const lost = away.analyse("print(2)\n");
  await away.dispose();
  await expect(lost).rejects.toMatchObject({ code: "analyser-failed" });
  expect(await away.analyse("print(2)\n")).toMatchObject({ parses: true });
});

it("answers what is asked while it warms up, with a sample that is ordinary analysis code", async () => {
  const away = thread(() => NOTHING);
  const order: string[] = [];
  const warm = away.prepare().then(() => order.push("warm"));
  const asked = away.analyse("print(1)\n").then(() => order.push("asked"));
  await Promise.all([warm, asked]);
  expect(order).toEqual(["asked", "warm"]);

  const seen: string[] = [];
  const analyser = new Analyser();
  const keep = (code: string): Analysis => {
    seen.push(code);
    return analyser.analyse(code);
  };
  await warmUp({ analyse: keep, highlight: () => [] });
  const { parses, effects } = analyser.analyse(seen[0]!);
  expect(parses).toBe(true);
  expect(new Set(effects.map(({ kind }) => kind))).toEqual(
    new Set(["control-read", "reads-files", "writes-files"]),
  );
});
