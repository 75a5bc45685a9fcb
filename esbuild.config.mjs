// node esbuild.config.mjs [--minify] [--tests | --gate]
//   (nothing)  dist/ as the development host loads it
//   --minify   dist/ as it is packaged
//   --tests    the host suites into dist/test/
//   --gate     a minified build in memory, held against the limits of size
//   --figures  its sizes and times, and the files that are bundled, as JSON
import { build } from "esbuild";
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { holdBundle, measureBundle, measureLoads } from "./test/machine/bundle-gate.ts";
import { withoutTracing, withoutUnused } from "./test/machine/bundle-plugins.ts";
import { thirdPartyNotices } from "./test/machine/third-party-notices.ts";

const NOTICES = "dist/THIRD-PARTY-NOTICES.txt";

const root = dirname(fileURLToPath(import.meta.url));
const has = (flag) => process.argv.includes(flag);

// CommonJS packages inside an ES module still ask for these three; `var`, because some of them declare their own.
const commonJsNames = [
  'import { createRequire as __createRequire } from "node:module";',
  'import { dirname as __pathDirname } from "node:path";',
  'import { fileURLToPath as __urlToPath } from "node:url";',
  "var require = __createRequire(import.meta.url);",
  "var __filename = __urlToPath(import.meta.url);",
  "var __dirname = __pathDirname(__filename);",
].join("\n");

/** Doors and workers by the name they have in dist/: flat, so that `new URL("./x-worker.js", import.meta.url)` holds in every chunk. */
function nodeEntries() {
  const workers = globSync("src/**/*-worker.ts", { cwd: root });
  const files = ["src/extension.ts", "src/cli.ts", ...workers].filter((file) => existsSync(join(root, file)));
  return Object.fromEntries(files.map((file) => [basename(file, ".ts"), join(root, file)]));
}

const common = { absWorkingDir: root, bundle: true, metafile: true, logLevel: "warning", target: "node22" };

function nodeBuild(minify, write) {
  return build({
    ...common,
    entryPoints: nodeEntries(),
    outdir: "dist",
    format: "esm",
    platform: "node",
    splitting: true,
    external: ["vscode"],
    plugins: [withoutUnused, withoutTracing],
    banner: { js: commonJsNames },
    minify,
    sourcemap: !minify,
    write,
  });
}

function webviewBuild(minify, write) {
  return build({
    ...common,
    entryPoints: globSync("media/webviews/*.ts", { cwd: root, exclude: ["**/*.d.ts"] }),
    outdir: "dist/webviews",
    format: "iife",
    platform: "browser",
    target: "es2023",
    minify,
    write,
  });
}

function testBuild() {
  return build({
    ...common,
    entryPoints: ["test/host/runner/run.ts", ...globSync("test/host/suites/*.test.ts", { cwd: root })],
    outdir: "dist/test",
    outbase: "test/host",
    format: "esm",
    platform: "node",
    packages: "external",
    external: ["vscode"],
    sourcemap: true,
  });
}

/** What a bundled package, or we, load from beside the bundle: WebAssembly, and the runtime that sealed templates run with. */
function filesBeside(inputs) {
  const uses = (name) => inputs.some((input) => input.includes(`node_modules/${name}/`));
  return [
    ...(uses("@astral-sh/ruff-wasm-nodejs") ? ["@astral-sh/ruff-wasm-nodejs/ruff_wasm_bg.wasm"] : []),
    ...(uses("nunjucks") ? ["nunjucks/browser/nunjucks-slim.js"] : []),
  ].map((name) => join(root, "node_modules", name));
}

/** Chunks of earlier builds have other names and would be packaged too. */
function removeStale(kept) {
  for (const file of globSync("dist/**/*.{js,js.map,wasm}", { cwd: root, exclude: ["dist/test/**"] })) {
    if (!kept.has(file)) rmSync(join(root, file), { force: true });
  }
}

async function buildAll(minify, write) {
  const results = await Promise.all([nodeBuild(minify, write), webviewBuild(minify, write)]);
  const beside = filesBeside(results.flatMap(({ metafile }) => Object.keys(metafile.inputs)));
  const bundled = [...results.flatMap(bundledFiles), ...beside.map((file) => relative(root, file))];
  return { results, beside, bundled, notices: thirdPartyNotices(root, bundled) };
}

/** What is in some output: of many inputs nothing is left. */
function bundledFiles({ metafile }) {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
}

async function buildToDisk() {
  const { results, beside, notices } = await buildAll(has("--minify"), true);
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(join(root, NOTICES), notices);
  for (const file of beside) copyFileSync(file, join(root, "dist", basename(file)));
  const outputs = results.flatMap(({ metafile }) => Object.keys(metafile.outputs));
  removeStale(new Set([...outputs, ...beside.map((file) => join("dist", basename(file)))]));
}

/** Files of the package that are not built, as `.vscodeignore` lets them through. */
function shippedFiles() {
  const shipped = ["package.json", "README.md", "CHANGELOG.md", "LICENSE", "SECURITY.md", "media/**/*"];
  return globSync(shipped, {
    cwd: root,
    withFileTypes: true,
    exclude: ["media/webviews/*.ts", "media/screenshots/**"],
  })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** What would be packaged, built minified and kept in memory. */
async function buildBundle() {
  const { results, beside, bundled, notices } = await buildAll(true, false);
  const built = results.flatMap(({ outputFiles }) => outputFiles ?? []);
  const files = new Map([
    ...[...beside, ...shippedFiles()].map((file) => [file, readFileSync(file)]),
    ...built.map(({ path, contents }) => [relative(root, path), contents]),
    [NOTICES, Buffer.from(notices)],
  ]);
  return { root, outputs: results[0].metafile.outputs, files, bundled };
}

function printFigures(bundle) {
  const { bundled } = bundle;
  console.log(JSON.stringify({ ...measureBundle(bundle), loads: measureLoads(bundle), bundled }));
}

if (has("--gate")) process.exitCode = holdBundle(await buildBundle()) ? 0 : 1;
else if (has("--figures")) printFigures(await buildBundle());
else if (has("--tests")) await testBuild();
else await buildToDisk();
