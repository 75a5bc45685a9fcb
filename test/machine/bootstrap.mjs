// node test/machine/bootstrap.mjs start | test
// The first thing on a bare machine: any Node from 20 on, no packages. Installs what the lock file names, then goes on under the pinned Node.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED_MAJOR = 24;
const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const modules = join(root, "node_modules");
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

function fail(sentence) {
  console.error(`✗ ${sentence}`);
  process.exit(1);
}

/** The packages that a lock file lists, or nothing where there is no such file. */
function packagesOf(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, "utf8")).packages : {};
}

/** npm writes down what it installed when it has finished; other platforms' packages are not among it. */
function installed() {
  const present = packagesOf(join(modules, ".package-lock.json"));
  return Object.entries(packagesOf(join(root, "package-lock.json")))
    .filter(([path, { optional }]) => path !== "" && !optional)
    .every(([path, { version }]) => present[path]?.version === version);
}

function install() {
  if (installed()) return;
  console.log("Installing the packages of package-lock.json…");
  const shell = process.platform === "win32";
  const { status } = spawnSync(npm, ["ci", "--ignore-scripts"], { cwd: root, stdio: "inherit", shell });
  if (status !== 0) fail("npm ci failed; make the npm registry reachable and run the same command again.");
}

/** The pinned Node where its package exists for this platform, else our own where it is new enough. */
function pinnedNode() {
  const pinned = join(modules, `node-${process.platform}-${process.arch}`, "bin", "node");
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split(".")[0]) >= NEEDED_MAJOR) return process.execPath;
  return fail(
    `There is no pinned Node for ${process.platform}-${process.arch} and this is Node ${process.versions.node}; ` +
      `install Node ${NEEDED_MAJOR} and run the same command again.`,
  );
}

function goOn(command) {
  const node = pinnedNode();
  const path = [dirname(node), join(modules, ".bin"), process.env.PATH].join(delimiter);
  const script = join(root, "test", "machine", `${command}.ts`);
  const child = spawn(node, [script, ...process.argv.slice(3)], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: path },
  });
  // Who started us may tell only us to stop. Hearing it twice, from a terminal too, does no harm.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.once("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
}

const command = process.argv[2];
if (command !== "start" && command !== "test") fail("Say what to do: start or test.");
install();
goOn(command);
