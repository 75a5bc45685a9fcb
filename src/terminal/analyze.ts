import type { Assessment } from "../approval/assessment.ts";
import type { Judgement } from "../approval/policy.ts";
import { judgeByEffects } from "../approval/verdict.ts";
import type { Configuration } from "../config/configuration.ts";
import type { Analyser } from "../python/analysis/analyser.ts";
import type { Analysis } from "../python/analysis/analysis.ts";
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
    const judged = judge(file, code, analyser, context);
    parts.streams.out(given.json ? jsonLine(judged) : report(judged));
    codes.push(EXIT[judged.judgement.verdict]);
  }
  return codes.includes(EXIT.unreadable) ? EXIT.unreadable : (Math.max(...codes) as ExitCode);
}

function judge(file: string, code: string | null, analyser: Analyser, context: AssessmentContext): Judged {
  const analysis = code === null ? NOT_UTF8 : analyser.analyse(code);
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
  const findings = assessment.findings.map(({ effect, certainty, line, column, message }) => ({
    effect,
    certainty: certainty ?? "known",
    line,
    column,
    message,
  }));
  const errors = analysis.syntaxErrors.map(({ line, column, message }) => ({
    effect: "syntax-error",
    line,
    column,
    message,
  }));
  const effects = [...new Set(assessment.effects.map(({ kind }) => kind))];
  return `${JSON.stringify({ file, verdict: judgement.verdict, effects, findings: [...findings, ...errors] })}\n`;
}

function report({ file, analysis, assessment, judgement }: Judged): string {
  const lines = [
    ...analysis.syntaxErrors.map(
      ({ line, column, message }) => `  ${line}:${column}  syntax error: ${message}`,
    ),
    ...assessment.findings.flatMap(({ effect, line, column, message, ordinary, avoid }) => [
      `  ${line}:${column}  ${ordinary ? " " : "!"} ${effect}: ${message}`,
      ...(avoid === undefined ? [] : [`        To avoid it: ${avoid}.`]),
    ]),
  ];
  const reason = judgement.verdict === "refuse" ? `\n  ${judgement.reason}` : "";
  return `${[`${file}: ${judgement.verdict} — ${assessment.summary}${reason}`, ...lines].join("\n")}\n`;
}
