#!/usr/bin/env node
// Takes the arguments that @vscode/test-electron gives a desktop VS Code, and runs the suites in VS Code's server and Chromium.
// HOST_UNTRUSTED opens the folder in Restricted Mode, HOST_VERBOSE shows all that the workbench logs, HOST_LIMIT_MS bounds the run.
import { mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { launchChromium } from "./chromium.ts";
import { VsCodeServer } from "./server.ts";

/** The mark on lines of the test runner, among all that the workbench logs. */
const MARK = "\u2502";

const given = process.argv.slice(2);
const folder = given.find((argument) => !argument.startsWith("-"));
const all = (name) => given.flatMap((a) => (a.startsWith(`--${name}=`) ? [a.slice(name.length + 3)] : []));

const dataDir = mkdtempSync(join(tmpdir(), "countersign-host-"));
const server = await VsCodeServer.start({
  dataDir,
  extensionsDir: all("extensions-dir")[0] ?? join(dataDir, "extensions"),
  settings: JSON.parse(process.env.HOST_SETTINGS ?? "{}"),
  smokeTestDriver: true,
  trusted: !process.env.HOST_UNTRUSTED,
});
const browser = await launchChromium();

let finishing = false;
async function finish(code) {
  if (finishing) return;
  finishing = true;
  clearTimeout(limit);
  await browser.close();
  await server[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
  process.exit(code);
}

const limit = setTimeout(
  () => {
    writeSync(2, "The extension host gave no result in time.\n");
    void finish(124);
  },
  Number(process.env.HOST_LIMIT_MS ?? 300_000),
);
process.once("SIGINT", () => void finish(130));
process.once("SIGTERM", () => void finish(143));

function print(type, parts) {
  const line = parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part))).join(" ");
  if (line.startsWith(MARK)) writeSync(1, `${line.replaceAll(new RegExp(`^${MARK}`, "gm"), "")}\n`);
  else if (process.env.HOST_VERBOSE) writeSync(2, `${type} ${line}\n`);
}

const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
await page.exposeFunction("codeAutomationLog", print);
await page.exposeFunction("codeAutomationExit", finish);
page.on("crash", () => void finish(125));
const loaded = ["extensionDevelopmentPath", "extensionTestsPath"].flatMap((name) =>
  all(name).map((path) => [name, server.remoteUri(resolve(path))]),
);
await page.goto(server.address(folder && resolve(folder), { payload: JSON.stringify(loaded) }));
