import { describe, expect, it } from "vitest";
import { parsePython } from "../../../../src/python/syntax/parser.ts";
import type { SyntaxNode } from "../../../../src/python/syntax/tree.ts";

/** `type(field: type …)`, with the text of what has no children. */
function shape(code: string): string {
  const write = ({ type, field, start, end, children }: SyntaxNode): string => {
    const inside = children.length > 0 ? children.map(write).join(" ") : code.slice(start, end);
    return `${field === null ? "" : `${field}:`}${type}(${inside})`;
  };
  const { root, error } = parsePython(code);
  if (error !== undefined) return `${error.message} at ${JSON.stringify(code.slice(error.start, error.end))}`;
  return root.children.map(write).join(" ");
}

/** The expression of a statement that is one. */
const expression = (code: string): string =>
  /^expression_statement\((.*)\)$/s.exec(shape(code))?.[1] ?? shape(code);

describe("what operators bind", () => {
  it.each([
    ["-a ** -b", "-(a ** -b)"],
    ["await a ** b", "(await a) ** b"],
    ["not a in b", "not (a in b)"],
    ["a + b * c - d", "(a + (b * c)) - d"],
    ["a << b + c & d | e ^ f", "((a << (b + c)) & d) | (e ^ f)"],
    ["a or b and not c", "a or (b and (not c))"],
    ["a if b else c if d else e", "a if b else (c if d else e)"],
    ["lambda: a if b else c", "lambda: (a if b else c)"],
    ["a ** b ** c", "a ** (b ** c)"],
    ["~a.b(c)[d]", "~(((a.b)(c))[d])"],
  ])("%s is %s", (bare, explicit) => {
    const bound = expression(explicit).replaceAll(/parenthesized_expression\(/g, "(");
    expect(unwrapped(expression(bare))).toBe(unwrapped(bound));
  });
});

/** Without fields, which parentheses take over, and without parentheses of their own. */
function unwrapped(written: string): string {
  let before = written.replaceAll(/\b[a-z]+:/g, "");
  for (;;) {
    const after = before.replaceAll(
      /(^|[ (])\(([^()]*(?:\([^()]*(?:\([^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*\)[^()]*)*\)[^()]*)*)\)/g,
      "$1$2",
    );
    if (after === before) return after;
    before = after;
  }
}

describe("what is newer than Python 3.11", () => {
  it("reads the quotes of an f-string in its own fields, and fields in formats", () => {
    expect(expression('f"{x["a"]!r:>{w}}{{"')).toBe(
      'string(string_start(f") interpolation(expression:subscript(value:identifier(x) ' +
        'subscript:string(string_start(") string_content(a) string_end("))) type_conversion:type_conversion(!r) ' +
        'format_specifier:format_specifier(format_expression(expression:identifier(w)))) string_content({{) string_end("))',
    );
  });

  it("takes a character by its name for no field", () => {
    expect(expression('f"\\N{EM DASH}{x}"')).toContain(
      "string_content(\\N{EM DASH}) interpolation(expression:identifier(x))",
    );
  });

  it("takes `:=` in a field for a format", () => {
    expect(expression('f"{x:=5}"')).toContain(
      "expression:identifier(x) format_specifier:format_specifier(:=5)",
    );
  });

  it("reads types with parameters", () => {
    expect(shape("type X[T: int] = list[T]\n")).toMatch(/^type_alias_statement\(left:type\(identifier\(X\)/);
    expect(shape("def f[*Ts, **P](x: T) -> T: pass\n")).toContain("type_parameters:type_parameter(");
  });

  it("still takes `type`, `match` and `case` for names", () => {
    for (const code of [
      "type = 1",
      "match = case = 2",
      "match[x]: int = 1",
      "print(type, match)",
      "match(x)",
      "type(x)",
      "match * case",
    ])
      expect(parsePython(`${code}\n`).error, code).toBeUndefined();
  });
});

describe("what brackets and lines make of code", () => {
  it("takes items of `with` in parentheses for what Python takes them for", () => {
    expect(shape("with (a as b, c): pass\n")).toContain("with_item(value:as_pattern(identifier(a)");
    expect(shape("with (a, b) as c: pass\n")).toContain("as_pattern(tuple(identifier(a) identifier(b))");
    expect(shape("with (yield): pass\n")).toContain("parenthesized_expression(yield(");
    expect(shape("with (x for x in y): pass\n")).toContain("generator_expression(");
  });

  it("goes on behind a backslash, a bracket and a form feed", () => {
    expect(parsePython("x = 1 + \\\n  2\nif x:\n    y = (1,\n2)\n\f\n    z = 3\n").error).toBeUndefined();
    expect(parsePython("if x:\r\n    y = 1\r\n\r\nz = 2").error).toBeUndefined();
    expect(parsePython("if x:\n\ty = 1\n        z = 2\n").error?.message).toContain(
      "inconsistent use of tabs",
    );
  });

  it("gives every node a number in text order, and its children theirs", () => {
    const { nodes } = parsePython("def f(a, *b): return a.c[1:2](b, d=3)\n");
    expect(nodes.map(({ id }) => id)).toEqual(nodes.map((_, index) => index));
    nodes.reduce((last, { start }) => {
      expect(start).toBeGreaterThanOrEqual(last);
      return start;
    }, 0);
  });
});

describe("what is no Python is told where it stands", () => {
  it.each([
    ["x = (1,\n", "'(' was never closed", "("],
    ["x = (1]\n", "closing parenthesis ']' does not match opening parenthesis '('", "]"],
    ["x = 1)\n", "unmatched ')'", ")"],
    ["x = 'a\n", "unterminated string literal", "'a"],
    ['x = f"{a\n', "unterminated f-string literal", 'f"{a'],
    ['x = f"{}"\n', "f-string: valid expression required before '}'", "}"],
    ['x = f"a}"\n', "f-string: single '}' is not allowed", "}"],
    ['x = f"\\N{" + "}"\n', "truncated or malformed escape", "\\N"],
    ["if x\n    y\n", "expected ':'", ""],
    ["if x:\ny\n", "expected an indented block after 'if'", "y"],
    ["  x\n", "unexpected indent", ""],
    ["if x:\n    y\n  z\n", "unindent does not match any outer indentation level", ""],
    ["f() = 1\n", "cannot assign to function call here", "f()"],
    ["del f()\n", "cannot delete function call here", "f()"],
    ["a + 1 += 2\n", "illegal expression for augmented assignment", "a + 1"],
    ["(a, b): int\n", "illegal target for annotation", "(a, b)"],
    ["f(a=1, b)\n", "positional argument follows keyword argument", "b"],
    ["f(x for x in y, 1)\n", "Generator expression must be parenthesized", "x for x in y"],
    ["def f(a=1, b): pass\n", "parameter without a default follows parameter with a default", "b"],
    ["def f(*): pass\n", "named arguments must follow bare *", "*"],
    ["def f(**a, b): pass\n", "arguments cannot follow var-keyword argument", "b"],
    ["def f(/, a): pass\n", "at least one argument must precede /", "/"],
    ["from a import b,\n", "trailing comma not allowed without surrounding parentheses", ""],
    ["try: pass\n", "expected 'except' or 'finally' block", ""],
    ["x = '\\x4'\n", "truncated or malformed escape", "\\x"],
    ["x = f'a\\u12{y}'\n", "truncated or malformed escape", "\\u"],
    ["x = 'a\\\\x\\N{'\n", "truncated or malformed escape", "\\N"],
    ["x = 0777\n", "leading zeros in decimal integer literals are not permitted", "0777"],
    ["x = 1abc\n", "invalid decimal literal", "1"],
    ["x = b'ä'\n", "bytes can only contain ASCII literal characters", "b'ä'"],
    ["x = 'a' b'b'\n", "cannot mix bytes and nonbytes literals", "b'b'"],
    ["x = a ? b\n", "invalid syntax", "?"],
    ["x = 3 €\n", "invalid character '€' (U+20AC)", "€"],
    ["x\u00a0= 1\n", "invalid non-printable character U+00A0", "\u00a0"],
    ["x = 1 \\ 2\n", "unexpected character after line continuation character", "\\"],
    ["x = [*a for a in b]\n", "unpacking cannot be used in comprehension", "*a"],
    ["x = a if b\n", "expected 'else' after 'if' expression", "a if b"],
    ["print x\n", "missing parentheses in call to 'print'", "x"],
    [`${"(".repeat(201)}${")".repeat(201)}\n`, "too many nested parentheses", "("],
  ])("%j", (code, message, at) => {
    const { error, root } = parsePython(code);
    expect(error?.message).toBe(message);
    expect(code.slice(error?.start, error?.end).replace(/\n$/, "")).toBe(at);
    expect(root.children).toEqual([]);
  });
});
