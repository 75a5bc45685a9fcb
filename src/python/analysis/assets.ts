import { access, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** The two WebAssembly modules that parsing needs. */
export interface AnalysisAssets {
  readonly treeSitter: Uint8Array;
  readonly python: Uint8Array;
}

/** Where each lies beside a bundle, and in which package from a checkout. */
const FILES = {
  treeSitter: { bundled: "web-tree-sitter.wasm", packaged: "web-tree-sitter/web-tree-sitter.wasm" },
  python: { bundled: "tree-sitter-python.wasm", packaged: "tree-sitter-python/tree-sitter-python.wasm" },
} as const;

/** Reads the modules from beside this file when it is bundled, from `node_modules` when it is not. */
export async function loadAnalysisAssets(): Promise<AnalysisAssets> {
  const [treeSitter, python] = await Promise.all([read(FILES.treeSitter), read(FILES.python)]);
  return { treeSitter, python };
}

async function read(file: (typeof FILES)[keyof typeof FILES]): Promise<Uint8Array> {
  const beside = fileURLToPath(new URL(file.bundled, import.meta.url));
  if (await exists(beside)) return readFile(beside);
  return readFile(createRequire(import.meta.url).resolve(file.packaged));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
