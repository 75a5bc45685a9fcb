import { isAlias, LineCounter, parseDocument, type Document, type Node } from "yaml";
import type { ConfigurationProblem } from "./configuration.ts";

type Severity = ConfigurationProblem["severity"];

/** A configuration file as YAML, with the place of everything in it. */
export interface Source {
  readonly root: Node | null;
  readonly syntaxProblems: readonly ConfigurationProblem[];
  /** Follows an alias to what it stands for. */
  resolve(node: Node | null): Node | null;
  problem(severity: Severity, node: Node | null, message: string): ConfigurationProblem;
}

/** A configuration file has a few dozen lines; a megabyte is something else. */
const MAXIMUM_CHARACTERS = 1_000_000;

/** Parses without throwing: what is not YAML becomes problems. */
export function parseSource(text: string): Source {
  const lines = new LineCounter();
  const tooLong = text.length > MAXIMUM_CHARACTERS;
  const document = parseDocument(tooLong ? "" : text, { lineCounter: lines, prettyErrors: false });
  const at = (severity: Severity, range: readonly number[], message: string) =>
    problemAt(lines, severity, range, message);
  const syntax = document.errors.map((error) =>
    at("error", error.pos, `This is not valid YAML: ${error.message}`),
  );
  return {
    root: document.errors.length > 0 ? null : document.contents,
    syntaxProblems: tooLong
      ? [at("error", [0, 0], "The file is larger than a configuration can be (1 MB).")]
      : syntax,
    resolve: (node) => resolveAlias(document, node),
    problem: (severity, node, message) => at(severity, node?.range?.slice(0, 2) ?? [0, 0], message),
  };
}

function resolveAlias(document: Document, node: Node | null): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

function problemAt(
  lines: LineCounter,
  severity: Severity,
  [start = 0, end = start]: readonly number[],
  message: string,
): ConfigurationProblem {
  const from = lines.linePos(start);
  const to = lines.linePos(Math.max(end, start + 1));
  return {
    severity,
    line: Math.max(from.line, 1),
    column: Math.max(from.col, 1),
    endLine: Math.max(to.line, 1),
    endColumn: Math.max(to.col, 2),
    message,
  };
}
