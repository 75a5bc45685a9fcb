import { Worker } from "node:worker_threads";

/** Source instead of a file: it is the same in a bundle, in a checkout and under a test runner. */
const WORKER = `
const { parentPort, workerData } = require("node:worker_threads");
const { DatabaseSync } = require("node:sqlite");
let damage;
try {
  const database = new DatabaseSync(workerData, { readOnly: true, timeout: 5000 });
  const lines = database.prepare("PRAGMA quick_check(10)").all().map((row) => row.quick_check);
  if (lines.join() !== "ok") damage = lines.join("\\n");
  database.close();
} catch (error) {
  if ([11, 26].includes(error.errcode & 0xff)) damage = error.message;
  else throw error;
}
parentPort.postMessage(damage);
`;

/**
 * SQLite's `quick_check` in a worker, because it reads the whole file.
 * @returns what is wrong, in SQLite's words; undefined where nothing is
 * @throws where the check itself could not be made (file gone, locked): that says nothing about the database
 */
export function quickCheck(path: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, { eval: true, workerData: path });
    worker.unref();
    worker.once("message", (damage: string | undefined) => resolve(damage));
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error(`the integrity check of ${path} ended without an answer`)));
  });
}
