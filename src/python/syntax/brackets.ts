import type { TokenList } from "./token-list.ts";

/** CPython's own limit. */
const DEEPEST = 200;
const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

interface Open {
  readonly kind: string;
  readonly at: number;
}

/** The brackets that are open. */
export class Brackets {
  private readonly open: Open[] = [];
  private readonly tokens: TokenList;

  constructor(tokens: TokenList) {
    this.tokens = tokens;
  }

  get depth(): number {
    return this.open.length;
  }

  /** Opens or closes one where the operator is one. */
  see(operator: string, at: number): void {
    if (operator in CLOSING) this.push(operator, at);
    else if (operator === ")" || operator === "]" || operator === "}") this.pop(operator, at);
  }

  push(kind: string, at: number): void {
    if (this.depth >= DEEPEST) this.tokens.fail("too many nested parentheses", at, at + 1);
    this.open.push({ kind, at });
  }

  pop(closing: string, at: number): void {
    const opened = this.open.pop();
    if (opened === undefined) this.tokens.fail(`unmatched '${closing}'`, at, at + 1);
    else if (CLOSING[opened.kind] !== closing)
      this.tokens.fail(
        `closing parenthesis '${closing}' does not match opening parenthesis '${opened.kind}'`,
        at,
        at + 1,
      );
  }

  /** Forgets those that were opened since there were so many. */
  cut(depth: number): void {
    this.open.length = Math.min(depth, this.open.length);
  }

  /** At the end of the text all are closed. */
  mustBeClosed(): void {
    const [first] = this.open.slice(-1);
    if (first !== undefined) this.tokens.fail(`'${first.kind}' was never closed`, first.at, first.at + 1);
  }
}
