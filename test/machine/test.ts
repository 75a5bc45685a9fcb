// npm test [-- suite…]: the suites in order, each streamed, then one line with what they counted.
import { allParts, ensureParts } from "./parts.ts";
import type { Part, PartName } from "./parts.ts";
import { suites } from "./suites.ts";
import type { Suite } from "./suites.ts";
import { summarise } from "./summary.ts";
import type { LeftOut, SuiteResult } from "./summary.ts";

const say = (line: string): void => console.log(line);
const strict = !["", "0", "false"].includes(process.env.CI ?? "");

function wantedSuites(): readonly Suite[] {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0) throw new Error(`There is no suite ${unknown.join(", ")}.`);
  return names.length === 0 ? suites : suites.filter(({ name }) => names.includes(name));
}

async function prepareMachine(wanted: readonly Suite[]): Promise<LeftOut[]> {
  const parts = allParts();
  const names = Object.keys(parts) as PartName[];
  const needed = names.filter((name) => wanted.some((suite) => suite.needs.includes(name)));
  if (needed.length > 0) say("What the tests need of this machine:");
  const missing = await ensureParts(
    needed.map((name) => parts[name]),
    say,
  );
  return wanted.flatMap((suite) => {
    const own = new Set<Part>(suite.needs.map((name) => parts[name]));
    return missing
      .filter(({ part }) => own.has(part))
      .slice(0, 1)
      .map((first) => ({ name: suite.name, missing: first }));
  });
}

async function runAll(wanted: readonly Suite[]): Promise<void> {
  const leftOut = await prepareMachine(wanted);
  const results: SuiteResult[] = [];
  for (const suite of wanted) {
    const { name } = suite;
    if (leftOut.some((entry) => entry.name === name)) continue;
    say(`\n── ${name} ──`);
    const start = Date.now();
    const counts = await suite.run();
    results.push({ name, counts, seconds: Math.round((Date.now() - start) / 1000) });
  }
  const { text, failed } = summarise(results, leftOut, strict);
  say(`\n${text}`);
  process.exitCode = failed ? 1 : 0;
}

try {
  await runAll(wantedSuites());
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
