// Runs in the extension host: VS Code calls `run` and takes its promise's end as the result of the tests.
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import Mocha from "mocha";

/** Told apart by the launcher from all else that the workbench logs. */
const MARK = "\u2502";

function print(...parts: unknown[]): void {
  const lines = format(...parts).split("\n");
  console.log(lines.map((line) => MARK + line).join("\n"));
}

/** @throws naming how many suites' tests failed. */
export async function run(): Promise<void> {
  Mocha.reporters.Base.consoleLog = print;
  const mocha = new Mocha({
    ui: "bdd",
    timeout: 30_000,
    color: false,
    forbidOnly: true,
    forbidPending: true,
  });
  const suites = join(dirname(fileURLToPath(import.meta.url)), "../suites");
  const kind = process.env.HOST_UNTRUSTED === undefined ? ".test.js" : ".untrusted.test.js";
  for (const file of readdirSync(suites)) {
    if (file.endsWith(kind) && (kind !== ".test.js" || !file.endsWith(".untrusted.test.js")))
      mocha.addFile(join(suites, file));
  }
  await mocha.loadFilesAsync();
  const runner = await new Promise<Mocha.Runner>((resolve) => {
    const running: Mocha.Runner = mocha.run(() => resolve(running));
  });
  const { passes = 0, failures = 0 } = runner.stats ?? {};
  print(`host: ${passes} passed, ${failures} failed`);
  if (failures > 0 || passes === 0) throw new Error(`${failures} host tests failed, ${passes} passed.`);
}
