import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import nunjucks from "nunjucks";
import { afterAll, describe, expect, it } from "vitest";
import { renderTemplate } from "../../../src/containers/templates.ts";
import { isCountersignError } from "../../../src/errors.ts";

const never = new AbortController().signal;

function render(source: string, data: unknown = {}, others: Record<string, string> = {}): Promise<string> {
  return renderTemplate({ templates: { main: source, ...others }, name: "main", data }, never);
}

const marker = join(mkdtempSync(join(tmpdir(), "template-escape-")), "escaped");
afterAll(() => rmSync(dirname(marker), { recursive: true }));

/** JavaScript that proves that it ran outside: it writes a file, or says which process it is in. */
const act = `process.getBuiltinModule('fs').writeFileSync('${marker}', '')`;
const proof = `return 'ESCAPED' + process.pid`;
/** A name that closes its quotes and calls code, without any character that would end the name. */
const encoded = act.replace(/\W/g, (each) => `\\x${each.charCodeAt(0).toString(16).padStart(2, "0")}`);
const name = `a"&&Function\`${encoded}\`\`\`&&"b`;

const escapes: Record<string, string> = {
  "constructor of a string": `{{ 'x'.constructor.constructor("${proof}")() }}`,
  "constructor of an array": `{{ [].constructor.constructor("${proof}")() }}`,
  "constructor of an object": `{{ ({}).constructor.constructor("${proof}")() }}`,
  "constructor of a number": `{{ (1).constructor.constructor("${proof}")() }}`,
  "constructor by subscript": `{{ ''['constructor']['constructor']("${proof}")() }}`,
  "constructor by joined text": `{{ ''['const' + 'ructor']['const' ~ 'ructor']("${proof}")() }}`,
  "global range": `{{ range.constructor("${proof}")() }}`,
  "global cycler": `{{ cycler.constructor("${proof}")() }}`,
  "global joiner": `{{ joiner.constructor("${proof}")() }}`,
  "an instance of cycler": `{{ cycler(1, 2).next.constructor("${proof}")() }}`,
  "a macro": `{% macro m() %}{% endmacro %}{{ m.constructor("${proof}")() }}`,
  "a caller": `{% macro m() %}{{ caller.constructor("${proof}")() }}{% endmacro %}{% call m() %}{% endcall %}`,
  super: `{% extends "base" %}{% block b %}{{ super.constructor("${proof}")() }}{% endblock %}`,
  "the loop": `{% for x in [1] %}{{ loop.constructor.constructor("${proof}")() }}{% endfor %}`,
  "a prototype walk": `{{ ({}).__proto__.constructor.constructor("${proof}")() }}`,
  "a generator's constructor": `{{ [].values().constructor.constructor("${proof}")() }}`,
  "a regular expression": `{{ r/a/.constructor.constructor("${proof}")() }}`,
  "the data": `{{ value.constructor.constructor("${proof}")() }}`,
  "a filter's result": `{{ [1] | map("constructor") | first }}{{ ("x" | upper).constructor.constructor("${proof}")() }}`,
  "an escaped string": `{{ ("x" | safe).constructor.constructor("${proof}")() }}`,
  "the sort filter": `{{ [2, 1] | sort(false, false, "constructor.constructor") }}{{ sort.constructor("${proof}")() }}`,
  "the replace function": `{{ 'a'.replace('a', ''.constructor.constructor("${proof}")) }}`,
  "a name in set": `{% set ${name} = 1 %}`,
  "a name in a block": `{% block ${name} %}{% endblock %}`,
  "a name in for": `{% for ${name} in [1] %}{% endfor %}`,
  "a name in a macro": `{% macro ${name}() %}{% endmacro %}`,
  "a name in an import": `{% import "other" as ${name} %}`,
  "a name in from": `{% from "other" import x as ${name} %}`,
  "a name in an include": `{% include "named" %}`,
  "a name read": `{{ ${name} }}`,
  "a keyword argument": `{{ range(${name}=1) }}`,
  "a filter's name": `{{ 1 | ${name} }}`,
  "a test's name": `{{ 1 is ${name} }}`,
  "a string with line separators": `{{ "\u2028;${act};//" }}`,
  "a regular expression with a line end": `{{ r/\n;${act};\n/ }}`,
  "global this": `{{ globalThis.process.pid }}{{ window.process.pid }}`,
  process: `{{ process.pid }}`,
  require: `{{ require("fs").writeFileSync("${marker}", "") }}`,
  "the environment of nunjucks": `{{ this.env.constructor.constructor("${proof}")() }}`,
  "a stack trace's frames": `{% macro f(e, s) %}{{ s[0].getThis().process.pid }}{% endmacro %}{{ [].constructor.from.constructor("${proof}")() }}`,
  "a file by include": `{% include "/etc/passwd" %}`,
  "a file by relative include": `{% include "../../../etc/passwd" %}`,
  "a file by import": `{% import "/etc/hostname" as x %}{{ x }}`,
};

const others = {
  base: "{% block b %}{% endblock %}",
  other: "{% macro x() %}{% endmacro %}",
  named: `{% set ${name} = 1 %}`,
};

async function outcome(source: string): Promise<string> {
  const named = Object.fromEntries(Object.entries(others).filter(([name]) => source.includes(`"${name}"`)));
  return render(source, { value: { a: [1] } }, named).catch((error: unknown) => {
    if (isCountersignError(error, "template-invalid")) return "refused";
    throw error;
  });
}

/** Whether the attempt gets out of nunjucks as it comes. */
function leavesUnsealed(source: string): boolean {
  const loader = {
    getSource: (name: keyof typeof others) => ({ src: others[name], path: name, noCache: true }),
  };
  const plain = new nunjucks.Environment(loader as never, { autoescape: false });
  let text = "";
  try {
    text = plain.renderString(source, { value: { a: [1] } });
  } catch {
    // What fails may have acted before.
  }
  const acted = existsSync(marker);
  rmSync(marker, { force: true });
  return acted || text.includes(`ESCAPED${process.pid}`);
}

describe("a template that tries to leave", () => {
  it("has more than 25 ways out of nunjucks as it comes", () => {
    const ways = Object.keys(escapes).filter((name) => leavesUnsealed(escapes[name] ?? ""));
    expect(ways.length, ways.join(", ")).toBeGreaterThanOrEqual(26);
  });

  it.each(Object.entries(escapes))("through %s, does not", async (_name, source) => {
    const text = await outcome(source);
    expect(text).not.toMatch(/ESCAPED\d|root:/);
    expect(text).not.toContain(String(process.pid));
    expect(existsSync(marker)).toBe(false);
  });

  it("is ended when it never ends itself", async () => {
    const endless = "{% for a in range(30000) %}{% for b in range(30000) %}{% endfor %}{% endfor %}";
    await expect(render(endless)).rejects.toMatchObject({ code: "template-invalid" });
  });

  it("is ended when it recurses without end", async () => {
    const endless = "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}";
    await expect(render(endless)).rejects.toMatchObject({ code: "template-invalid" });
  });

  it("cannot take this process with it by using up memory", async () => {
    await expect(render("{% for a in range(1000000000) %}{% endfor %}")).rejects.toMatchObject({
      code: "template-invalid",
    });
  });

  it("cannot return more than 4 MB", async () => {
    await expect(render("{{ 'x'.repeat(5000000) }}")).rejects.toThrow(/larger than 4 MB/);
  });
});

describe("renderTemplate", () => {
  it("gives plain text, unescaped", async () => {
    expect(await render("{{ a }} && <b>\n", { a: "<&>" })).toBe("<&> && <b>\n");
  });

  it("leaves no empty lines where blocks stood", async () => {
    const source = "{% for n in names %}\nARG {{ n }}\n{% endfor %}\nEND\n";
    expect(await render(source, { names: ["A", "B"] })).toBe("ARG A\nARG B\nEND\n");
  });

  it("includes, imports and extends templates of the same service", async () => {
    const parts = {
      base: "[{% block b %}{% endblock %}]",
      part: "part {{ n }}",
      macros: "{% macro m(x) %}<{{ x }}>{% endmacro %}",
    };
    const source =
      '{% extends "base" %}{% block b %}{% include "part" %}{% import "macros" as k %}{{ k.m(n) }}{% endblock %}';
    expect(await render(source, { n: 7 }, parts)).toBe("[part 7<7>]");
  });

  it("gives the same text for the same input", async () => {
    const source = "{% for key, value in map %}{{ key }}={{ value }};{% endfor %}";
    const map = { b: 1, a: 2, c: 3 };
    const texts = await Promise.all([render(source, { map }), render(source, { map })]);
    expect(texts).toEqual(["b=1;a=2;c=3;", "b=1;a=2;c=3;"]);
  });

  it("names an unknown value and its place", async () => {
    await expect(render("a\n{{ missing }}")).rejects.toThrow(/Line 2/);
  });

  it("names a template that cannot be parsed", async () => {
    await expect(render("{% if %}")).rejects.toMatchObject({ code: "template-invalid" });
  });

  it("can be cancelled", async () => {
    const stop = new AbortController();
    const rendering = renderTemplate({ templates: { a: "x" }, name: "a", data: {} }, stop.signal);
    stop.abort();
    await expect(rendering).rejects.toMatchObject({ code: "cancelled" });
  });
});
