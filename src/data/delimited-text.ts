/** A field longer than this is cut: it will not be shown, and a lost quotation mark must not collect a file. */
const LONGEST_FIELD = 10_000;

/**
 * Reads delimited text piece by piece (RFC 4180: quoted fields may hold delimiters, line ends and doubled quotation marks).
 * Give it pieces with `push`, the last one with `end`; whole rows are handed to `onRow`.
 */
export class DelimitedText {
  private readonly delimiter: string;
  private readonly onRow: (fields: readonly string[]) => void;
  private fields: string[] = [];
  private field = "";
  private state: "plain" | "quoted" | "quote-in-quoted" = "plain";
  private afterReturn = false;

  constructor(delimiter: string, onRow: (fields: readonly string[]) => void) {
    this.delimiter = delimiter;
    this.onRow = onRow;
  }

  push(text: string): void {
    for (const character of text) {
      if (this.state === "quoted") this.inQuotes(character);
      else this.outside(character);
    }
  }

  /** The last row has often no line end. */
  end(): void {
    if (this.field !== "" || this.fields.length > 0) this.endRow();
  }

  private inQuotes(character: string): void {
    if (character === '"') this.state = "quote-in-quoted";
    else this.append(character);
  }

  private outside(character: string): void {
    const secondOfPair = this.afterReturn && character === "\n";
    this.afterReturn = character === "\r";
    if (secondOfPair) return;
    if (character === '"') this.quotationMark();
    else {
      this.state = "plain";
      if (character === this.delimiter) this.endField();
      else if (character === "\n" || character === "\r") this.endRow();
      else this.append(character);
    }
  }

  private quotationMark(): void {
    if (this.state === "quote-in-quoted") this.append('"');
    if (this.state === "quote-in-quoted" || this.field === "") this.state = "quoted";
    else this.append('"');
  }

  private append(character: string): void {
    if (this.field.length < LONGEST_FIELD) this.field += character;
  }

  private endField(): void {
    this.fields.push(this.field);
    this.field = "";
  }

  private endRow(): void {
    this.endField();
    const row = this.fields;
    this.fields = [];
    if (row.length > 1 || row[0] !== "") this.onRow(row);
  }
}

/** The delimiter that the first line uses most: comma, semicolon or tab. */
export function delimiterOf(firstLine: string): string {
  const counts = [",", ";", "\t"].map((mark) => ({ mark, count: firstLine.split(mark).length }));
  return counts.reduce((best, other) => (other.count > best.count ? other : best)).mark;
}
