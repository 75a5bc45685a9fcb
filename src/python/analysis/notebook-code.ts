import type { TextProblem } from "../syntax/text-problem.ts";
import { parsePython } from "../syntax/parser.ts";
import { lastBefore } from "./in-order.ts";
import { LineTable, type Lines, type Position } from "./line-table.ts";
import type { NotebookCell } from "./notebooks.ts";
import { type ParsedCode, parseCode } from "./parsed-code.ts";
import { findNullBytes, findReordering, normaliseLines } from "./source-text.ts";

/** Ends a cell's last statement: a cell that would go on in the next line is no Python by itself. */
const BETWEEN = "\n";

interface Cell {
  readonly number: number;
  readonly text: string;
  readonly code: ParsedCode;
  /** Where it begins in the whole. */
  readonly from: number;
}

/** The cells of a notebook as one program, each read by itself: a cell's magic does not reach into the next one. */
export class NotebookCode {
  private readonly cells: readonly Cell[];

  constructor(cells: readonly NotebookCell[]) {
    let from = 0;
    this.cells = cells.map(({ number, source }) => {
      const text = normaliseLines(source);
      const cell = { number, text, code: parseCode(text), from };
      from += cell.code.source.length + BETWEEN.length;
      return cell;
    });
  }

  get whole(): ParsedCode {
    const source = this.cells.map(({ code }) => code.source).join(BETWEEN);
    return { source, tree: parsePython(source), runsOnce: this.cells.every(({ code }) => code.runsOnce) };
  }

  /** The first thing in each cell that keeps it from being Python. */
  get problems(): readonly TextProblem[] {
    return this.cells.flatMap(({ text, code, from }) => {
      const [problem = code.tree.error] = findNullBytes(text);
      return problem === undefined ? [] : [within(problem, from)];
    });
  }

  /** As in a file; an encoding means nothing in a notebook, which is always UTF-8. */
  get reordered(): readonly TextProblem[] {
    return this.cells.flatMap(({ text, from }) => findReordering(text).map((found) => within(found, from)));
  }

  get lines(): Lines {
    return new CellLines(this.cells);
  }
}

/** Lines count anew in each cell. */
class CellLines implements Lines {
  private readonly cells: readonly (Cell & { readonly table: LineTable })[];

  constructor(cells: readonly Cell[]) {
    this.cells = cells.map((cell) => ({ ...cell, table: new LineTable(cell.code.source) }));
  }

  positionAt(offset: number): Position {
    const cell = lastBefore(this.cells, offset);
    if (cell === undefined) return { line: 1, column: 1 };
    const within = Math.min(offset - cell.from, cell.code.source.length);
    return { cell: cell.number, ...cell.table.positionAt(within) };
  }
}

function within({ start, end, message }: TextProblem, from: number): TextProblem {
  return { start: from + start, end: from + end, message };
}
