import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installExtension, projectDir } from "./server.ts";

/** Where `npm run package` leaves the extension. */
export const vsixFile = join(projectDir, "dist/countersign.vsix");
const stamp = `${vsixFile}.sources`;
const SOURCES = [
  "{src,media}/**/*",
  "{package.json,package-lock.json,.vscodeignore,esbuild.config.mjs,README.md,CHANGELOG.md,LICENSE,SECURITY.md}",
];

/** The packaged extension of these very sources, made where it is missing or older. @throws with what packaging said. */
export function packagedExtension(): string {
  const sources = fingerprint();
  if (existsSync(vsixFile) && existsSync(stamp) && readFileSync(stamp, "utf8") === sources) return vsixFile;
  const { status, stdout, stderr } = spawnSync("npm", ["run", "package"], {
    cwd: projectDir,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`The extension cannot be packaged:\n${stdout}${stderr}`);
  writeFileSync(stamp, sources);
  return vsixFile;
}

/** A folder of extensions in which VS Code installed the package, once for all windows that get a copy of it. */
export function installedExtension(): string {
  const vsix = packagedExtension();
  const folder = join(projectDir, ".cache/installed-extension");
  const installed = join(folder, "vsix");
  const digest = createHash("sha256").update(readFileSync(vsix)).digest("hex");
  if (existsSync(installed) && readFileSync(installed, "utf8") === digest) return join(folder, "extensions");
  rmSync(folder, { recursive: true, force: true });
  installExtension(vsix, join(folder, "extensions"));
  writeFileSync(installed, digest);
  return join(folder, "extensions");
}

/** Changes when a file of the sources comes, goes, or is written. */
function fingerprint(): string {
  const hash = createHash("sha256");
  for (const file of globSync(SOURCES, { cwd: projectDir }).sort()) {
    const { mtimeMs, size } = statSync(join(projectDir, file));
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest("hex");
}
