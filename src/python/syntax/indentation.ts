import type { TokenList } from "./token-list.ts";

const TAB = 8;
/** CPython's own limit. */
const DEEPEST = 100;

/** The columns of the blocks around a line: a tab reaches to the next multiple of eight, and must do so at any width. */
export class Indentation {
  private readonly columns = [0];
  /** The same with tabs as wide as a space: where the two disagree, the code means another thing at another width. */
  private readonly narrow = [0];
  private readonly tokens: TokenList;

  constructor(tokens: TokenList) {
    this.tokens = tokens;
  }

  /** Adds the `indent` or the `dedent`s before a statement. `from` is where its line begins, `at` where it does. */
  line(source: string, from: number, at: number): void {
    const { column, narrow } = measure(source, from, at);
    const current = this.columns.at(-1) ?? 0;
    if (column === current) this.mustAgree(narrow, at);
    else if (column > current) this.open(column, narrow, at);
    else this.close(column, narrow, at);
  }

  closeAll(at: number): void {
    while (this.columns.length > 1) this.dedent(at);
  }

  private open(column: number, narrow: number, at: number): void {
    if (narrow <= (this.narrow.at(-1) ?? 0)) this.inconsistent(at);
    if (this.columns.length >= DEEPEST) this.tokens.fail("too many levels of indentation", at, at);
    this.columns.push(column);
    this.narrow.push(narrow);
    this.tokens.add("indent", at, at);
  }

  private close(column: number, narrow: number, at: number): void {
    while ((this.columns.at(-1) ?? 0) > column) this.dedent(at);
    if (this.columns.at(-1) === column) this.mustAgree(narrow, at);
    else this.tokens.fail("unindent does not match any outer indentation level", at, at);
  }

  private dedent(at: number): void {
    this.columns.pop();
    this.narrow.pop();
    this.tokens.add("dedent", at, at);
  }

  private mustAgree(narrow: number, at: number): void {
    if (narrow !== this.narrow.at(-1)) this.inconsistent(at);
  }

  private inconsistent(at: number): void {
    this.tokens.fail("inconsistent use of tabs and spaces in indentation", at, at);
  }
}

function measure(source: string, from: number, at: number): { column: number; narrow: number } {
  let [column, narrow] = [0, 0];
  // A line that goes on behind a backslash is indented as it begins; where it begins with the backslash, as it goes on.
  let continued = 0;
  for (let index = from; index < at; index += 1) {
    const character = source[index];
    if (character === "\t") column += TAB - (column % TAB);
    else if (character === "\f") column = 0;
    else if (character === "\\") continued ||= column;
    else if (character === " ") column += 1;
    if (character === "\f") narrow = 0;
    else if (character === " " || character === "\t") narrow += 1;
  }
  return continued > 0 ? { column: continued, narrow: continued } : { column, narrow };
}
