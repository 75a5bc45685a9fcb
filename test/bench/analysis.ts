import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { judgeByEffects } from "../../src/approval/verdict.ts";
import { Analyser } from "../../src/python/analysis/analyser.ts";
import { AnalysisThread } from "../../src/python/analysis/analysis-thread.ts";
import { assess } from "../../src/python/assess.ts";
import { parsePython } from "../../src/python/syntax/parser.ts";
import { cacheDir } from "../machine/commands.ts";
import { readCorpus, type Labelled } from "../unit/python/analysis/corpus.ts";
import type { Bench } from "./bench.ts";
import { atLeast, atMost, toRow, type Row } from "./rows.ts";
import { p95 } from "./statistics.ts";

const run = promisify(execFile);
const PACKAGES = ["bandit==1.8.6", "ruff==0.14.6"];
const SIZES = [100, 500, 1_000];
const GOAL_MS = { 100: 10, 500: 30, 1_000: 60 } as Readonly<Record<number, number>>;
const SAMPLES = 40;
const isolation = { level: "none", networks: [], summary: "" } as const;

/** How long an analysis takes, and what it finds, against what people use for it: ruff's S rules and bandit. */
export const analysis: Bench = {
  run: async (say, signal) => {
    const peers = await peersIn(join(cacheDir, "analysis-peers"), say);
    const analyser = new Analyser();
    const thread = new AnalysisThread(() => ({ modules: {}, effects: {} }));
    const folder = await mkdtemp(join(tmpdir(), "countersign-bench-"));
    try {
      const [dangerous, harmless] = [readCorpus("dangerous"), readCorpus("harmless")];
      await thread.prepare();
      const times = await timesOf(thread, peers, harmless, folder, signal);
      return [...times, ...(await findingsOf(analyser, peers, { dangerous, harmless }, folder))];
    } finally {
      await thread.dispose();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Peers {
  readonly ruff: string;
  readonly bandit: string;
}

async function peersIn(folder: string, say: (line: string) => void): Promise<Peers> {
  const bin = join(folder, "bin");
  if (!existsSync(join(folder, "complete"))) {
    say("installing ruff and bandit");
    await run("python3", ["-m", "venv", "--clear", folder]);
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await run(join(bin, "python"), [...install, ...PACKAGES]);
    await writeFile(join(folder, "complete"), "");
  }
  return { ruff: join(bin, "ruff"), bandit: join(bin, "bandit") };
}

/**
 * Ordinary analysis code of about so many lines: whole snippets of the harmless half of the corpus, one after the other. Notebook
 * syntax is left out: a magic that holds for a whole cell is no Python further down.
 */
function programOf(lines: number, harmless: readonly Labelled[]): string {
  const snippets = harmless.filter(({ code }) => parsePython(code).error === undefined);
  const program: string[] = [];
  for (let n = 0; program.length < lines; n += 1) {
    program.push(...snippets[n % snippets.length]!.code.trimEnd().split("\n"));
  }
  const code = `${program.join("\n")}\n`;
  if (parsePython(code).error !== undefined) throw new Error("What is measured is no Python");
  return code;
}

/** As the extension asks: in a thread that was loaded ahead, the way there and back included. */
async function timesOf(
  thread: AnalysisThread,
  peers: Peers,
  harmless: readonly Labelled[],
  folder: string,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const lines of SIZES) {
    const code = programOf(lines, harmless);
    const file = join(folder, `${lines}.py`);
    await writeFile(file, code);
    const [ours, ruff, bandit]: [number[], number[], number[]] = [[], [], []];
    for (let sample = -2; sample < SAMPLES; sample += 1) {
      signal.throwIfAborted();
      const own = await timed(() => thread.analyse(`${code}# ${sample}\n`));
      if (sample < 0) continue;
      ours.push(own);
      ruff.push(await timed(() => ruffFinds(peers.ruff, file)));
      if (sample < 3) bandit.push(await timed(() => banditFinds(peers.bandit, file)));
    }
    const goal = atMost(GOAL_MS[lines]!, "ms");
    const measured = { unit: "ms", ours: [p95(ours)], goal };
    rows.push(
      toRow({
        ...measured,
        name: `analysis-${lines}-lines-p95-ruff`,
        peer: { name: "ruff check --select S, a process", values: [p95(ruff)] },
      }),
      toRow({
        ...measured,
        name: `analysis-${lines}-lines-p95-bandit`,
        peer: { name: "bandit, a process", values: [p95(bandit)] },
      }),
    );
  }
  return rows;
}

interface Corpus {
  readonly dangerous: readonly Labelled[];
  readonly harmless: readonly Labelled[];
}

async function findingsOf(
  analyser: Analyser,
  peers: Peers,
  corpus: Corpus,
  folder: string,
): Promise<readonly Row[]> {
  const ours = (code: string): Promise<boolean> => Promise.resolve(isFlagged(analyser, code));
  const ruff = inFile(folder, (file) => ruffFinds(peers.ruff, file));
  const bandit = inFile(folder, (file) => banditFinds(peers.bandit, file));
  const share = async (snippets: readonly Labelled[], finds: (code: string) => Promise<boolean>) => {
    let found = 0;
    for (const { code } of snippets) if (await finds(code)) found += 1;
    return [(100 * found) / snippets.length];
  };
  const rows: Row[] = [];
  for (const [name, finds] of [
    ["ruff S", ruff],
    ["bandit", bandit],
  ] as const) {
    const word = name.split(" ")[0]!;
    rows.push(
      toRow({
        name: `analysis-recall-${word}`,
        unit: "%",
        ours: await share(corpus.dangerous, ours),
        peer: { name, values: await share(corpus.dangerous, finds) },
        goal: atLeast(97, "%"),
      }),
      toRow({
        name: `analysis-false-alarms-${word}`,
        unit: "%",
        ours: await share(corpus.harmless, ours),
        peer: { name, values: await share(corpus.harmless, finds) },
        goal: atMost(5, "%"),
      }),
    );
  }
  return rows;
}

function isFlagged(analyser: Analyser, code: string): boolean {
  const assessment = assess(analyser.analyse(code), { dataFolders: ["data"], isolation });
  return judgeByEffects(assessment).verdict !== "allow";
}

function inFile(
  folder: string,
  finds: (file: string) => Promise<boolean>,
): (code: string) => Promise<boolean> {
  return async (code) => {
    await mkdir(folder, { recursive: true });
    const file = join(folder, "snippet.py");
    await writeFile(file, code);
    return finds(file);
  };
}

/** Both end with a status other than 0 where they found something. */
function ruffFinds(ruff: string, file: string): Promise<boolean> {
  return ends(ruff, ["check", "--isolated", "--no-cache", "--quiet", "--select", "S", file]);
}

function banditFinds(bandit: string, file: string): Promise<boolean> {
  return ends(bandit, ["--quiet", file]);
}

async function ends(command: string, args: readonly string[]): Promise<boolean> {
  return run(command, [...args]).then(
    () => false,
    () => true,
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
