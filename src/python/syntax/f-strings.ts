import type { Brackets } from "./brackets.ts";
import { type StringStart, endOfLine, skipEscape } from "./string-literals.ts";
import type { TokenList } from "./token-list.ts";

const NAMED = /\\N\{[^{}'"\n]+\}/y;

/** An f-string that is being read. */
interface Formatted extends StringStart {
  readonly start: number;
  /** Brackets open around it. */
  readonly depth: number;
}

/** A replacement field that is being read. */
interface Field {
  readonly of: Formatted;
  /** Brackets open in it, its own included. */
  readonly depth: number;
  /** Behind its colon: text again, and fields in it. */
  inFormat: boolean;
}

/** Reads the text of f-strings (PEP 701); what stands in their fields is read as any other code. */
export class FStrings {
  private readonly strings: Formatted[] = [];
  private readonly fields: Field[] = [];
  private readonly source: string;
  private readonly tokens: TokenList;
  private readonly brackets: Brackets;

  constructor(source: string, tokens: TokenList, brackets: Brackets) {
    this.source = source;
    this.tokens = tokens;
    this.brackets = brackets;
  }

  /** Reads up to the first field, or to the end. @returns where code goes on */
  begin(string: StringStart, start: number): number {
    this.strings.push({ ...string, start, depth: this.brackets.depth });
    this.tokens.add("f-start", start, string.content);
    return this.text(string.content);
  }

  /** Whether an operator here belongs to a field as such, and not to the expression in it. */
  get isAtField(): boolean {
    return this.fields.at(-1)?.depth === this.brackets.depth;
  }

  /** Reads on where a field's `}` or `:` stands. @returns where code goes on */
  leaveExpression(operator: "}" | ":", at: number): number {
    this.tokens.add(operator, at, at + 1);
    const field = this.fields.at(-1);
    if (operator === ":" && field !== undefined) field.inFormat = true;
    else this.closeField(at);
    return this.text(at + 1);
  }

  /** At the end of the text all are closed. */
  mustBeClosed(): void {
    const [open] = this.strings;
    if (open !== undefined) this.unterminated(open, this.source.length);
  }

  /** Reads text up to a field or the string's end. */
  private text(from: number): number {
    const string = this.strings.at(-1);
    if (string === undefined) return from;
    let start = from;
    let at = from;
    while (at < this.source.length) {
      const character = this.source.charAt(at);
      const inFormat = this.isInFormat(string);
      if (this.endsAt(string, at)) return this.end(string, start, at, inFormat);
      if ((character === "\n" || character === "\r") && string.quote.length === 1) break;
      if (character === "{" && (inFormat || this.source.charAt(at + 1) !== "{"))
        return this.openField(string, start, at);
      if (character === "}" && inFormat) {
        this.addText(start, at);
        this.tokens.add("}", at, at + 1);
        this.closeField(at);
        at += 1;
        start = at;
      } else at = this.skip(string, character, at);
    }
    return this.unterminated(string, at);
  }

  private isInFormat(string: Formatted): boolean {
    const field = this.fields.at(-1);
    return field?.of === string && field.inFormat;
  }

  private endsAt({ quote }: Formatted, at: number): boolean {
    return this.source.startsWith(quote, at);
  }

  private skip(string: Formatted, character: string, at: number): number {
    const next = this.source.charAt(at + 1);
    if (character === "{") return at + 2;
    if (character === "}") {
      if (next !== "}") this.tokens.fail("f-string: single '}' is not allowed", at, at + 1);
      return at + 2;
    }
    if (character !== "\\") return at + 1;
    if (!string.isRaw && next === "N" && this.source.charAt(at + 2) === "{") return this.skipName(at);
    return next === "{" || next === "}" ? at + 1 : skipEscape(this.source, at);
  }

  /** `\N{BULLET}` is a character, and no field. */
  private skipName(at: number): number {
    NAMED.lastIndex = at;
    if (NAMED.test(this.source)) return NAMED.lastIndex;
    // What it lacks is told where the string's other escapes are looked at.
    return at + 3;
  }

  private openField(of: Formatted, start: number, at: number): number {
    this.addText(start, at);
    this.tokens.add("{", at, at + 1);
    this.brackets.push("{", at);
    this.fields.push({ of, depth: this.brackets.depth, inFormat: false });
    return at + 1;
  }

  private closeField(at: number): void {
    this.fields.pop();
    this.brackets.pop("}", at);
  }

  private end(string: Formatted, start: number, at: number, inFormat: boolean): number {
    if (inFormat) this.tokens.fail("f-string: expecting '}'", at, at + 1);
    this.addText(start, at);
    const end = at + string.quote.length;
    this.tokens.add("f-end", at, end);
    this.forget(string);
    return end;
  }

  private unterminated(string: Formatted, at: number): number {
    const isTriple = string.quote.length === 3;
    this.tokens.fail(
      `unterminated ${isTriple ? "triple-quoted f-string" : "f-string"} literal`,
      string.start,
      endOfLine(this.source, string.start),
    );
    this.forget(string);
    return at;
  }

  private forget(string: Formatted): void {
    this.strings.length = this.strings.indexOf(string);
    this.fields.splice(0, Infinity, ...this.fields.filter((field) => this.strings.includes(field.of)));
    this.brackets.cut(string.depth);
  }

  private addText(start: number, end: number): void {
    if (end > start) this.tokens.add("f-text", start, end);
  }
}
