/** Notebook syntax in one line: what IPython would run in its place. */
interface Rewrite {
  readonly pattern: RegExp;
  readonly replace: (indent: string, ...parts: string[]) => string;
}

const shell = (command: string): string => `get_ipython().system(${quote(command)})`;
const magic = (name: string, line: string): string =>
  `get_ipython().run_line_magic(${quote(name)}, ${quote(line)})`;
/** Magics that only change how figures and values look. */
const DISPLAY =
  /^(matplotlib|config InlineBackend|precision|pylab|xmode|colors|pprint|who|whos|who_ls|lsmagic|quickref|hist|history)\b/;

const REWRITES: readonly Rewrite[] = [
  { pattern: /^([ \t]*)!!?(.*)$/, replace: (indent, command = "") => `${indent}${shell(command)}` },
  {
    pattern: /^([ \t]*)([\w.,\s]+?)=\s*!(.*)$/,
    replace: (indent, names = "", command = "") =>
      `${indent}${names}= get_ipython().getoutput(${quote(command)})`,
  },
  {
    pattern: /^([ \t]*)([\w.,\s]+?)=\s*%(\w+)(.*)$/,
    replace: (indent, names = "", name = "", line = "") => `${indent}${names}= ${magic(name, line)}`,
  },
  { pattern: /^([ \t]*)%(?!%)(.*)$/, replace: (indent, line = "") => `${indent}${lineMagic(line)}` },
  { pattern: /^([ \t]*)\?\??\s*([\w.*]+)\s*$/, replace: (indent) => `${indent}pass` },
  { pattern: /^([ \t]*)%?[\w.*]+\?\??\s*$/, replace: (indent) => `${indent}pass` },
  {
    pattern: /^([ \t]*)\/\s*([\w.]+)\s*(.*)$/,
    replace: (indent, name = "", rest = "") => `${indent}${name}(${rest.trim().split(/\s+/).join(", ")})`,
  },
  {
    pattern: /^([ \t]*),\s*([\w.]+)\s*(.*)$/,
    replace: (indent, name = "", rest = "") =>
      `${indent}${name}(${rest.trim().split(/\s+/).map(quote).join(", ")})`,
  },
  {
    pattern: /^([ \t]*);\s*([\w.]+)\s*(.*)$/,
    replace: (indent, name = "", rest = "") => `${indent}${name}(${quote(rest.trim())})`,
  },
];

/** Turns notebook syntax into the calls that IPython makes of it, line for line; undefined where there is none. */
export function rewriteNotebookSyntax(code: string): string | undefined {
  const cell = withoutIndentation(code);
  const rewritten = rewriteLines(cell) ?? cell;
  return rewritten === code ? undefined : rewritten;
}

/** IPython takes the first line's indentation off every line that has it. */
function withoutIndentation(code: string): string {
  const indentation = /^(?:[ \t]*\r?\n)*([ \t]+)\S/.exec(code)?.[1];
  if (indentation === undefined) return code;
  return code
    .split("\n")
    .map((line) => (line.startsWith(indentation) ? line.slice(indentation.length) : line))
    .join("\n");
}

function rewriteLines(code: string): string | undefined {
  const lines = code.split("\n");
  const cell = lines.findIndex((line) => line.trim() !== "");
  const first = /^%%(\w+)(.*)/.exec(lines[cell] ?? "");
  if (first !== null) return rewriteCell(lines, cell, first[1] ?? "", first[2] ?? "");
  const outside = linesOutsideBrackets(code);
  const result = lines
    .map((line, index) => (outside[index] === true ? (rewriteLine(line) ?? line) : line))
    .join("\n");
  return result === code ? undefined : result;
}

function rewriteLine(line: string): string | undefined {
  const written = line.replace(/\r$/, "");
  for (const { pattern, replace } of REWRITES) {
    const match = pattern.exec(written);
    if (match !== null) return replace(match[1] ?? "", ...match.slice(2)) + line.slice(written.length);
  }
  return undefined;
}

function lineMagic(line: string): string {
  if (DISPLAY.test(line)) return "pass";
  const timed = /^(?:time|timeit|prun)\b(?:\s+-\w+(?:\s+\d+)?)*\s*(.*)$/.exec(line);
  if (timed !== null) return timed[1] === "" ? "pass" : (timed[1] ?? "pass");
  const command = /^(?:sx|system|sc|!)\s+(.*)$/.exec(line);
  if (command !== null) return shell(command[1] ?? "");
  return magic(/^\w*/.exec(line)?.[0] ?? "", line.replace(/^\w*\s*/, ""));
}

function rewriteCell(lines: readonly string[], at: number, name: string, line: string): string {
  const body = lines.slice(at + 1);
  const before = lines.slice(0, at);
  if (["time", "timeit", "capture", "prun"].includes(name)) return [...before, "pass", ...body].join("\n");
  const isShell = [
    "bash",
    "sh",
    "script",
    "cmd",
    "perl",
    "ruby",
    "javascript",
    "js",
    "html",
    "system",
    "sx",
    "!",
  ].includes(name);
  const call = isShell
    ? shell(`${name} ${line}\n${body.join("\n")}`)
    : `get_ipython().run_cell_magic(${quote(name)}, ${quote(line)}, ${quote(body.join("\n"))})`;
  return [...before, call, ...body.map(() => "")].join("\n");
}

/** For each line: does a statement begin there, outside strings and brackets? */
function linesOutsideBrackets(code: string): readonly boolean[] {
  const outside = [true];
  let depth = 0;
  let at = 0;
  while (at < code.length) {
    const end = endOfToken(code, at);
    const token = code.slice(at, end);
    if (token === "\n") outside.push(depth === 0 && code[at - 1] !== "\\");
    // A string or comment that spans lines keeps statements from beginning in it.
    else outside.push(...Array.from({ length: token.split("\n").length - 1 }, () => false));
    if ("([{".includes(token)) depth += 1;
    else if (")]}".includes(token)) depth = Math.max(0, depth - 1);
    at = end;
  }
  return outside;
}

/** The end of the string, comment or notebook command that begins here, or of one character. */
function endOfToken(code: string, at: number): number {
  const character = code[at] ?? "";
  const isCommand = "!%".includes(character) && isLineStart(code, at);
  if (character === "#" || isCommand) return endOfLine(code, at);
  if (character !== '"' && character !== "'") return at + 1;
  const mark = code.startsWith(character.repeat(3), at) ? character.repeat(3) : character;
  for (let end = at + mark.length; end < code.length; end += code[end] === "\\" ? 2 : 1) {
    if (code.startsWith(mark, end)) return end + mark.length;
    if (mark.length === 1 && code[end] === "\n") return end;
  }
  return code.length;
}

function isLineStart(code: string, at: number): boolean {
  return /(^|\n)[ \t]*$/.test(code.slice(Math.max(0, at - 80), at));
}

function endOfLine(code: string, at: number): number {
  const end = code.indexOf("\n", at);
  return end < 0 ? code.length : end;
}

function quote(text: string): string {
  return JSON.stringify(text.trim());
}
