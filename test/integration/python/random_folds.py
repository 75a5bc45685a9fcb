"""Random expressions of constants, one JSON line each: code that sets a channel named by one, and the name that CPython computes.

python3 random_folds.py COUNT SEED
"""

import base64
import codecs
import json
import random
import sys
import textwrap

count, seed = int(sys.argv[1]), sys.argv[2]
rnd = random.Random(seed)

WORDS = ["SR", "mag", "Qf1", "I", "a b", " x ", "it's", "A-b_c", "", "0", "12", "-7", "1e3", "0x1F", "1_0", "a,b,,c", "..", "%", "x\ty", "p\nq\n",
         "  in\n    dent\n", "é", "😀", "straße", "İI", "ﬁ", "Σς", "\u00a0n", "x\x1fy", "x\ry", "٣", "²", "e\u0301"]
INTEGERS = [0, 1, 2, 3, 7, -1, -2, -13, 10, 64, 255, 1000, 2**31, 2**53 - 1, 2**53, 2**53 + 1, -(2**53), 10**18, 12345678901234567890]
FLOATS = [0.0, -0.0, 0.1, 0.2, 1.5, 2.0, -3.25, 1e15, 1e16, 123456789012345680.0, 1e-4, 1e-5, 1e22, 5e-324, 1.7976931348623157e308, 1 / 3]
SPECS = [":d", ":5", ":<6", ":.2f", ":>8s", ":s", ":x", ":,", ":/>4", "!r", "!s", "!a", "="]
BASE64 = ["QQ==", "Q-Q=", "QU\nI=", "Q Q = =", "QQ"]
CODECS = ["utf-8", "latin-1", "ascii", "cp1252", "utf-16"]


def pick(*choices):
    return rnd.choice(choices)()


def word():
    return repr(rnd.choice(WORDS))


def text(depth):
    if depth <= 0:
        return word()
    t, n = lambda: text(depth - 1), lambda: number(depth - 1)
    return pick(
        word,
        lambda: f"({t()} + {t()})",
        lambda: f"({t()} * {rnd.randint(-1, 3)})",
        lambda: f"{t()}.{rnd.choice('upper lower casefold swapcase title capitalize strip lstrip rstrip'.split())}()",
        lambda: f"{t()}.{rnd.choice('strip lstrip rstrip removeprefix removesuffix'.split())}({word()})",
        lambda: f"{t()}.replace({word()}, {word()})",
        lambda: f"{t()}.replace({word()}, {word()}, 1)",
        lambda: f"{t()}.zfill({rnd.randint(0, 8)})",
        lambda: f"{t()}.expandtabs()",
        lambda: f"{t()}.center({rnd.randint(0, 12)})",
        lambda: f"{t()}[{n()}]",
        lambda: f"{t()}[{rnd.choice(['', n()])}:{rnd.choice(['', n()])}]",
        lambda: f"{t()}[::{rnd.choice([-2, -1, 1, 2])}]",
        lambda: f"{t()}.{rnd.choice(['split', 'rsplit'])}({rnd.choice(['', word()])})[{rnd.randint(-2, 2)}]",
        lambda: f"{t()}.splitlines()[{rnd.randint(-2, 2)}]",
        lambda: f"{t()}.split({word()}, 1)[-1]",
        lambda: f"{word()}.join([{t()}, {t()}])",
        lambda: f"{word()}.join({t()})",
        lambda: formatted(t, n),
        lambda: f"({rnd.choice(['%s', '%r', '%5s', '%%%s', '%-3s|'])!r} % ({t()},))",
        lambda: f"({rnd.choice(['%d', '%s', '%5.2f', '%x', '%03d', '%i%%', '%c'])!r} % ({n()},))",
        lambda: f"{rnd.choice(['{}', '{0}{0}', '{{{}}}', '{:s}', '{!r}', '{:>6}', '{}{}'])!r}.format({t()}, {n()})",
        lambda: f"{rnd.choice(['{a}', '{a:>4}', '{a}{b}'])!r}.format(a={t()}, b={n()})",
        lambda: f"str({n()})",
        lambda: f"chr({n()})",
        lambda: f"hex({n()})",
        lambda: f"str({t()})",
        lambda: f"{t()}.encode({rnd.choice(CODECS)!r}).decode({rnd.choice(CODECS)!r})",
        lambda: f"bytes({t()}, {rnd.choice(CODECS)!r}).hex()",
        lambda: f"{bytes(rnd.randrange(256) for _ in range(3))!r}.decode({rnd.choice(CODECS)!r})",
        lambda: f"bytes.fromhex({rnd.choice([b'xyz'.hex(), '41 42', '4', 'zz', ''])!r}).decode()",
        lambda: f"base64.b64decode({base64.b64encode(rnd.choice(WORDS).encode()).decode()!r}).decode()",
        lambda: f"base64.b64decode({rnd.choice(BASE64)!r}).decode()",
        lambda: f"codecs.{rnd.choice(['decode', 'encode'])}({word()}, 'rot13')",
        lambda: f"textwrap.dedent({t()})",
        lambda: f"json.loads({json.dumps(rnd.choice(WORDS))!r})",
        lambda: f"str({t()}.encode(), 'utf-8')",
        lambda: f"[{t()}, {t()}, {t()}][{n()}]",
    )


def formatted(t, n):
    spec = rnd.choice(SPECS)
    field = f"{{{t() if rnd.random() < 0.5 else n()}{rnd.choice(['', spec])}}}"
    return f'f"""{rnd.choice(["", "x", "{{", "}}"])}{field}"""'


def number(depth):
    if depth <= 0:
        return repr(rnd.choice(INTEGERS[:10]))
    t, n = lambda: text(depth - 1), lambda: number(depth - 1)
    return pick(
        lambda: repr(rnd.choice(INTEGERS)),
        lambda: repr(rnd.choice(FLOATS)),
        lambda: f"({n()} {rnd.choice('+ - * / // % & | ^'.split())} {n()})",
        lambda: f"({n()} {rnd.choice(['**', '<<', '>>'])} {rnd.randint(-1, 12)})",
        lambda: f"({rnd.choice('-+~')}{n()})",
        lambda: f"abs({n()})",
        lambda: f"len({t()})",
        lambda: f"ord({t()})",
        lambda: f"len({t()}.encode())",
        lambda: f"int({t()})",
        lambda: f"int({n()})",
        lambda: f"int({word()}, {rnd.choice([2, 8, 10, 16, 0])})",
        lambda: f"float({rnd.choice([word, n])()})",
    )


told = 0
while told < count:
    expression = text(rnd.randint(1, 4))
    if rnd.random() < 0.3:
        expression = f"'N' + str({number(rnd.randint(1, 4))})"
    try:
        name = eval(expression, {"base64": base64, "codecs": codecs, "json": json, "textwrap": textwrap})
    except Exception:
        continue
    # As it is shown, a name is as it is: nothing in it is shortened or escaped.
    if not isinstance(name, str) or not name.isascii() or not name.isprintable() or not 0 < len(name.strip()) == len(name) < 60:
        continue
    told += 1
    code = f"import base64, codecs, json, textwrap\nimport epics\nepics.caput({expression}, 1)\n"
    print(json.dumps({"code": code, "ran": [name]}))
