import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import vm from "node:vm";
import nunjucks from "nunjucks";

/** What a template's process is given: plain data only. */
export interface TemplateJob {
  /** Sources by the names that `include` and `extends` may use. */
  readonly templates: Readonly<Record<string, string>>;
  readonly name: string;
  /** The values that the template may read, as JSON. */
  readonly data: string;
  readonly milliseconds: number;
}

export type TemplateAnswer = { readonly text: string } | { readonly problem: string };

/** The parts of nunjucks that its published types leave out. */
interface NunjucksParts {
  readonly parser: { parse(source: string, extensions: readonly never[], options: object): TemplateNode };
  readonly compiler: {
    compile(
      source: string,
      asyncFilters: readonly never[],
      extensions: readonly never[],
      name: string,
      options: object,
    ): string;
  };
  readonly nodes: { readonly Node: new () => TemplateNode; readonly Symbol: new () => TemplateNode };
}

interface TemplateNode {
  readonly fields: readonly string[];
  readonly value?: unknown;
  readonly [field: string]: unknown;
}

const OPTIONS = { autoescape: false, trimBlocks: true, lstripBlocks: true, throwOnUndefined: true };
const NAME = /^[A-Za-z_]\w*$/;
const LARGEST_TEXT = 4_000_000;
const parts = nunjucks as unknown as NunjucksParts;

/**
 * Renders one template. Templates are code: every name is checked, since nunjucks compiles names unescaped; the compiled
 * code runs in a context that has nothing of ours in it and cannot make code of strings.
 */
export function renderSealed(job: TemplateJob): TemplateAnswer {
  try {
    const compiled = Object.entries(job.templates).map(([name, source]) => compile(name, source));
    return run(compiled, job);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function compile(name: string, source: string): string {
  try {
    checkNames(parts.parser.parse(source, [], OPTIONS));
    const code = parts.compiler.compile(source, [], [], name, OPTIONS);
    return `${JSON.stringify(name)}: (function () {${code}\n})()`;
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function checkNames(node: unknown): void {
  if (Array.isArray(node)) for (const each of node) checkNames(each);
  if (!(node instanceof parts.nodes.Node)) return;
  if (node instanceof parts.nodes.Symbol && !(typeof node.value === "string" && NAME.test(node.value))) {
    throw new Error(`the name ${JSON.stringify(node.value)} is not allowed`);
  }
  for (const field of node.fields) checkNames(node[field]);
}

function run(compiled: readonly string[], job: TemplateJob): TemplateAnswer {
  const sealed = vm.createContext(Object.create(null) as vm.Context, {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: "afterEvaluate",
  });
  vm.runInContext(`var window = globalThis;\n${slimRuntime()}`, sealed);
  const answer: unknown = vm.runInContext(
    `window.nunjucksPrecompiled = {${compiled.join(",\n")}};\n${renderCall(job)}`,
    sealed,
    { timeout: job.milliseconds },
  );
  // Only a string crosses: nothing of the sealed context is looked at from outside.
  if (typeof answer !== "string") throw new Error("the template did not give a text");
  return parseAnswer(answer);
}

/** Failures become text inside, so that no object of the sealed context is ever handled outside. */
function renderCall(job: TemplateJob): string {
  const data = JSON.stringify(job.data);
  return `(function (parse, stringify, Text) {
    try {
      var environment = new nunjucks.Environment([], ${JSON.stringify(OPTIONS)});
      return "=" + Text(environment.render(${JSON.stringify(job.name)}, parse(${data})));
    } catch (error) {
      return "!" + Text(error && error.message);
    }
  })(JSON.parse, JSON.stringify, String)`;
}

function parseAnswer(answer: string): TemplateAnswer {
  if (answer.length > LARGEST_TEXT) return { problem: "the text is larger than 4 MB" };
  return answer.startsWith("=") ? { text: answer.slice(1) } : { problem: answer.slice(1) };
}

/** nunjucks without parser and compiler. Beside the bundle in the packaged extension, in its package otherwise. */
function slimRuntime(): string {
  const file = import.meta.url.endsWith(".ts")
    ? createRequire(import.meta.url).resolve("nunjucks/browser/nunjucks-slim.js")
    : new URL("./nunjucks-slim.js", import.meta.url);
  return readFileSync(file, "utf8");
}
