import type { SyntaxNode } from "./syntax.ts";

/** Something in the text itself, before any syntax, that Python or a reader takes for something else. */
export interface TextProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** A lone carriage return ends a line for Python. One character for one: every offset stays what it was. */
export function normaliseLines(code: string): string {
  return code.replaceAll(/\r(?!\n)/g, "\n");
}

/** A byte order mark is not part of the code; it is blanked, so that offsets stay. */
export function withoutByteOrderMark(code: string): string {
  return code.startsWith("\ufeff") ? ` ${code.slice(1)}` : code;
}

/** Code that has a null byte is no Python. */
export function findNullBytes(code: string): readonly TextProblem[] {
  const at = code.indexOf("\0");
  return at < 0 ? [] : [{ start: at, end: at + 1, message: "source code cannot contain null bytes" }];
}

/** Characters that reorder text make code look like something else (CVE-2021-42574), even in comments. */
export function findReordering(code: string): readonly TextProblem[] {
  return [...code.matchAll(/[\u202a-\u202e\u2066-\u2069]/g)].slice(0, 20).map((match) => ({
    start: match.index,
    end: match.index + 1,
    message: `The invisible character ${codePoint(match[0])} reorders text: this line does not read as it runs`,
  }));
}

/** Characters that CPython takes for no white space, outside strings and comments. */
export function findInvisible(code: string, covered: readonly SyntaxNode[]): readonly TextProblem[] {
  const pattern =
    /[\v\u0085\u00a0\u00ad\u1680\u180e\u2000-\u200f\u2028\u2029\u202f\u205f-\u2064\u2066-\u206f\u3000\ufeff]/g;
  const found = [...code.matchAll(pattern)].filter(
    (match) => !covered.some((node) => node.start <= match.index && match.index < node.end),
  );
  return found.slice(0, 10).map((match) => ({
    start: match.index,
    end: match.index + 1,
    message: `invalid non-printable character ${codePoint(match[0])}`,
  }));
}

/** An encoding other than UTF-8 makes the file read otherwise than it is shown (PEP 263). */
export function findEncoding(code: string): readonly TextProblem[] {
  const lines = code.split("\n", 2);
  let start = 0;
  for (const line of lines) {
    const match = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(line);
    if (match !== null) {
      const name = match[1]?.toLowerCase().replaceAll("_", "-") ?? "";
      const plain = ["utf-8", "utf8", "ascii", "us-ascii", "latin-1", "iso-8859-1", "utf-8-sig"].includes(
        name,
      );
      return plain
        ? []
        : [
            {
              start,
              end: start + line.length,
              message: `The encoding \`${name}\` makes Python read other code than is shown`,
            },
          ];
    }
    start += line.length + 1;
  }
  return [];
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
