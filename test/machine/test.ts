// npm test [-- suite…]: the suites in order, each streamed, then one line with what they counted.
import { allParts, ensureParts } from "./parts.ts";
import type { MissingPart, Part, PartName } from "./parts.ts";
import { suites } from "./suites.ts";
import type { Counts, Suite } from "./suites.ts";

/** A suite that did not run for want of a part. */
interface LeftOut {
  readonly suite: Suite;
  readonly missing: MissingPart;
}

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
      .map((first) => ({ suite, missing: first }));
  });
}

async function runAll(wanted: readonly Suite[]): Promise<void> {
  const leftOut = await prepareMachine(wanted);
  const notes: string[] = [];
  const results: Counts[] = [];
  for (const suite of wanted) {
    if (leftOut.some((entry) => entry.suite === suite)) continue;
    say(`\n── ${suite.name} ──`);
    const start = Date.now();
    const counts = await suite.run();
    const seconds = Math.round((Date.now() - start) / 1000);
    notes.push(`${suite.name}: ${inWords(counts)} (${seconds} s)`);
    results.push(counts);
  }
  for (const { suite, missing } of leftOut) {
    const { part, reason } = missing;
    notes.push(`${suite.name}: left out for want of ${part.name}: ${reason}; ${part.byHand}.`);
    if (strict) results.push({ passed: 0, failed: 1, skipped: 0 });
  }
  const total = results.reduce(sum, { passed: 0, failed: 0, skipped: 0 });
  say(`\n${notes.join("\n")}\n\n${inWords(total)}`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}

function inWords({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function sum(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

try {
  await runAll(wantedSuites());
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
