import { codePoint } from "../syntax/characters.ts";
import type { TextProblem } from "../syntax/text-problem.ts";

/** A lone carriage return ends a line for Python. One character for one: every offset stays what it was. */
export function normaliseLines(code: string): string {
  return code.replaceAll(/\r(?!\n)/g, "\n");
}

/** A byte order mark is not part of the code. A form feed, which starts a line anew, stands in its place, so that offsets stay. */
export function withoutByteOrderMark(code: string): string {
  return code.startsWith("\ufeff") ? `\f${code.slice(1)}` : code;
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
