import { ParsedNode } from "./node.ts";
import type { TextProblem } from "./text-problem.ts";
import type { Tokens } from "./tokens.ts";

/** Deeper than any code that people write, and shallow enough for this process's stack. */
const DEEPEST = 300;

/** Thrown where the code is no Python. */
export class NoPython extends Error {
  readonly problem: TextProblem;

  constructor(problem: TextProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** The tokens as a parser reads them: one after the other, with a look ahead. */
export class TokenStream {
  readonly source: string;
  /** Of the current token. */
  kind: string;
  /** Where the last token that was taken ends. */
  lastEnd = 0;
  private index = 0;
  private depth = 0;
  private readonly tokens: Tokens;

  constructor(source: string, tokens: Tokens) {
    this.source = source;
    this.tokens = tokens;
    this.kind = tokens.kinds[0] ?? "end";
  }

  get start(): number {
    return this.tokens.starts[this.index] ?? this.source.length;
  }

  get end(): number {
    return this.tokens.ends[this.index] ?? this.source.length;
  }

  /** Of the current token. */
  get text(): string {
    return this.source.slice(this.start, this.end);
  }

  /** The kind of the token so many further on. */
  peek(ahead: number): string {
    return this.tokens.kinds[this.index + ahead] ?? "end";
  }

  /** Whether the current token is this name, which is a keyword only in its place. */
  isName(name: string): boolean {
    return this.kind === "name" && this.text === name;
  }

  advance(): void {
    const { start, end } = this;
    // Ends of lines and of blocks stand for nothing that is written.
    if (end > start) this.lastEnd = end;
    this.index += 1;
    this.kind = this.tokens.kinds[this.index] ?? "end";
  }

  /** Takes the current token where it is of this kind. */
  take(kind: string): boolean {
    if (this.kind !== kind) return false;
    this.advance();
    return true;
  }

  /** Takes the current token, which must be of this kind. */
  expect(kind: string): void {
    if (!this.take(kind)) this.fail(kind === ":" ? "expected ':'" : "invalid syntax");
  }

  /** Takes the current token as a node without children. */
  leaf(type: string): ParsedNode {
    const node = new ParsedNode(type, this.start, this.end);
    this.advance();
    return node;
  }

  identifier(): ParsedNode {
    return this.kind === "name" ? this.leaf("identifier") : this.fail();
  }

  /** What was taken since `start`, as one node. */
  node(type: string, start: number, children?: readonly ParsedNode[]): ParsedNode {
    return new ParsedNode(type, start, this.lastEnd, children);
  }

  /** Reads something that can hold itself. */
  nested(read: () => ParsedNode): ParsedNode {
    this.depth += 1;
    if (this.depth > DEEPEST) this.fail("nested too deeply to be read");
    const node = read();
    this.depth -= 1;
    return node;
  }

  /** Reads in this way; where that is no Python, from the same place in the other. */
  either<T>(read: () => T | undefined, otherwise: () => T): T {
    const { index, kind, lastEnd, depth } = this;
    try {
      const result = read();
      if (result !== undefined) return result;
    } catch (error) {
      if (!(error instanceof NoPython)) throw error;
    }
    Object.assign(this, { index, kind, lastEnd, depth });
    return otherwise();
  }

  /** The kinds of the tokens behind the bracket that closes the one that opens here. */
  behindBracket(): string {
    let depth = 0;
    for (let index = this.index; ; index += 1) {
      const kind = this.tokens.kinds[index] ?? "end";
      if (kind === "(" || kind === "[" || kind === "{") depth += 1;
      else if (kind === ")" || kind === "]" || kind === "}") depth -= 1;
      if (depth === 0 || kind === "end") return this.tokens.kinds[index + 1] ?? "end";
    }
  }

  /** Whether this logical line ends with a colon, and an indented one follows that begins with this name. */
  opensBlockOf(name: string): boolean {
    const { kinds, starts, ends } = this.tokens;
    let index = this.index;
    while (kinds[index] !== "newline" && kinds[index] !== "end") index += 1;
    if (kinds[index - 1] !== ":" || kinds[index + 1] !== "indent") return false;
    return this.source.slice(starts[index + 2], ends[index + 2]) === name;
  }

  fail(message = "invalid syntax", start = this.start, end = this.end): never {
    throw new NoPython({ start, end, message });
  }
}
