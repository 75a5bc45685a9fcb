/** What is known of a column after reading its values one by one; memory does not grow with their number. */
export class Column {
  readonly name: string;
  private filled = 0;
  private empty = 0;
  private numbers = 0;
  private integers = 0;
  private dates = 0;
  private minimum = Infinity;
  private maximum = -Infinity;
  private earliest = "";
  private latest = "";
  private readonly distinct = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }

  /** Takes a cell as text; `undefined` and blank count as missing. */
  add(cell: string | undefined): void {
    const text = cell?.trim() ?? "";
    if (text === "" || MISSING.test(text)) {
      this.empty += 1;
      return;
    }
    this.filled += 1;
    if (this.distinct.size <= MOST_VALUES) this.distinct.add(cut(text));
    if (NUMBER.test(text)) this.addNumber(text);
    else if (DATE.test(text)) this.addDate(text);
  }

  /** `number, 313.2 to 417.1, 3 missing` */
  describe(): string {
    const missing = this.empty > 0 ? `, ${this.empty} missing` : "";
    return `${JSON.stringify(cut(this.name))}: ${this.kind()}${missing}`;
  }

  private kind(): string {
    if (this.filled === 0) return "empty";
    if (this.numbers === this.filled) {
      const type = this.integers === this.filled ? "integer" : "number";
      return `${type}, ${this.minimum} to ${this.maximum}`;
    }
    if (this.dates === this.filled) return `date or time, ${this.earliest} to ${this.latest}`;
    return `text, ${this.values()}`;
  }

  private values(): string {
    const values = [...this.distinct].map((value) => JSON.stringify(value));
    if (values.length <= MOST_VALUES)
      return `${values.length} value${values.length === 1 ? "" : "s"}: ${values.join(", ")}`;
    return `such as ${values.slice(0, 3).join(", ")}`;
  }

  private addNumber(text: string): void {
    const value = Number(text);
    this.numbers += 1;
    if (Number.isInteger(value) && !/[.eE]/.test(text)) this.integers += 1;
    this.minimum = Math.min(this.minimum, value);
    this.maximum = Math.max(this.maximum, value);
  }

  /** ISO dates sort as text. */
  private addDate(text: string): void {
    this.dates += 1;
    if (this.earliest === "" || text < this.earliest) this.earliest = text;
    if (text > this.latest) this.latest = text;
  }
}

const MOST_VALUES = 12;
const MISSING = /^(na|n\/a|nan|null|none)$/i;
const NUMBER = /^[-+]?(\d{1,30}\.?\d{0,30}|\.\d{1,30})([eE][-+]?\d{1,3})?$/;
const DATE = /^\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}[\d:.]{0,20}(Z|[-+]\d{2}:?\d{2})?)?)?$/;

/** Cells and names are data of any length; enough of one is enough. */
export function cut(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, " ");
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
