"""What CPython's own parser makes of code, for `syntax.test.ts`: one JSON line a file, read from the names on standard input."""

import ast
import io
import json
import random
import sys
import tokenize
import warnings

warnings.simplefilter("ignore")

KINDS = {
    ast.Name: "name",
    ast.Attribute: "attribute",
    ast.Call: "call",
    ast.Subscript: "subscript",
    ast.BinOp: "operator",
    ast.UnaryOp: "operator",
    ast.Compare: "comparison",
    ast.IfExp: "conditional",
    ast.Lambda: "lambda",
    ast.Await: "await",
    ast.NamedExpr: "walrus",
    ast.List: "list",
    ast.Set: "set",
    ast.Dict: "dictionary",
    ast.ListComp: "list comprehension",
    ast.SetComp: "set comprehension",
    ast.DictComp: "dictionary comprehension",
    ast.GeneratorExp: "generator",
    ast.Starred: "starred",
    ast.keyword: "keyword",
    ast.alias: "alias",
    ast.FunctionDef: "definition",
    ast.AsyncFunctionDef: "definition",
    ast.ClassDef: "definition",
    ast.Return: "return",
    ast.Assign: "assignment",
    ast.AugAssign: "assignment",
    ast.AnnAssign: "assignment",
    ast.For: "loop",
    ast.AsyncFor: "loop",
    ast.While: "loop",
    ast.If: "branch",
    ast.With: "with",
    ast.AsyncWith: "with",
    ast.Try: "try",
    ast.TryStar: "try",
    ast.ExceptHandler: "handler",
}
MUTATIONS = 6


class Positions:
    """Turns lines and columns in bytes into offsets in UTF-16 units."""

    def __init__(self, source):
        self.lines = source.encode().split(b"\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + self.units(line) + 1)

    @staticmethod
    def units(part):
        return len(part.decode().encode("utf-16-le")) // 2

    def at(self, line, column):
        return self.starts[line - 1] + self.units(self.lines[line - 1][:column])


def nodes_of(source):
    positions = Positions(source)
    found = []

    def visit(node):
        # Before 3.12 CPython does not know where the parts of f-strings stand; patterns have names of their own.
        if isinstance(node, (ast.JoinedStr, ast.pattern)):
            return
        kind = KINDS.get(type(node))
        if kind == "keyword" and node.arg is None:
            kind = None
        if kind is not None:
            start = positions.at(node.lineno, node.col_offset)
            end = positions.at(node.end_lineno, node.end_col_offset)
            found.append(f"{kind} {start} {end}")
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(ast.parse(source))
    return sorted(found)


def is_python(source):
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return True


def mutations(source, seed):
    """The same code with a token left out, written twice or in another's place."""
    skipped = {tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.COMMENT}
    tokens = [t for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.type not in skipped]
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    chance = random.Random(seed)
    for number in range(MUTATIONS if len(tokens) > 1 else 0):
        token, other = chance.choice(tokens), chance.choice(tokens)
        start = starts[token.start[0] - 1] + token.start[1]
        end = starts[token.end[0] - 1] + token.end[1]
        between = ["", other.string + " " + token.string, other.string][number % 3]
        mutated = source[:start] + between + source[end:]
        yield {"code": mutated, "isPython": is_python(mutated)}


for name in sys.stdin.read().splitlines():
    with open(name, encoding="utf-8") as file:
        source = file.read()
    if not is_python(source):
        continue
    print(json.dumps({"name": name, "code": source, "nodes": nodes_of(source), "mutations": list(mutations(source, name))}))
