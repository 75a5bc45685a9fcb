import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deflateRawSync } from "node:zlib";

const LIMITS = { extensionBytes: 700_000, loadMs: 60, vsixBytes: 8_000_000 };
const EXTENSION = "dist/extension.js";

/**
 * Holds a minified build against the limits, prints what it measured, and names the largest inputs where a limit is passed.
 * `outputs` is esbuild's metafile of the Node build, `files` every packaged file by its path (built ones relative to the root).
 */
export async function holdBundle({ root, outputs, files }) {
  const closure = staticClosure(outputs, EXTENSION);
  const extensionBytes = closure.reduce((sum, name) => sum + outputs[name].bytes, 0);
  const loadMs = measureLoad(root, files);
  const vsixBytes = packedBytes(files);
  const holds = [
    report("extension.js and what it imports", extensionBytes, LIMITS.extensionBytes, "bytes"),
    report("loading it", loadMs, LIMITS.loadMs, "ms"),
    report("the packed extension", vsixBytes, LIMITS.vsixBytes, "bytes"),
  ];
  if (!holds[0] || !holds[1]) printLargest("extension.js", inputsOf(closure.map((name) => outputs[name])));
  if (!holds[2])
    printLargest("the package", new Map([...files].map(([name, bytes]) => [name, packed(bytes)])));
  return holds.every(Boolean);
}

/** An output and everything it imports before its first line runs. Chunks behind `import()` are not among it. */
export function staticClosure(outputs, entry) {
  const seen = new Set([entry]);
  for (const name of seen) {
    const imports = outputs[name]?.imports ?? [];
    for (const { path, kind, external } of imports) {
      if (kind === "import-statement" && !external) seen.add(path);
    }
  }
  return [...seen];
}

/** Milliseconds from import to loaded in a fresh Node: the fastest of five, for what else the machine does only adds. */
export function measureLoad(root, files) {
  const folder = mkdtempSync(join(tmpdir(), "countersign-gate-"));
  try {
    for (const [name, bytes] of files) {
      if (!name.startsWith("dist/")) continue;
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    writeFileSync(join(folder, "vscode-stub.mjs"), vscodeStub(root));
    writeFileSync(join(folder, "load.mjs"), loader);
    return Math.min(...Array.from({ length: 5 }, () => loadOnce(folder)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const loader = `
import { registerHooks } from "node:module";
registerHooks({
  resolve: (name, context, next) =>
    name === "vscode" ? { url: new URL("./vscode-stub.mjs", import.meta.url).href, shortCircuit: true } : next(name, context),
});
const start = performance.now();
await import("./${EXTENSION}");
process.stdout.write(String(performance.now() - start));
process.exit(0);
`;

function loadOnce(folder) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["load.mjs"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`extension.js does not load: ${stderr}`);
  return Number(stdout);
}

/** Every name that the API exports, bound to something that can be extended, called and read from. */
function vscodeStub(root) {
  const types = createRequire(join(root, "package.json")).resolve("@types/vscode/index.d.ts");
  const declared = readFileSync(types, "utf8").matchAll(
    /^\texport (?:class|enum|namespace|const|function) (\w+)/gm,
  );
  const names = [...new Set([...declared].map(([, name]) => name))];
  const stub =
    "const stub = new Proxy(class {}, { get: (target, key) => (key in target ? target[key] : stub), apply: () => stub });";
  return [stub, ...names.map((name) => `export const ${name} = stub;`)].join("\n");
}

const packed = (bytes) => deflateRawSync(bytes).length;

function packedBytes(files) {
  return [...files.values()].reduce((sum, bytes) => sum + packed(bytes), 0);
}

function report(what, value, limit, unit) {
  const holds = value <= limit;
  const figure = Math.round(value).toLocaleString("en");
  console.log(`${holds ? "✓" : "✗"} ${what}: ${figure} ${unit} (at most ${limit.toLocaleString("en")})`);
  return holds;
}

/** Bytes that each package, or file of ours, brings into some outputs. */
function inputsOf(outputs) {
  const sums = new Map();
  for (const { inputs } of outputs) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules)/.exec(path)?.[1] ?? path;
      sums.set(name, (sums.get(name) ?? 0) + bytesInOutput);
    }
  }
  return sums;
}

function printLargest(where, sizes) {
  console.log(`  Largest in ${where}:`);
  const rows = [...sizes].sort(([, a], [, b]) => b - a).slice(0, 12);
  for (const [name, bytes] of rows) console.log(`  ${bytes.toLocaleString("en").padStart(12)}  ${name}`);
}
