import type { FileHandle } from "node:fs/promises";
import { Column, cut } from "./columns.ts";
import { DelimitedText, delimiterOf } from "./delimited-text.ts";

/** Read of a file at most; ranges of larger files are those of their beginning, and said to be. */
const MOST_BYTES = 8 * 1024 * 1024;
const PIECE = 64 * 1024;
const MOST_COLUMNS = 100;

/**
 * Describes a delimited text file (first row: names) by its columns, types, ranges and rows. Time and memory are bounded by
 * `MOST_BYTES`, whatever the file's size.
 */
export async function summariseTable(file: FileHandle, size: number, signal: AbortSignal): Promise<string> {
  const table = new Table();
  const read = await readPieces(file, MOST_BYTES, signal, (text) => table.push(text));
  if (table.binary) return "not text";
  const whole = read >= size;
  if (whole) table.end();
  return table.describe(whole ? undefined : size / read);
}

class Table {
  binary = false;
  private reader: DelimitedText | undefined;
  private columns: Column[] | undefined;
  private rows = 0;
  private first: readonly string[] = [];
  private last: readonly string[] = [];
  private wide = 0;

  push(text: string): void {
    if (text.includes("\0")) this.binary = true;
    if (this.binary) return;
    this.reader ??= new DelimitedText(delimiterOf(/^[^\r\n]*/.exec(text)?.[0] ?? ""), (row) => this.row(row));
    this.reader.push(text);
  }

  end(): void {
    this.reader?.end();
  }

  /** @param scale how many times longer the file is than what was read; undefined where all was */
  describe(scale: number | undefined): string {
    if (this.columns === undefined) return "an empty table";
    const rows =
      scale === undefined ? count(this.rows, "row") : `about ${approximately(this.rows * scale)} rows`;
    const ranges = scale === undefined ? "" : ` Ranges are those of the first ${this.rows} rows.`;
    const more = this.wide > MOST_COLUMNS ? [`- and ${this.wide - MOST_COLUMNS} more columns`] : [];
    return [
      `table, ${rows}, ${count(this.wide, "column")}.${ranges}`,
      ...this.columns.map((column) => `- ${column.describe()}`),
      ...more,
      ...this.example("first row", this.first),
      ...(scale === undefined ? this.example("last row", this.last) : []),
    ].join("\n");
  }

  private row(fields: readonly string[]): void {
    if (this.columns === undefined) {
      this.wide = fields.length;
      this.columns = fields.slice(0, MOST_COLUMNS).map((name) => new Column(name.trim()));
      return;
    }
    this.rows += 1;
    if (this.rows === 1) this.first = fields;
    this.last = fields;
    this.columns.forEach((column, index) => column.add(fields[index]));
  }

  private example(name: string, row: readonly string[]): string[] {
    if (row.length === 0) return [];
    return [`${name}: ${row.slice(0, 20).map(cut).join(" | ")}${row.length > 20 ? " | …" : ""}`];
  }
}

/** Hands on decoded text piece by piece. @returns bytes read */
async function readPieces(
  file: FileHandle,
  most: number,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<number> {
  const decoder = new TextDecoder();
  const buffer = Buffer.alloc(PIECE);
  let read = 0;
  while (read < most) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, PIECE, read);
    if (bytesRead === 0) break;
    read += bytesRead;
    onText(decoder.decode(buffer.subarray(0, bytesRead), { stream: true }));
  }
  return read;
}

function approximately(rows: number): string {
  const digits = Math.max(0, Math.floor(Math.log10(Math.max(rows, 1))) - 1);
  return String(Math.round(rows / 10 ** digits) * 10 ** digits);
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
