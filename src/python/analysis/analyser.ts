import { visible } from "../../approval/visible.ts";
import type { TextProblem } from "../syntax/text-problem.ts";
import type { SyntaxNode, SyntaxTree } from "../syntax/tree.ts";
import type {
  Analysis,
  CodeAnalyser,
  HighlightSpan,
  NamedFile,
  RawEffect,
  RawFinding,
  SyntaxProblem,
} from "./analysis.ts";
import { type Facility, classifiedAs, facilityDomain } from "./facility.ts";
import { highlightPython } from "./highlight.ts";
import { type Interpretation, Interpreter } from "./interpreter.ts";
import { Knowledge } from "./knowledge.ts";
import { DOMAINS } from "./knowledge-domains.ts";
import { LineTable, type Lines } from "./line-table.ts";
import { NotebookCode } from "./notebook-code.ts";
import type { NotebookCell } from "./notebooks.ts";
import { type ParsedCode, parseCode } from "./parsed-code.ts";
import type { NestedCode, Recorded } from "./recorder.ts";
import {
  findEncoding,
  findNullBytes,
  findReordering,
  normaliseLines,
  withoutByteOrderMark,
} from "./source-text.ts";
import type { Values } from "./values.ts";

const DEEPEST_NESTING = 3;
const NO_FACILITY: Facility = { modules: {}, effects: {} };

/**
 * Tells what a piece of Python can do before it runs: parses it, follows every name to what is known about it, and says
 * `dynamic` where that fails. Deterministic; needs no Python, no network, no file.
 */
export class Analyser implements CodeAnalyser {
  private readonly knowledge: Knowledge;

  constructor(facility: Facility = NO_FACILITY) {
    this.knowledge = new Knowledge([...DOMAINS, facilityDomain(facility.modules)]);
    for (const [path, effects] of Object.entries(facility.effects))
      this.knowledge.addEffects(path, classifiedAs(effects));
  }

  /** Never throws. */
  analyse(code: string): Analysis {
    const text = withoutByteOrderMark(normaliseLines(code));
    const nulls = findNullBytes(text);
    if (nulls.length > 0) return unparsable(nulls, new LineTable(text));
    const parsed = parseCode(text);
    const lines = new LineTable(parsed.source);
    if (parsed.tree.error !== undefined) return unparsable([parsed.tree.error], lines);
    return this.analyseParsed(parsed, lines, [...findReordering(text), ...findEncoding(text)]);
  }

  /** As if all cells ran once, one after the other. Never throws. */
  analyseNotebook(cells: readonly NotebookCell[]): Analysis {
    const code = new NotebookCode(cells);
    const { lines, problems, whole } = code;
    if (problems.length > 0) return unparsable(problems, lines);
    if (whole.tree.error !== undefined) return unparsable([whole.tree.error], lines);
    return this.analyseParsed(whole, lines, code.reordered);
  }

  private analyseParsed(parsed: ParsedCode, lines: Lines, misleading: readonly TextProblem[]): Analysis {
    const { source, tree } = parsed;
    const recorded = [
      ...misleading.map((problem) => dynamicAt(nodeAt(problem), problem.message)),
      ...fromDepth(tree),
      ...this.interpret(parsed, lines, () => undefined, 0),
    ];
    const thirdParty = importsOf(recorded, tree, source).filter(
      (name) => !this.knowledge.isStandardLibrary(name),
    );
    return summarise(recorded, lines, thirdParty);
  }

  highlight(code: string): readonly HighlightSpan[] {
    return highlightPython(withoutByteOrderMark(normaliseLines(code)));
  }

  private interpret(
    { source, tree, runsOnce }: ParsedCode,
    lines: Lines,
    outerName: (name: string) => Values | undefined,
    depth: number,
  ): readonly Recorded[] {
    const interpreter = new Interpreter({
      tree,
      source,
      lines,
      knowledge: this.knowledge,
      outerName,
      runsOnce: depth === 0 && runsOnce,
    });
    let interpretation: Interpretation;
    try {
      interpretation = interpreter.run();
    } catch (error) {
      // A defect of ours must not keep a person from being asked, nor other code from being analysed.
      const why = error instanceof Error ? error.message : String(error);
      return [dynamicAt(tree.root, `The analysis of this code failed (${why})`)];
    }
    const { recorded, nested, complete } = interpretation;
    const incomplete = complete
      ? []
      : [dynamicAt(tree.root, "The code is too large or too entangled to be followed to its end")];
    return [...recorded, ...incomplete, ...nested.flatMap((one) => this.interpretNested(one, depth))];
  }

  /** Text that is run as code is analysed too; what it does is found where it is run. */
  private interpretNested({ code, node, scope }: NestedCode, depth: number): readonly Recorded[] {
    if (depth >= DEEPEST_NESTING) return [];
    // An expression may be indented for `eval`.
    const parsed = parseCode(normaliseLines(code).replace(/^[ \t]+/, ""));
    if (parsed.tree.error !== undefined) return [];
    const outerName = (name: string): Values | undefined => scope.find(name)?.values.values;
    return this.interpret(parsed, new LineTable(parsed.source), outerName, depth + 1).map((found) => ({
      ...found,
      node,
      message: `In the text that is run here: ${found.message}`,
    }));
  }
}

function fromDepth(tree: SyntaxTree): readonly Recorded[] {
  return tree.tooDeep
    .slice(0, 1)
    .map((node) => dynamicAt(node, "The code is nested too deeply to be followed"));
}

function dynamicAt(node: SyntaxNode, message: string): Recorded {
  return { kind: "dynamic", certainty: "nothing", node, message };
}

function nodeAt({ start, end }: TextProblem): SyntaxNode {
  return { id: -1, type: "text", field: null, start, end, children: [] };
}

function unparsable(problems: readonly TextProblem[], lines: Lines): Analysis {
  const syntaxErrors: SyntaxProblem[] = problems.map(({ start, message }) => ({
    ...lines.positionAt(start),
    message,
  }));
  return { parses: false, syntaxErrors, effects: [], findings: [], thirdParty: [], namedFiles: [] };
}

function summarise(recorded: readonly Recorded[], lines: Lines, thirdParty: readonly string[]): Analysis {
  return {
    parses: true,
    syntaxErrors: [],
    effects: effectsOf(recorded),
    findings: recorded.map((one) => findingOf(one, lines)),
    thirdParty,
    namedFiles: namedFiles(recorded),
  };
}

function effectsOf(recorded: readonly Recorded[]): readonly RawEffect[] {
  const effects = new Map<string, RawEffect>();
  for (const { kind, target, value, certainty, guess, puts } of recorded) {
    const effect = {
      kind,
      certainty,
      ...(guess === undefined ? {} : { guess }),
      ...(target === undefined ? {} : { target }),
      ...(value === undefined ? {} : { value }),
      ...(puts === undefined ? {} : { puts }),
    };
    effects.set(JSON.stringify(effect), effect);
  }
  return [...effects.values()];
}

function findingOf({ kind, node, message, ...found }: Recorded, lines: Lines): RawFinding {
  const from = lines.positionAt(node.start);
  const to = lines.positionAt(node.end);
  return {
    ...found,
    effect: kind,
    ...from,
    endLine: to.line,
    endColumn: to.column,
    message: `${visible(message)}.`,
  };
}

const ACCESS: Readonly<Partial<Record<Recorded["kind"], NamedFile["access"]>>> = {
  "reads-files": "read",
  "writes-files": "write",
  "deletes-files": "delete",
};

function namedFiles(recorded: readonly Recorded[]): readonly NamedFile[] {
  const files = new Map<string, NamedFile>();
  for (const { kind, target, certainty } of recorded) {
    const access = ACCESS[kind];
    if (access !== undefined && target !== undefined && certainty === "whole")
      files.set(`${access} ${target}`, { path: target, access });
  }
  return [...files.values()];
}

function importsOf(recorded: readonly Recorded[], tree: SyntaxTree, source: string): readonly string[] {
  const statements = tree.nodes.filter(
    (node) => node.type === "import_statement" || node.type === "import_from_statement",
  );
  const modules = statements.flatMap((node) => {
    const from = node.children.filter((child) => child.field === "module_name");
    return from.length > 0 ? from : node.children;
  });
  const imported = modules.map((node) => source.slice(node.start, node.end).split(/[.\s]/)[0] ?? "");
  const dynamic = recorded
    .filter((one) => one.kind === "unknown-import")
    .map((one) => one.target?.split(".")[0] ?? "");
  return [...new Set([...imported, ...dynamic])].filter((name) => name !== "").sort();
}
