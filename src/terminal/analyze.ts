import type { Assessment, Finding } from "../approval/assessment.ts";
import type { Judgement } from "../approval/policy.ts";
import { judgeByEffects } from "../approval/verdict.ts";
import { visible } from "../approval/visible.ts";
import type { Configuration } from "../config/configuration.ts";
import type { Analyser } from "../python/analysis/analyser.ts";
import type { Analysis } from "../python/analysis/analysis.ts";
import { readNotebook } from "../python/analysis/notebooks.ts";
import { isCountersignError } from "../errors.ts";
import { assess, type AssessmentContext } from "../python/assess.ts";
import { type AnalyzeArguments, ANALYZE_HELP, parseAnalyzeArguments } from "./analyze-arguments.ts";
import { EXIT, type ExitCode, type Streams } from "./streams.ts";

export interface AnalyzeParts {
  readonly streams: Streams;
  readonly analyser: () => Promise<Analyser>;
  /** The configuration of the folder that the command runs in. */
  readonly configuration: () => Promise<Configuration>;
}

interface Judged {
  readonly file: string;
  readonly analysis: Analysis;
  readonly assessment: Assessment;
  readonly judgement: Judgement;
}

/** `countersign analyze`: prints effects and verdict of each file, and ends with the strictest. */
export async function analyze(argv: readonly string[], parts: AnalyzeParts): Promise<ExitCode> {
  const { streams } = parts;
  let given: AnalyzeArguments;
  try {
    given = parseAnalyzeArguments(argv);
  } catch (error) {
    return usage(streams, error instanceof Error ? error.message : String(error));
  }
  if (given.help) {
    streams.out(ANALYZE_HELP);
    return EXIT.allow;
  }
  const context = contextFor(given, await parts.configuration());
  return typeof context === "string" ? usage(streams, context) : analyzeFiles(given, context, parts);
}

async function analyzeFiles(
  given: AnalyzeArguments,
  context: AssessmentContext,
  parts: AnalyzeParts,
): Promise<ExitCode> {
  const analyser = await parts.analyser();
  const codes: ExitCode[] = [EXIT.allow];
  for (const file of given.files) {
    const code = await readCode(file, parts.streams);
    if (code === undefined) {
      codes.push(EXIT.unreadable);
      continue;
    }
    const analysis = code === null ? NOT_UTF8 : analyseText(file, code, analyser, parts.streams);
    if (analysis === undefined) {
      codes.push(EXIT.unreadable);
      continue;
    }
    const judged = judge(file, analysis, context);
    parts.streams.out(given.json ? jsonLine(judged) : report(judged));
    codes.push(EXIT[judged.judgement.verdict]);
  }
  return codes.includes(EXIT.unreadable) ? EXIT.unreadable : (Math.max(...codes) as ExitCode);
}

/** Undefined (and said so) where it is a notebook that cannot be analysed. */
function analyseText(file: string, text: string, analyser: Analyser, streams: Streams): Analysis | undefined {
  try {
    const cells = readNotebook(text);
    return cells === undefined ? analyser.analyse(text) : analyser.analyseNotebook(cells);
  } catch (error) {
    if (!isCountersignError(error, "notebook-invalid")) throw error;
    streams.error(`countersign: ${file}: ${visible(error.message)} ${error.next}\n`);
    return undefined;
  }
}

function judge(file: string, analysis: Analysis, context: AssessmentContext): Judged {
  const assessment = assess(analysis, context);
  return { file, analysis, assessment, judgement: judgeByEffects(assessment) };
}

/** The code; null where it is no UTF-8, undefined (and said so) where the file cannot be read. */
async function readCode(file: string, streams: Streams): Promise<string | null | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await streams.read(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    streams.error(`countersign: ${file} cannot be read: ${reason}\n`);
    return undefined;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const NOT_UTF8: Analysis = {
  parses: false,
  syntaxErrors: [{ line: 1, column: 1, message: "the file is not UTF-8" }],
  effects: [],
  findings: [],
  thirdParty: [],
  namedFiles: [],
};

/** What to judge by; a sentence for people where the mode is not known. */
function contextFor({ mode }: AnalyzeArguments, { execution }: Configuration): AssessmentContext | string {
  const isolation = {
    level: "none",
    networks: [],
    summary: "Nothing runs: the code is only analysed.",
  } as const;
  const writingModes = Object.keys(execution.modes).filter(
    (name) => execution.modes[name]?.allowsWrites === true,
  );
  const base = { dataFolders: execution.data, writingModes, isolation };
  if (mode === undefined) return base;
  const known = execution.modes[mode];
  if (known === undefined)
    return `There is no mode "${mode}". Modes are ${Object.keys(execution.modes).join(", ")}.`;
  return { ...base, dataFolders: known.data, mode: { name: mode, allowsWrites: known.allowsWrites } };
}

function usage(streams: Streams, message: string): ExitCode {
  streams.error(`countersign: ${message} See countersign analyze --help.\n`);
  return EXIT.usage;
}

function jsonLine({ file, analysis, assessment, judgement }: Judged): string {
  const findings = assessment.findings.map(({ effect, certainty, cell, line, column, message }) => ({
    effect,
    certainty: certainty ?? "known",
    ...(cell === undefined ? {} : { cell }),
    line,
    column,
    message,
  }));
  const errors = analysis.syntaxErrors.map(({ cell, line, column, message }) => ({
    effect: "syntax-error",
    ...(cell === undefined ? {} : { cell }),
    line,
    column,
    message,
  }));
  const effects = [...new Set(assessment.effects.map(({ kind }) => kind))];
  return `${JSON.stringify({ file, verdict: judgement.verdict, effects, findings: [...findings, ...errors] })}\n`;
}

function report({ file, analysis, assessment, judgement }: Judged): string {
  const lines = [
    ...analysis.syntaxErrors.map((problem) => `  ${placeOf(problem)}  syntax error: ${problem.message}`),
    ...assessment.findings.flatMap(({ effect, message, ordinary, avoid, ...at }) => [
      `  ${placeOf(at)}  ${ordinary ? " " : "!"} ${effect}: ${message}`,
      ...(avoid === undefined ? [] : [`        To avoid it: ${avoid}.`]),
    ]),
  ];
  const reason = judgement.verdict === "refuse" ? `\n  ${judgement.reason}` : "";
  return `${[`${file}: ${judgement.verdict} — ${assessment.summary}${reason}`, ...lines].join("\n")}\n`;
}

/** `3:5`, and in a notebook `cell 2, 3:5`. */
function placeOf({ cell, line, column }: Pick<Finding, "cell" | "line" | "column">): string {
  return `${cell === undefined ? "" : `cell ${cell}, `}${line}:${column}`;
}
