import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheDir, pinnedEnvironment, run } from "./commands.ts";
import type { PartName } from "./parts.ts";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface Suite {
  readonly name: string;
  readonly needs: readonly PartName[];
  /** Streams what the suite prints and counts its tests. A suite that ends badly has failed, whatever it counted. */
  run(): Promise<Counts>;
}

const everything: readonly PartName[] = ["engine", "image", "python", "server", "chromium"];

export const suites: readonly Suite[] = [
  { name: "check", needs: [], run: runCheck },
  { name: "unit", needs: [], run: () => runVitest("unit") },
  { name: "integration", needs: ["engine", "image", "python"], run: () => runVitest("integration") },
  { name: "host", needs: ["server", "chromium"], run: runHost },
  { name: "e2e", needs: everything, run: () => runVitest("e2e") },
];

async function runCheck(): Promise<Counts> {
  const code = await run("npm", ["run", "--silent", "check"]);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

async function runVitest(project: string): Promise<Counts> {
  const report = join(cacheDir, "results", `${project}.json`);
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const code = await run("vitest", ["run", "--project", project, ...reporters]);
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const counted = JSON.parse(readFileSync(report, "utf8")) as VitestReport;
  return ended(code, {
    passed: counted.numPassedTests,
    failed: counted.numFailedTests,
    skipped: counted.numPendingTests + counted.numTodoTests,
  });
}

async function runHost(): Promise<Counts> {
  let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const code = await run("node", ["test/host/run.ts"], {
    environment: pinnedEnvironment(),
    onLine: (line) => {
      console.log(line);
      const [, passed, failed] = /^host: (\d+) passed, (\d+) failed$/.exec(line) ?? [];
      if (passed === undefined) return;
      counts = { passed: counts.passed + Number(passed), failed: counts.failed + Number(failed), skipped: 0 };
    },
  });
  return ended(code, counts);
}

/** A file that does not load and a crash after the last test are failures that no test counts. */
function ended(code: number, counts: Counts): Counts {
  const uncounted = code !== 0 && counts.failed === 0;
  return uncounted ? { ...counts, failed: 1 } : counts;
}
