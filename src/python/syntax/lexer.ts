import { Brackets } from "./brackets.ts";
import {
  BACKSLASH,
  BLANK,
  COMMENT,
  DIGIT,
  LETTER,
  LINE_END,
  OPERATOR,
  QUOTE,
  codePoint,
  endOfIdentifier,
  endOfNumber,
  kindOf,
  operatorAt,
} from "./characters.ts";
import { FStrings } from "./f-strings.ts";
import { Indentation } from "./indentation.ts";
import { endOfContent, endOfLine, stringStart } from "./string-literals.ts";
import { TokenList } from "./token-list.ts";
import { KEYWORDS, type Tokens } from "./tokens.ts";

const LONGEST_KEYWORD = 8;
/** They may follow a number without a blank between. */
const AFTER_NUMBER = /(?:and|else|for|if|in|is|not|or)\b/y;
const LEADING_ZERO = /^0[\d_]*[1-9][\d_]*$/;

/** Splits Python into tokens, to the end of the text, whatever stands in it. Line ends are `\n` or `\r\n`. */
export function tokenize(source: string): Tokens {
  return new Lexer(source).run();
}

class Lexer {
  private at = 0;
  private isLineStart = true;
  private readonly source: string;
  private readonly tokens = new TokenList();
  private readonly brackets = new Brackets(this.tokens);
  private readonly indentation = new Indentation(this.tokens);
  private readonly fStrings: FStrings;

  constructor(source: string) {
    this.source = source;
    this.fStrings = new FStrings(source, this.tokens, this.brackets);
  }

  run(): Tokens {
    const { source, tokens } = this;
    while (this.at < source.length) {
      if (this.isLineStart) this.lineStart();
      else this.next();
    }
    this.fStrings.mustBeClosed();
    this.brackets.mustBeClosed();
    const end = source.length;
    if (tokens.last !== undefined && tokens.last !== "newline" && tokens.last !== "dedent")
      tokens.add("newline", end, end);
    this.indentation.closeAll(end);
    tokens.add("end", end, end);
    return tokens;
  }

  /** Passes blank lines and comments; measures how far a statement is indented. */
  private lineStart(): void {
    const from = this.at;
    this.skipBlanks();
    const kind = kindOf(this.source.charCodeAt(this.at));
    if (kind === COMMENT) this.comment();
    if (kind === COMMENT || kind === LINE_END) this.skipLineEnd();
    else if (this.at < this.source.length) {
      this.indentation.line(this.source, from, this.at);
      this.isLineStart = false;
    }
  }

  private skipBlanks(): void {
    for (;;) {
      const kind = kindOf(this.source.charCodeAt(this.at));
      if (kind === BLANK) this.at += 1;
      else if (kind !== BACKSLASH || !this.continueLine()) return;
    }
  }

  /** A backslash that ends a line; false where it does not. */
  private continueLine(): boolean {
    const length = this.lineEndAt(this.at + 1);
    if (length === 0) return false;
    if (this.at + 1 + length >= this.source.length)
      this.tokens.fail("unexpected EOF while parsing", this.at, this.source.length);
    this.at += 1 + length;
    return true;
  }

  private lineEndAt(at: number): number {
    if (this.source.charCodeAt(at) === 10) return 1;
    return this.source.startsWith("\r\n", at) ? 2 : 0;
  }

  private skipLineEnd(): void {
    this.at += Math.max(1, this.lineEndAt(this.at));
  }

  private next(): void {
    const code = this.source.charCodeAt(this.at);
    switch (kindOf(code)) {
      case BLANK:
        this.at += 1;
        break;
      case LETTER:
        this.word();
        break;
      case DIGIT:
        this.number();
        break;
      case QUOTE:
        this.string(this.at, this.at);
        break;
      case OPERATOR:
        this.operator();
        break;
      case LINE_END:
        this.lineEnd();
        break;
      case COMMENT:
        this.comment();
        break;
      case BACKSLASH:
        if (!this.continueLine()) this.stray("unexpected character after line continuation character");
        break;
      default:
        this.other(code);
    }
  }

  private lineEnd(): void {
    const start = this.at;
    this.skipLineEnd();
    if (this.brackets.depth > 0) return;
    this.tokens.add("newline", start, start);
    this.isLineStart = true;
  }

  private comment(): void {
    const start = this.at;
    this.at = endOfLine(this.source, start);
    this.tokens.comments.push({ start, end: this.at });
  }

  private word(): void {
    const { source, at: start } = this;
    const end = endOfIdentifier(source, start);
    const isPrefix = end - start <= 2 && kindOf(source.charCodeAt(end)) === QUOTE;
    if (isPrefix && this.string(start, end)) return;
    const text = end - start <= LONGEST_KEYWORD ? source.slice(start, end) : "";
    this.tokens.add(KEYWORDS.has(text) ? text : "name", start, end);
    this.at = end;
  }

  private number(): void {
    const { source, at: start } = this;
    const end = endOfNumber(source, start);
    this.tokens.add("number", start, end);
    this.at = end;
    if (LEADING_ZERO.test(source.slice(start, end)))
      this.tokens.fail("leading zeros in decimal integer literals are not permitted", start, end);
    if (endOfIdentifier(source, end) === end && kindOf(source.charCodeAt(end)) !== DIGIT) return;
    AFTER_NUMBER.lastIndex = end;
    if (!AFTER_NUMBER.test(source)) this.tokens.fail("invalid decimal literal", start, end);
  }

  /** False where the letters before the quotes are no prefix. */
  private string(start: number, quotes: number): boolean {
    const { source } = this;
    const string = stringStart(source, start, quotes);
    if (string === undefined) return false;
    if (string.isFormatted) {
      this.at = this.fStrings.begin(string, start);
      return true;
    }
    const content = endOfContent(source, string);
    const end =
      content === undefined ? this.endOfUnterminated(string.quote, start) : content + string.quote.length;
    if (string.isBytes && /[^\0-\x7f]/.test(source.slice(start, end)))
      this.tokens.fail("bytes can only contain ASCII literal characters", start, end);
    this.tokens.add(content === undefined ? "error" : "string", start, end);
    this.at = end;
    return true;
  }

  private endOfUnterminated(quote: string, start: number): number {
    const kind = quote.length === 3 ? "triple-quoted string" : "string";
    const end = endOfLine(this.source, start);
    this.tokens.fail(`unterminated ${kind} literal`, start, end);
    return quote.length === 3 ? this.source.length : end;
  }

  private operator(): void {
    const { source, at: start } = this;
    if (this.fStrings.isAtField && this.fieldOperator()) return;
    if (source.charCodeAt(start) === 46 && kindOf(source.charCodeAt(start + 1)) === DIGIT) {
      this.number();
      return;
    }
    const operator = operatorAt(source, start);
    if (operator === undefined) {
      this.stray("invalid syntax");
      return;
    }
    this.tokens.add(operator, start, start + operator.length);
    this.brackets.see(operator, start);
    this.at = start + operator.length;
  }

  /** What ends the expression of an f-string's field, or says how its value is shown. */
  private fieldOperator(): boolean {
    const { source, at } = this;
    const character = source.charAt(at);
    if (character === "}" || character === ":") {
      this.at = this.fStrings.leaveExpression(character, at);
      return true;
    }
    if (character !== "!" || source.charAt(at + 1) === "=") return false;
    this.tokens.add("!", at, at + 1);
    this.at += 1;
    return true;
  }

  private other(code: number): void {
    const { source, at: start } = this;
    const end = endOfIdentifier(source, start);
    if (end > start) {
      this.tokens.add("name", start, end);
      this.at = end;
      return;
    }
    const character = String.fromCodePoint(source.codePointAt(start) ?? code);
    const isPrintable = /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character);
    const name = isPrintable
      ? `character '${character}' (${codePoint(character)})`
      : `non-printable character ${codePoint(character)}`;
    this.stray(code < 128 && isPrintable ? "invalid syntax" : `invalid ${name}`, character.length);
  }

  private stray(message: string, length = 1): void {
    this.tokens.fail(message, this.at, this.at + length);
    this.tokens.add("error", this.at, this.at + length);
    this.at += length;
  }
}
