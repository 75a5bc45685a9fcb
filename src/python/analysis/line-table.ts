export interface Position {
  /** Of a notebook: the cell whose line it is, from 1. */
  readonly cell?: number;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** Offsets to lines and columns. */
export interface Lines {
  positionAt(offset: number): Position;
}

/** `line 3`, `line 3 of cell 2`. */
export function placeName({ cell, line }: Position): string {
  return cell === undefined ? `line ${line}` : `line ${line} of cell ${cell}`;
}

/** The lines of one text. */
export class LineTable implements Lines {
  private readonly starts: number[] = [0];

  constructor(source: string) {
    for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) this.starts.push(at + 1);
  }

  positionAt(offset: number): Position {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 };
  }
}
