import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deflateRawSync } from "node:zlib";

/** How long loading takes is a row of `npm run bench`; here bytes stand for it, which are the same on every machine. */
export const BUNDLE_LIMITS = { extensionBytes: 300_000, packedBytes: 8_000_000 };
const EXTENSION = "dist/extension.js";
const LOADS = 15;

/** What is read of esbuild's metafile, by the outputs' paths. */
export type Outputs = Readonly<Record<string, Output>>;

interface Output {
  readonly bytes: number;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
}

/** A minified build, not on disk. */
export interface Bundle {
  readonly root: string;
  readonly outputs: Outputs;
  /** Every packaged file by its path; built ones relative to the root. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface BundleFigures {
  /** extension.js and everything it imports before its first line runs. */
  readonly extensionBytes: number;
  /** Of every packaged file, deflated. */
  readonly packedBytes: number;
}

/** Milliseconds of one import in a fresh Node. */
export interface Load {
  /** Node's own modules that extension.js imports, which an extension host has loaded long before. */
  readonly builtins: number;
  /** extension.js, after them. */
  readonly extension: number;
}

export function measureBundle({ outputs, files }: Bundle): BundleFigures {
  const extensionBytes = closureOf(outputs).reduce((sum, { bytes }) => sum + bytes, 0);
  return { extensionBytes, packedBytes: packedBytes(files) };
}

/** Holds a build against the limits, prints what it measured, and names the largest inputs where a limit is passed. */
export function holdBundle(bundle: Bundle): boolean {
  const { extensionBytes, packedBytes } = measureBundle(bundle);
  const limits = BUNDLE_LIMITS;
  const small = report("extension.js and what it imports", extensionBytes, limits.extensionBytes, "bytes");
  const light = report("the packed extension", packedBytes, limits.packedBytes, "bytes");
  if (!small) printLargest("extension.js", inputsOf(closureOf(bundle.outputs)));
  if (!light)
    printLargest("the package", new Map([...bundle.files].map(([name, bytes]) => [name, packed(bytes)])));
  return small && light;
}

function closureOf(outputs: Outputs): readonly Output[] {
  return staticClosure(outputs, EXTENSION).map((name) => outputs[name]!);
}

/** An output and everything it imports before its first line runs. Chunks behind `import()` are not among it. */
export function staticClosure(
  outputs: Readonly<Record<string, Pick<Output, "imports">>>,
  entry: string,
): string[] {
  const seen = new Set([entry]);
  for (const name of seen) {
    for (const { path, kind, external } of outputs[name]?.imports ?? []) {
      if (kind === "import-statement" && !external) seen.add(path);
    }
  }
  return [...seen];
}

/** Loads the minified extension again and again, each time in a fresh Node. */
export function measureLoads({ root, outputs, files }: Bundle): readonly Load[] {
  const folder = mkdtempSync(join(tmpdir(), "countersign-gate-"));
  try {
    for (const [name, bytes] of files) {
      if (!name.startsWith("dist/")) continue;
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    writeFileSync(join(folder, "vscode-stub.mjs"), vscodeStub(root));
    writeFileSync(join(folder, "load.mjs"), loader(builtinsOf(outputs)));
    return Array.from({ length: LOADS }, () => loadOnce(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function builtinsOf(outputs: Outputs): readonly string[] {
  const imports = closureOf(outputs).flatMap((output) => output.imports);
  return [...new Set(imports.map(({ path }) => path).filter((path) => path.startsWith("node:")))];
}

function loader(builtins: readonly string[]): string {
  return `
import { registerHooks } from "node:module";
registerHooks({
  resolve: (name, context, next) =>
    name === "vscode" ? { url: new URL("./vscode-stub.mjs", import.meta.url).href, shortCircuit: true } : next(name, context),
});
await import("vscode");
const start = performance.now();
for (const name of ${JSON.stringify(builtins)}) await import(name);
const between = performance.now();
await import("./${EXTENSION}");
process.stdout.write(JSON.stringify({ builtins: between - start, extension: performance.now() - between }));
process.exit(0);
`;
}

function loadOnce(folder: string): Load {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["load.mjs"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`extension.js does not load: ${stderr}`);
  return JSON.parse(stdout) as Load;
}

/** Every name that the API exports, bound to something that can be extended, called and read from. */
function vscodeStub(root: string): string {
  const types = createRequire(join(root, "package.json")).resolve("@types/vscode/index.d.ts");
  const declared = readFileSync(types, "utf8").matchAll(
    /^\texport (?:class|enum|namespace|const|function) (\w+)/gm,
  );
  const names = new Set([...declared].flatMap(([, name]) => name ?? []));
  const stub =
    "const stub = new Proxy(class {}, { get: (target, key) => (key in target ? target[key] : stub), apply: () => stub });";
  return [stub, ...[...names].map((name) => `export const ${name} = stub;`)].join("\n");
}

function packed(bytes: Uint8Array): number {
  return deflateRawSync(bytes).length;
}

function packedBytes(files: ReadonlyMap<string, Uint8Array>): number {
  return [...files.values()].reduce((sum, bytes) => sum + packed(bytes), 0);
}

function report(what: string, value: number, limit: number, unit: string): boolean {
  const holds = value <= limit;
  const figure = Math.round(value).toLocaleString("en");
  console.log(`${holds ? "✓" : "✗"} ${what}: ${figure} ${unit} (at most ${limit.toLocaleString("en")})`);
  return holds;
}

/** Bytes that each package, or file of ours, brings into some outputs. */
function inputsOf(outputs: readonly Output[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [path, { bytesInOutput }] of outputs.flatMap(({ inputs }) => Object.entries(inputs))) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules)/.exec(path)?.[1] ?? path;
    sums.set(name, (sums.get(name) ?? 0) + bytesInOutput);
  }
  return sums;
}

function printLargest(where: string, sizes: ReadonlyMap<string, number>): void {
  console.log(`  Largest in ${where}:`);
  const rows = [...sizes].sort(([, a], [, b]) => b - a).slice(0, 12);
  for (const [name, bytes] of rows) console.log(`  ${bytes.toLocaleString("en").padStart(12)}  ${name}`);
}
