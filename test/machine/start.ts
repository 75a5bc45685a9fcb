// npm start: VS Code with the extension and a copy of the sample workspace, until Ctrl-C.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packagedExtension } from "../host/packaged.ts";
import { VsCodeServer, installExtension, projectDir, writeSettings } from "../host/server.ts";
import { asUserSettings, buildSettings } from "./build-settings.ts";
import { cacheDir, output } from "./commands.ts";
import { allParts, ensureParts } from "./parts.ts";

const startDir = join(cacheDir, "start");
const dataDir = join(startDir, "data");
const extensionsDir = join(startDir, "extensions");
const workspace = join(startDir, "sample-workspace");
const installedStamp = join(startDir, "installed");

const say = (line: string): void => console.log(line);

/** What `npm start` can do without: the extension says itself what it misses, and offers the local method. */
async function prepareMachine(): Promise<void> {
  const { engine, image, python, server } = allParts();
  const missing = await ensureParts([server, engine, image, python], say);
  for (const { part, reason } of missing) say(`– without ${part.name}: ${reason}; ${part.byHand}.`);
  if (missing.some(({ part }) => part === server)) throw new Error("VS Code's server cannot be installed.");
  const builds = !missing.some(({ part }) => part === image || part === engine);
  if (builds && !existsSync(join(dataDir, "data/Machine/settings.json"))) {
    writeSettings(dataDir, { ...firstSettings, ...asUserSettings(await buildSettings()) });
  }
}

const firstSettings = { "workbench.startupEditor": "none", "files.autoSave": "off" };

/** A copy: what a person does in it stays from one start to the next. */
function prepareWorkspace(): void {
  mkdirSync(startDir, { recursive: true });
  if (!existsSync(workspace))
    cpSync(join(projectDir, "media/sample-workspace"), workspace, { recursive: true });
}

function prepareExtension(): void {
  say("Building and packaging the extension…");
  const vsix = packagedExtension();
  const sources = readFileSync(`${vsix}.sources`, "utf8");
  if (existsSync(installedStamp) && readFileSync(installedStamp, "utf8") === sources) return;
  rmSync(extensionsDir, { recursive: true, force: true });
  installExtension(vsix, extensionsDir);
  writeFileSync(installedStamp, sources);
}

function openBrowser(address: string): void {
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  const display = process.platform === "darwin" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!display || output("which", [opener]) === undefined) return;
  spawn(opener, [address], { stdio: "ignore", detached: true }).unref();
}

async function start(): Promise<void> {
  await prepareMachine();
  prepareWorkspace();
  prepareExtension();
  await using server = await VsCodeServer.start({
    dataDir,
    extensionsDir,
    connectionToken: randomBytes(24).toString("hex"),
    trusted: true,
  });
  const stop = (): void => void server[Symbol.asyncDispose]();
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  const address = server.address(workspace);
  say(`\nCountersign is open at\n\n  ${address}\n\nCtrl-C stops it.`);
  openBrowser(address);
  await server.ended();
  say("Stopped.");
}

try {
  await start();
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
