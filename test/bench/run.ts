// npm run bench [-- --json] [-- --only NAME]: ours and the peers, measured in one run. Ends with 1 where a goal does not
// hold or something needed is missing.
import { Console } from "node:console";
import { PassThrough } from "node:stream";
import { parseArgs } from "node:util";
import type { PartName } from "../machine/parts.ts";
import type { Bench } from "./bench.ts";
import { requireParts } from "./required-parts.ts";
import { toTable, type Row } from "./rows.ts";

interface Entry {
  readonly needs: readonly PartName[];
  /** Loaded when its parts are there. */
  readonly load: () => Promise<Bench>;
}

const benches: Readonly<Record<string, Entry>> = {
  "warm-cell": {
    needs: ["engine", "image"],
    load: async () => (await import("./warm-cell/warm-cell.ts")).warmCell,
  },
  "approve-to-first-output": {
    needs: ["engine", "image"],
    load: async () => (await import("./approve-to-first-output.ts")).approveToFirstOutput,
  },
  runs: { needs: ["engine", "image", "python"], load: async () => (await import("./runs.ts")).runs },
  output: { needs: ["engine", "image"], load: async () => (await import("./output.ts")).output },
  "control-get": {
    needs: ["engine", "image"],
    load: async () => (await import("./control-get.ts")).controlGet,
  },
  analysis: { needs: ["python"], load: async () => (await import("./analysis.ts")).analysis },
  approvals: { needs: [], load: async () => (await import("./approvals.ts")).approvals },
  records: { needs: [], load: async () => (await import("./records.ts")).records },
  bundle: { needs: [], load: async () => (await import("./bundle.ts")).bundle },
};

// The Jupyter client tells of every connection on the console; the standard output is for rows.
const rowsOut = console;
globalThis.console = new Console(new PassThrough().resume(), process.stderr);

const { values: options } = parseArgs({
  options: { json: { type: "boolean", default: false }, only: { type: "string" } },
});

const stopped = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopped.abort());

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** undefined where it could not be measured, which was said. */
async function measure(name: string): Promise<readonly Row[] | undefined> {
  try {
    const { needs, load } = benches[name]!;
    await requireParts(...needs);
    const bench = await load();
    return await bench.run((line) => say(`  ${name}: ${line}`), stopped.signal);
  } catch (error) {
    say(`✗ ${name}: ${oneLine(error)}`);
    return undefined;
  }
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ").trim();
}

async function runAll(names: readonly string[]): Promise<boolean> {
  const rows: Row[] = [];
  let complete = true;
  for (const name of names) {
    if (stopped.signal.aborted) return false;
    const found = await measure(name);
    complete &&= found !== undefined;
    rows.push(...(found ?? []));
    if (options.json) for (const row of found ?? []) rowsOut.log(JSON.stringify(row));
  }
  if (!options.json && rows.length > 0) rowsOut.log(toTable(rows));
  return complete && rows.every(({ holds }) => holds);
}

const { only } = options;
if (only !== undefined && !Object.hasOwn(benches, only)) {
  say(`There is no bench ${only}. There are: ${Object.keys(benches).join(", ")}.`);
  process.exitCode = 1;
} else process.exitCode = (await runAll(only === undefined ? Object.keys(benches) : [only])) ? 0 : 1;
